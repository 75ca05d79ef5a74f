/**
 * `{ passed, failed }` of vitest's JSON report. A file that could not be loaded has no tests but is
 * a failure, and so is a run in which no test passed: it has shown nothing.
 */
export function countTests(report) {
  if (report === undefined) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(report);
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = numFailedTests + brokenFiles;
  return { passed: numPassedTests, failed: numPassedTests === 0 ? Math.max(failed, 1) : failed };
}

export function summary({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}
