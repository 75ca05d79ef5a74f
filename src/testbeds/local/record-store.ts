import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PlatformRecord } from '../../domain/observation.ts';

/** Long enough to join writes under load, short enough that a killed host loses little. */
const flushAfterMs = 50;

/** Where the host writes the platform records of each run, and where `collect` reads them. */
export function recordsFolder(stateFolder: string): string {
  return join(stateFolder, 'records');
}

/** Run names become file names: nothing else than the names that `domain/names.ts` makes. */
export function isRunName(run: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{0,99}$/i.test(run) && !run.includes('..');
}

/** Appends platform records to one file per run. */
export class RecordWriter {
  readonly #folder: string;
  #pending = new Map<string, string[]>();
  #timer: NodeJS.Timeout | undefined;

  constructor(stateFolder: string) {
    this.#folder = recordsFolder(stateFolder);
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }

  write(run: string, record: PlatformRecord): void {
    if (!isRunName(run)) return;
    const lines = this.#pending.get(run) ?? [];
    lines.push(JSON.stringify(record));
    this.#pending.set(run, lines);
    this.#timer ??= setTimeout(() => this.flush(), flushAfterMs);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const pending = this.#pending;
    this.#pending = new Map();
    for (const [run, lines] of pending) {
      appendFileSync(join(this.#folder, `${run}.ndjson`), `${lines.join('\n')}\n`);
    }
  }
}

/**
 * All records of a run, also those of a host that was killed. Of each task the last word counts; a
 * line that the kill has cut short is left out.
 */
export function readRecords(stateFolder: string, run: string): readonly PlatformRecord[] {
  const path = join(recordsFolder(stateFolder), `${run}.ndjson`);
  if (!isRunName(run) || !existsSync(path)) return [];
  const records: PlatformRecord[] = [];
  const tasks = new Map<string, PlatformRecord>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const record = parseRecord(line);
    if (record?.kind === 'task') tasks.set(record.taskId, record);
    else if (record !== undefined) records.push(record);
  }
  return [...tasks.values(), ...records];
}

export function removeRecords(stateFolder: string): void {
  rmSync(recordsFolder(stateFolder), { recursive: true, force: true });
}

/** Our own host wrote the file; what cannot be right about a line is only that it is not whole. */
function parseRecord(line: string): PlatformRecord | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as PlatformRecord);
  } catch {
    return undefined;
  }
}
