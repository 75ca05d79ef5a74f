/** Training rows: one column-major matrix, labels (1 = lambda) and weights (METHOD 4.2). */
export interface TrainingRows {
  readonly features: readonly string[];
  readonly rowCount: number;
  /** Column f occupies `values[f * rowCount .. (f + 1) * rowCount)`. */
  readonly values: Float64Array;
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
}

/** Pairs of a dataset with what judging a router needs beside the training rows. */
export interface LabelledRows extends TrainingRows {
  readonly workloads: readonly string[];
  /** Index into `workloads`, per row. */
  readonly workload: Uint8Array;
  readonly slot: Int32Array;
  /** u of METHOD 4.1 for each outcome of the pair. */
  readonly utilityLambda: Float64Array;
  readonly utilityEcs: Float64Array;
  /** The plan's share of the row's workload over its number of rows: weights that add up to 1. */
  readonly share: Float64Array;
}

/** What ended or marked a training (METHOD 4.4). */
export type Finding =
  | { readonly kind: 'too-few-rows'; readonly message: string }
  | { readonly kind: 'leak'; readonly feature: string; readonly message: string }
  | { readonly kind: 'static'; readonly message: string };
