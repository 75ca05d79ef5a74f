import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where a simulated campaign keeps what testbed and load generator hand to each other. */
export interface SimulationFiles {
  readonly folder: string;
  readonly deployment: string;
  /** `SimulationSpec`, written by `prepare`, read by the load generator. */
  window(run: string): string;
  /** `PlatformRecord` lines, written by the load generator, read by `collect`. */
  records(run: string): string;
  /** What outlives a run; written last, so that it tells that the records are whole. */
  state(run: string): string;
}

export function simulationFiles(stateFolder: string, campaignId: string): SimulationFiles {
  const folder = join(stateFolder, requireFileName(campaignId));
  return {
    folder,
    deployment: join(folder, 'deployment.json'),
    window: (run) => join(folder, `${requireFileName(run)}.window.json`),
    records: (run) => join(folder, `${requireFileName(run)}.ndjson`),
    state: (run) => join(folder, `${requireFileName(run)}${stateSuffix}`),
  };
}

const stateSuffix = '.state.json';

/**
 * The latest run before this one, of its own kind, that has left a state: slots follow slots, and
 * blocks, whose owners are the arms, follow blocks. So a repeated run finds what it found before.
 */
export function findEarlierRun(files: SimulationFiles, run: string): string | undefined {
  const kind = kindOf(run);
  const compare = new Intl.Collator('en', { numeric: true }).compare;
  return readdirSync(files.folder)
    .filter((name) => name.endsWith(stateSuffix))
    .map((name) => name.slice(0, -stateSuffix.length))
    .filter((other) => kindOf(other) === kind && compare(other, run) < 0)
    .toSorted(compare)
    .at(-1);
}

function kindOf(run: string): string {
  return run.replace(/-\d.*$/, '');
}

/** Undefined when there is no such file. Our own process wrote it, whole or not at all. */
export function findJson<Value>(path: string): Value | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Value;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${path} cannot be read. Remove it, then run the campaign again.`, {
      cause: error,
    });
  }
}

/** Whole or not at all. */
export function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, `${JSON.stringify(value)}\n`);
  renameSync(draft, path);
}

function requireFileName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,199}$/i.test(name)) return name;
  throw new Error(`"${name}" cannot be part of a file name; ids are letters, digits, dots, "-".`);
}
