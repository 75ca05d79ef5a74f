import { join, resolve } from 'node:path';

import { execa } from 'execa';
import { describe, expect, test } from 'vitest';

import { reportLine } from './log-lines.ts';

const root = resolve(import.meta.dirname, '../../..');
const numbers = [
  '--requests',
  '1M/day',
  '--duration',
  '200ms',
  '--memory',
  '256MB',
  '--cpu',
  '9ms',
];

/** Writes the address of every module that is loaded to standard error. */
const tellModules = `data:text/javascript,${encodeURIComponent(
  "import { registerHooks } from 'node:module';" +
    'registerHooks({ resolve: (specifier, context, next) => {' +
    'const found = next(specifier, context); process.stderr.write(found.url + "\\n"); return found; } });',
)}`;

function estimateProcess(args: readonly string[], options: { readonly input?: string } = {}) {
  return execa(process.execPath, ['--import', tellModules, join(root, 'client.ts'), ...args], {
    cwd: root,
    reject: false,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
  });
}

describe('crossover estimate as a process', () => {
  test('loads no server, database, load generator or learner', async () => {
    const lines = [0, 1].map((at) => reportLine({ id: `r${at}`, at: `2026-11-20T10:00:0${at}Z` }));
    const runs = [
      await estimateProcess(['estimate', ...numbers]),
      await estimateProcess(['estimate', 'plans/week.yaml', '--json']),
      await estimateProcess(['--json', 'estimate'], { input: lines.join('\n') }),
    ];
    for (const { exitCode, stderr } of runs) {
      expect(exitCode).toBe(0);
      expect(stderr).toContain('/src/cli/estimate/estimate.ts');
      expect(stderr).not.toMatch(/node_modules\/(@temporalio|@duckdb|@tensorflow|artillery|vega)/);
    }
    expect(JSON.parse(runs[2]?.stdout ?? '')).toMatchObject({ source: { kind: 'log' } });
  });

  test('ends with 2 and a message for an option that it does not have', async () => {
    const { exitCode, stderr, stdout } = await estimateProcess(['estimate', '--rate', '3/s']);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain("unknown option '--rate'");
  });
});
