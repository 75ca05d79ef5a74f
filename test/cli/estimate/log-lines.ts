import { type InvocationLog, readLog } from '../../../src/cli/estimate/read-log.ts';

/** A log as it comes from a file or a pipe. */
export async function* linesOf(text: string): AsyncGenerator<string> {
  yield* text.split('\n');
}

export async function logOf(text: string, limit?: number): Promise<InvocationLog> {
  const log = await readLog(linesOf(text), limit);
  if ('problems' in log) throw new Error(log.problems.join('\n'));
  return log;
}

export async function problemsOf(text: string): Promise<string> {
  const log = await readLog(linesOf(text));
  return 'problems' in log ? log.problems.join('\n') : '';
}

export interface ReportedInvocation {
  readonly id?: string;
  readonly at?: string;
  readonly durationMs?: number;
  readonly billedMs?: number;
  readonly memoryMb?: number;
  readonly initMs?: number;
}

/** As `aws logs tail` prints it. */
export function reportLine(invocation: ReportedInvocation = {}): string {
  const { id = 'id', at, durationMs = 100, memoryMb = 256, initMs } = invocation;
  const billedMs = invocation.billedMs ?? Math.ceil(durationMs + (initMs ?? 0));
  const prefix = at === undefined ? '' : `${at} 2026/11/20/[$LATEST]0a1b `;
  const init = initMs === undefined ? '' : `Init Duration: ${initMs} ms\t`;
  return (
    `${prefix}REPORT RequestId: ${id}\tDuration: ${durationMs} ms\t` +
    `Billed Duration: ${billedMs} ms\tMemory Size: ${memoryMb} MB\tMax Memory Used: 80 MB\t${init}`
  );
}
