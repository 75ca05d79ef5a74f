/** An immutable merge of complete slots. Stored as `datasets/<fingerprint>.json`. */
export interface Dataset {
  readonly fingerprint: string;
  readonly slots: readonly number[];
  /** sha256 of each slot's rows, without campaign id, attempt and moved_ms. */
  readonly slotHashes: readonly string[];
  readonly rows: number;
  /** Intended requests with a usable row on both platforms. */
  readonly pairs: number;
}

/** What travels through a workflow. */
export interface DatasetRef {
  readonly fingerprint: string;
  readonly slots: readonly number[];
  readonly rows: number;
  readonly pairs: number;
}

/**
 * The first two thirds of the slots, to fit on, and the rest, to judge on (METHOD 4.6, 5.3); `slots`
 * ascending. Undefined with fewer than three.
 */
export function splitByTime(
  slots: readonly number[],
): { readonly fitted: readonly number[]; readonly judged: readonly number[] } | undefined {
  if (slots.length < 3) return undefined;
  const count = Math.floor((2 * slots.length) / 3);
  return { fitted: slots.slice(0, count), judged: slots.slice(count) };
}
