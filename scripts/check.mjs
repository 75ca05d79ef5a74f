/**
 * What `npm test` runs, in order, up to the first step that fails. The last line counts the tests.
 *
 *   node scripts/check.mjs [types|lint|unused|unit|e2e …]      without a name: all of them
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countTests, summary } from './check/count-tests.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const steps = [
  { name: 'types', words: ['tsc', '--noEmit'] },
  { name: 'lint', words: ['biome', 'check', '--error-on-warnings'] },
  { name: 'unused', words: ['knip'] },
  { name: 'unit', words: ['vitest', 'run', '--project', 'unit'], hasTests: true },
  { name: 'e2e', words: ['vitest', 'run', '--project', 'e2e-*'], hasTests: true },
];

const names = process.argv.slice(2);
const unknown = names.find((name) => !steps.some((step) => step.name === name));
if (unknown !== undefined) {
  process.stderr.write(
    `There is no step "${unknown}"; the steps are ${steps.map((step) => step.name).join(', ')}.\n`,
  );
  process.exit(2);
}

let passed = 0;
let failed = 0;
for (const step of steps.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const outcome = run(step);
  passed += outcome.passed;
  failed += outcome.failed;
  if (outcome.failed > 0) break;
}
process.stdout.write(`\n${summary({ passed, failed })}\n`);
process.exitCode = failed > 0 ? 1 : 0;

/** A step that fails counts as one failure at least, whatever its tests say. */
function run({ name, words, hasTests = false }) {
  process.stdout.write(`\n── ${name}\n`);
  const started = performance.now();
  const results = join(root, `.crossover/tests/${name}.json`);
  const [program, ...options] = hasTests ? [...words, ...reportInto(results)] : words;
  const { status, error } = spawnSync(join(root, 'node_modules/.bin', program), options, {
    cwd: root,
    stdio: 'inherit',
  });
  if (error !== undefined) process.stderr.write(`${program} cannot be run: ${error.message}\n`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const outcome = hasTests ? countTests(readResults(results)) : { passed: 0, failed: 0 };
  const failures = status === 0 ? outcome.failed : Math.max(outcome.failed, 1);
  process.stdout.write(`── ${name} ${failures > 0 ? 'failed' : 'passed'} in ${seconds} s\n`);
  return { passed: outcome.passed, failed: failures };
}

function reportInto(file) {
  mkdirSync(dirname(file), { recursive: true });
  // An old one must not be counted when this run dies before it writes its own.
  rmSync(file, { force: true });
  return ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
}

function readResults(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
