import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** One line of `.crossover/logs/<process>.ndjson`. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** Opens the log of a process: facts as NDJSON, for `crossover logs` and for machines. */
export function openProcessLog(stateFolder: string, processName: string): (line: LogLine) => void {
  const folder = join(stateFolder, 'logs');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${processName}.ndjson`);
  return (line) => {
    const entry = { at: new Date().toISOString(), process: processName, pid: process.pid, ...line };
    appendFileSync(path, `${JSON.stringify(entry)}\n`);
  };
}
