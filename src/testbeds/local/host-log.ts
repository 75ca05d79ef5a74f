import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export type HostLog = (fact: string, fields?: Readonly<Record<string, unknown>>) => void;

const largestBytes = 10 * 1024 * 1024;

/** Facts as NDJSON, for the owner only. One older file is kept. */
export function openHostLog(path: string): HostLog {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path) && statSync(path).size > largestBytes) renameSync(path, `${path}.1`);
  return (fact, fields = {}) => {
    const line = { at: new Date().toISOString(), pid: process.pid, fact, ...fields };
    appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  };
}
