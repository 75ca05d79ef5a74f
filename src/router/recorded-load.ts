import { neverBeforeMs } from '../domain/models/feature.ts';
import type { LoadColumns } from '../domain/observation.ts';
import { platforms } from '../domain/platform.ts';
import { LoadState } from './load-state.ts';

/** A request of a log, whose load was not recorded. */
export interface RecordedRequest {
  readonly workload: string;
  readonly atMs: number;
  /** For so long it counts as in flight. */
  readonly estimatedExecutionMs: number;
}

/**
 * The load columns of a log's requests, from earlier ones alone. Where each was served, and how long
 * it took, is not in a log: as in a collection, every request goes to both platforms, and it is in
 * flight for its estimated execution time. After an hour without any request counting begins anew,
 * which is when a request before counts as none (`neverBeforeMs`).
 */
export class RecordedLoad {
  #state = new LoadState();
  /** By the time of their end, the next one first. */
  #inFlight: { readonly endMs: number; readonly end: () => void }[] = [];
  #lastMs: number | undefined;

  /** Columns of a request, before it is counted. Requests come in the order of time. */
  next({ workload, atMs, estimatedExecutionMs }: RecordedRequest): LoadColumns {
    if (this.#lastMs !== undefined && atMs - this.#lastMs > neverBeforeMs) {
      this.#state = new LoadState();
      this.#inFlight = [];
    }
    this.#lastMs = atMs;
    this.#endUntil(atMs);
    const columns = this.#state.columns(owner, workload, atMs);
    const ends = platforms.map((platform) => this.#state.begin(owner, workload, platform, atMs));
    this.#insert(atMs + estimatedExecutionMs, () => {
      for (const end of ends) end();
    });
    return columns;
  }

  #endUntil(nowMs: number): void {
    const open = this.#inFlight.findIndex(({ endMs }) => endMs > nowMs);
    const ended = this.#inFlight.splice(0, open === -1 ? this.#inFlight.length : open);
    for (const { end } of ended) end();
  }

  #insert(endMs: number, end: () => void): void {
    const later = this.#inFlight.findLastIndex((one) => one.endMs <= endMs) + 1;
    this.#inFlight.splice(later, 0, { endMs, end });
  }
}

const owner = 'collection';
