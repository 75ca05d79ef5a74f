import { createHash } from 'node:crypto';

import type { ObjectStore, StoredObject } from '../../stores/object-store.ts';

/**
 * A store for the time of one computation: reads come from another store, which is never written
 * to, writes stay in memory. What `hides` is as if it had never been stored.
 */
export class OverlayStore implements ObjectStore {
  readonly #base: ObjectStore;
  readonly #hides: (key: string) => boolean;
  readonly #written = new Map<string, Uint8Array>();
  readonly #removed = new Set<string>();

  constructor(base: ObjectStore, hides: (key: string) => boolean) {
    this.#base = base;
    this.#hides = hides;
  }

  /** Keys that were written here, sorted. */
  get writtenKeys(): readonly string[] {
    return sorted(this.#written.keys());
  }

  async get(key: string): Promise<StoredObject | undefined> {
    const body = this.#written.get(key);
    if (body !== undefined) return { body, version: versionOf(body) };
    return this.#isHidden(key) ? undefined : await this.#base.get(key);
  }

  async put(key: string, body: Uint8Array | string): Promise<void> {
    // What is no key below is none here: the base refuses it.
    await this.#base.get(key);
    this.#write(key, body);
  }

  async putIfAbsent(key: string, body: Uint8Array | string): Promise<boolean> {
    const found = await this.get(key);
    // Somebody else may have written while the base was asked.
    if (found !== undefined || this.#written.has(key)) return false;
    this.#write(key, body);
    return true;
  }

  async putIfMatch(key: string, body: Uint8Array | string, version: string): Promise<boolean> {
    const found = await this.get(key);
    const written = this.#written.get(key);
    const current = written === undefined ? found?.version : versionOf(written);
    if (current !== version) return false;
    this.#write(key, body);
    return true;
  }

  async list(prefix: string): Promise<readonly string[]> {
    const below = (await this.#base.list(prefix)).filter((key) => !this.#isHidden(key));
    const own = this.writtenKeys.filter((key) => key.startsWith(prefix));
    return sorted(new Set([...below, ...own]));
  }

  async remove(key: string): Promise<void> {
    await this.#base.get(key);
    this.#written.delete(key);
    this.#removed.add(key);
  }

  #write(key: string, body: Uint8Array | string): void {
    this.#written.set(key, typeof body === 'string' ? new TextEncoder().encode(body) : body);
  }

  #isHidden(key: string): boolean {
    return this.#removed.has(key) || this.#hides(key);
  }
}

function sorted(keys: Iterable<string>): readonly string[] {
  return Array.from(keys).sort((a, b) => (a < b ? -1 : 1));
}

function versionOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}
