import type { Difference } from './difference.ts';

/** What a verification computed again from the observations, and what of it came out otherwise. */
export interface Recomputation {
  readonly recomputed: readonly RecomputedPart[];
  readonly differences: readonly NumberDifference[];
  /** What was only checked by its hash, and why. */
  readonly notRecomputed: readonly NotRecomputed[];
}

export interface RecomputedPart {
  /** An object of the bundle, by its key. */
  readonly path: string;
  /** Numbers, texts and truth values that were compared; of a text its lines. */
  readonly values: number;
  readonly from: string;
}

/** `first` is what is stored, `second` what was computed. */
export interface NumberDifference extends Difference {
  readonly file: string;
}

export interface NotRecomputed {
  readonly what: string;
  readonly because: string;
}

export interface RecomputeOptions {
  readonly campaignId: string;
  /** The raw records are there: observations are joined again. */
  readonly hasRaw: boolean;
  /** Train every model again with its seed. */
  readonly trainsModels: boolean;
  /** Simulate the evaluation again under every assumption of the sensitivity table. */
  readonly simulates: boolean;
}
