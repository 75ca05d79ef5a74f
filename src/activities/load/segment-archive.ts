import { appendFile, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

import type { ClientRecord } from '../../domain/observation.ts';
import type { CampaignStore } from '../campaign-store.ts';

/** What earlier attempts of a run have left: how many there were, and what they have sent. */
export interface EarlierAttempts {
  readonly attempts: number;
  /** `<requestId>/<target>`. */
  readonly alreadySent: ReadonlySet<string>;
}

/**
 * The segments of a run, on this machine and in the store. The generator writes them into a folder
 * per attempt; closed ones are stored while the run goes on, so that another machine can continue.
 */
export class SegmentArchive {
  readonly #store: CampaignStore;
  readonly #run: string;
  readonly #folder: string;
  readonly #stored = new Set<string>();

  constructor(store: CampaignStore, run: string, workFolder: string) {
    this.#store = store;
    this.#run = run;
    this.#folder = join(workFolder, store.campaignId, run);
  }

  /** Where an attempt writes its segments; made when it is missing. */
  async folderOf(attempt: number): Promise<string> {
    const folder = join(this.#folder, `attempt-${attempt}`);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  /** Stores what a dead attempt has left on this machine, then reads all that is stored. */
  async recover(): Promise<EarlierAttempts> {
    for (const attempt of await this.#localAttempts()) {
      await closeLeftovers(await this.folderOf(attempt));
      await this.store(attempt);
    }
    const alreadySent = new Set<string>();
    let attempts = 0;
    for (const key of await this.keys()) {
      attempts = Math.max(attempts, attemptOf(key));
      for (const record of recordsOf(await this.#store.requireBytes(key))) {
        alreadySent.add(`${record.requestId}/${record.target}`);
      }
    }
    return { attempts: Math.max(attempts, ...(await this.#localAttempts()), 0), alreadySent };
  }

  /** Stores every closed segment of an attempt that is not stored yet. */
  async store(attempt: number): Promise<void> {
    const folder = await this.folderOf(attempt);
    for (const name of (await readdir(folder)).filter(isClosedSegment).sort()) {
      const key = this.#store.keys.raw(this.#run, attempt, Number(name.slice(0, 3)));
      if (this.#stored.has(key)) continue;
      // Raw data is written once: a segment that is stored already is the same segment.
      await this.#store.objects.putIfAbsent(key, await readFile(join(folder, name)));
      this.#stored.add(key);
    }
  }

  /** Keys of all stored segments in order: of all attempts, or of one that repeated the others. */
  async keys(only?: number): Promise<readonly string[]> {
    const all = await this.#store.objects.list(this.#store.keys.rawPrefix(this.#run));
    return all.filter((key) => (only === undefined ? attemptOf(key) > 0 : attemptOf(key) === only));
  }

  async #localAttempts(): Promise<readonly number[]> {
    await mkdir(this.#folder, { recursive: true });
    return (await readdir(this.#folder))
      .map((name) => Number(/^attempt-(\d+)$/.exec(name)?.[1] ?? 0))
      .filter((attempt) => attempt > 0)
      .sort((a, b) => a - b);
  }
}

/** A generator that was killed leaves its last segment open; its whole lines are as good as any. */
async function closeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.ndjson.open')) continue;
    const path = join(folder, name);
    const text = await readFile(path, 'utf8');
    // A torn last line gets its end, so that it stands alone and is counted as torn.
    if (text !== '' && !text.endsWith('\n')) await appendFile(path, '\n');
    await rename(path, path.slice(0, -'.open'.length));
  }
}

function isClosedSegment(name: string): boolean {
  return /^\d{3}\.ndjson$/.test(name);
}

/** 0 for a key that is no segment, for example the platforms' records. */
function attemptOf(key: string): number {
  return Number(/\.attempt-(\d+)\.\d{3}\.ndjson$/.exec(key)?.[1] ?? 0);
}

/** The records of a segment; a torn line is left to the join, which counts it. */
function recordsOf(body: Uint8Array): ClientRecord[] {
  const records: ClientRecord[] = [];
  for (const line of new TextDecoder().decode(body).split('\n')) {
    const record = parseLine(line);
    if (record !== undefined) records.push(record);
  }
  return records;
}

function parseLine(line: string): ClientRecord | undefined {
  if (line === '') return undefined;
  try {
    return JSON.parse(line) as ClientRecord;
  } catch {
    // Torn by a kill in the middle of a write; its request shows as `unrecorded` or `not-issued`.
    return undefined;
  }
}
