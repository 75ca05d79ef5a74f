import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/**
 * A call of the system for some hundred lines. Longer pieces cost more: a string that was put
 * together from so many is flattened at the end, and should then still be in the cache.
 */
const chunkLength = 1 << 16;

/** Lines in large pieces; the file has its own name only when it is whole. */
export class LineFile {
  readonly #path: string;
  readonly #draftPath: string;
  readonly #descriptor: number;
  #waiting = '';
  #writtenLength = 0;

  constructor(path: string, draftPath: string) {
    this.#path = path;
    this.#draftPath = draftPath;
    this.#descriptor = openSync(draftPath, 'w');
  }

  /** Characters so far. */
  get length(): number {
    return this.#writtenLength + this.#waiting.length;
  }

  write(lines: string): void {
    this.#waiting += lines;
    if (this.#waiting.length >= chunkLength) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#descriptor);
    renameSync(this.#draftPath, this.#path);
  }

  /** As if it had never been there. */
  discard(): void {
    closeSync(this.#descriptor);
    rmSync(this.#draftPath, { force: true });
  }

  #flush(): void {
    const bytes = Buffer.from(this.#waiting);
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(this.#descriptor, bytes, written);
    }
    this.#writtenLength += this.#waiting.length;
    this.#waiting = '';
  }
}
