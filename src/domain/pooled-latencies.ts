import { rankOf } from './statistics.ts';

/**
 * Latencies of one arm and workload, of all blocks together, sorted once: a quantile of resampled
 * blocks is then a walk along the values, counting each as often as its block was drawn
 * (METHOD 6.2: rows are pooled, quantiles of blocks never averaged).
 */
export class PooledLatencies {
  readonly #valuesMs: Float64Array;
  readonly #blockOf: Uint16Array;
  readonly #countOf: Uint32Array;

  /** One list per block, in any order; Infinity where there was no good answer. */
  constructor(blocks: readonly (readonly number[])[]) {
    const rows = blocks.flatMap((latenciesMs, block) =>
      latenciesMs.map((latencyMs) => ({ latencyMs, block })),
    );
    // Infinity − Infinity is NaN, and a comparison that returns NaN leaves a list unsorted.
    rows.sort((a, b) => (a.latencyMs === b.latencyMs ? 0 : a.latencyMs - b.latencyMs));
    this.#valuesMs = Float64Array.from(rows, (row) => row.latencyMs);
    this.#blockOf = Uint16Array.from(rows, (row) => row.block);
    this.#countOf = Uint32Array.from(blocks, (latenciesMs) => latenciesMs.length);
  }

  get count(): number {
    return this.#valuesMs.length;
  }

  /** NaN when none of the drawn blocks has a value. */
  quantile(q: number, weights: Uint16Array): number {
    const total = this.#drawn(weights);
    if (total === 0) return Number.NaN;
    const rank = rankOf(total, q);
    return q < 0.5 ? this.#fromBelow(rank, weights) : this.#fromAbove(total - rank + 1, weights);
  }

  #drawn(weights: Uint16Array): number {
    let total = 0;
    for (let block = 0; block < this.#countOf.length; block += 1) {
      total += (this.#countOf[block] ?? 0) * (weights[block] ?? 0);
    }
    return total;
  }

  #fromBelow(rank: number, weights: Uint16Array): number {
    let counted = 0;
    for (let index = 0; index < this.#valuesMs.length; index += 1) {
      counted += weights[this.#blockOf[index] ?? 0] ?? 0;
      if (counted >= rank) return this.#valuesMs[index] ?? Number.NaN;
    }
    return Number.NaN;
  }

  /** High quantiles are a short walk from this end. */
  #fromAbove(rank: number, weights: Uint16Array): number {
    let counted = 0;
    for (let index = this.#valuesMs.length - 1; index >= 0; index -= 1) {
      counted += weights[this.#blockOf[index] ?? 0] ?? 0;
      if (counted >= rank) return this.#valuesMs[index] ?? Number.NaN;
    }
    return Number.NaN;
  }
}
