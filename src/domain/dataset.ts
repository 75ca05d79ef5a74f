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
