import { appendFileSync, closeSync, openSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { ClientRecord } from '../../../domain/observation.ts';
import { openSegmentName, segmentName } from '../../segments.ts';

/** A record before it is JSON, which leaves out what is undefined. */
export type Written<Shape> = Shape extends unknown
  ? { [Key in keyof Shape]: object extends Pick<Shape, Key> ? Shape[Key] | undefined : Shape[Key] }
  : never;

/**
 * Writes records synchronously: Artillery ends its process without waiting for streams, and a
 * `sent` line must be on its way to the disk before the request is on its way to the server.
 */
export class SegmentWriter {
  readonly #folder: string;
  #number: number;
  #descriptor: number | undefined;

  constructor(folder: string, firstNumber: number) {
    this.#folder = folder;
    this.#number = firstNumber;
  }

  write(record: Written<ClientRecord>): void {
    this.#descriptor ??= this.#open();
    appendFileSync(this.#descriptor, `${JSON.stringify(record)}\n`);
  }

  /** Gives the current segment its final name; the next record opens another. */
  close(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    renameSync(this.#path(openSegmentName), this.#path(segmentName));
    this.#number += 1;
  }

  #open(): number {
    setTimeout(() => this.close(), segmentMs).unref();
    // Exclusive: two engines that write one segment would mix two attempts.
    return openSync(this.#path(openSegmentName), 'ax');
  }

  #path(name: (number: number) => string): string {
    return path.join(this.#folder, name(this.#number));
  }
}

/** Closed segments go to the store: so much of a run is lost when its host is lost. */
const segmentMs = 30_000;
