import { CommanderError } from 'commander';

import { SourceProblems } from '../dataset/request-log/request-problems.ts';
import { PlanProblems } from '../plan/problems.ts';
import { TemporalUnavailable } from '../temporal/binary.ts';
import { describeProblems } from './check/check.ts';
import { problemLines } from './dataset/dataset.ts';
import type { CliServices } from './services.ts';
import { UsageError } from './usage-error.ts';
import { wrap } from './wrap.ts';

/** 2 for the user's own mistakes, in one message without a trace; 1 for ours. */
export function reportFailure(error: unknown, { output }: Pick<CliServices, 'output'>): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof PlanProblems) {
    for (const line of describeProblems(error.problems)) process.stderr.write(`${line}\n`);
    output.json({ error: 'plan', plan: error.planPath, problems: error.problems });
    return 2;
  }
  if (error instanceof SourceProblems) {
    for (const line of wrap(`The request log ${error.path} cannot be used.`)) {
      process.stderr.write(`${line}\n`);
    }
    for (const line of problemLines(error.problems)) process.stderr.write(`${line}\n`);
    output.json({ error: 'source', file: error.path, problems: error.problems });
    return 2;
  }
  if (error instanceof UsageError) {
    for (const line of wrap(error.message)) process.stderr.write(`${line}\n`);
    output.json({ error: 'usage', message: error.message });
    return 2;
  }
  if (error instanceof TemporalUnavailable) {
    for (const line of wrap(error.message)) process.stderr.write(`${line}\n`);
    output.json({ error: 'temporal', message: error.message });
    return 1;
  }
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  output.json({
    error: 'failure',
    message: error instanceof Error ? error.message : String(error),
  });
  return 1;
}
