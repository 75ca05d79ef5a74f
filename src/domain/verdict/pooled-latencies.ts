import { canPrintQuantile, rankOf } from '../statistics/statistics.ts';

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
    const { values, blockOf } = inOrder(blocks);
    this.#valuesMs = values;
    this.#blockOf = blockOf;
    this.#countOf = Uint32Array.from(blocks, (latenciesMs) => latenciesMs.length);
  }

  get count(): number {
    return this.#valuesMs.length;
  }

  /** The n-th highest, from 1; NaN beyond the last. */
  highest(n: number): number {
    return this.#valuesMs[this.#valuesMs.length - n] ?? Number.NaN;
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

interface Sorted {
  readonly values: Float64Array;
  readonly blockOf: Uint16Array;
}

/**
 * All values in order, each with its block: blocks are sorted by themselves and then merged two by
 * two. A tenth of the time of sorting rows, which a verdict on a week spends most of its time on.
 */
function inOrder(blocks: readonly (readonly number[])[]): Sorted {
  const total = blocks.reduce((sum, latenciesMs) => sum + latenciesMs.length, 0);
  let from: Sorted = { values: new Float64Array(total), blockOf: new Uint16Array(total) };
  let to: Sorted = { values: new Float64Array(total), blockOf: new Uint16Array(total) };
  let ends: number[] = [];
  for (const [block, latenciesMs] of blocks.entries()) {
    const start = ends.at(-1) ?? 0;
    const end = start + latenciesMs.length;
    from.values.set(Float64Array.from(latenciesMs).sort(), start);
    from.blockOf.fill(block, start, end);
    ends.push(end);
  }
  while (ends.length > 1) {
    const merged: number[] = [];
    for (let run = 0; run < ends.length; run += 2) {
      const start = ends[run - 1] ?? 0;
      const middle = ends[run] ?? start;
      const end = ends[run + 1] ?? middle;
      merge(from, to, { start, middle, end });
      merged.push(end);
    }
    [from, to, ends] = [to, from, merged];
  }
  return from;
}

function merge(
  from: Sorted,
  to: Sorted,
  { start, middle, end }: { readonly start: number; readonly middle: number; readonly end: number },
): void {
  let left = start;
  let right = middle;
  for (let at = start; at < end; at += 1) {
    const isLeft =
      right >= end || (left < middle && (from.values[left] ?? 0) <= (from.values[right] ?? 0));
    const taken = isLeft ? left : right;
    to.values[at] = from.values[taken] ?? Number.NaN;
    to.blockOf[at] = from.blockOf[taken] ?? 0;
    if (isLeft) left += 1;
    else right += 1;
  }
}

/** Of all pools together, every block once; undefined where it cannot be printed (METHOD 6.2). */
export function pooledQuantile(pools: readonly PooledLatencies[], q: number): number | undefined {
  const total = pools.reduce((sum, pool) => sum + pool.count, 0);
  if (!canPrintQuantile(total, q)) return undefined;
  const taken = pools.map(() => 0);
  let latest: number | undefined;
  for (let above = total - rankOf(total, q); above >= 0; above -= 1) {
    let slowest = 0;
    latest = Number.NEGATIVE_INFINITY;
    for (const [index, pool] of pools.entries()) {
      const next = pool.highest((taken[index] ?? 0) + 1);
      if (next > latest) {
        latest = next;
        slowest = index;
      }
    }
    taken[slowest] = (taken[slowest] ?? 0) + 1;
  }
  return latest;
}
