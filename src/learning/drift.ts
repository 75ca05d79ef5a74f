import { isCalendarFeature, isEstimatedFeature } from '../domain/models/feature.ts';
import { type FeatureDrift, notableDrift } from '../domain/models/model.ts';
import type { LabelledRows } from '../domain/models/training.ts';
import { columnOf } from './columns.ts';

/**
 * The population stability index Σ (p − q)·ln(p/q) of each feature over quantile bins of the earlier
 * rows, the largest first. Calendar features are left out, and estimates from earlier slots, which
 * move by their making; so are the rows of ladders, whose workloads take turns. Empty when there are too few rows to tell a shift from chance.
 *
 * Source: N. Siddiqi, Credit Risk Scorecards, Wiley 2006.
 */
export function featureDrift(before: LabelledRows, after: LabelledRows): readonly FeatureDrift[] {
  const bins = mostBins(countRows(before), countRows(after));
  if (bins < 2) return [];
  return before.features
    .flatMap((feature, index): FeatureDrift[] => {
      const other = after.features.indexOf(feature);
      if (isCalendarFeature(feature) || isEstimatedFeature(feature) || other === -1) return [];
      const [was, is] = [scoredColumn(before, index), scoredColumn(after, other)];
      return [{ feature, psi: stabilityIndex(was, is, bins) }];
    })
    .sort((a, b) => b.psi - a.psi);
}

/** Deciles, as usual. */
const usualBins = 10;

/**
 * Without any shift the index is about χ² with B − 1 degrees of freedom times (1/n + 1/m), so its
 * mean is (B − 1)·(1/n + 1/m): so few bins that this stays at a quarter of what is notable.
 *
 * Source: B. Yurdakul, Statistical Properties of Population Stability Index, Western Michigan
 * University 2018.
 */
function mostBins(rowsBefore: number, rowsAfter: number): number {
  const ofChance = 1 / rowsBefore + 1 / rowsAfter;
  return Math.min(usualBins, 1 + Math.floor(notableDrift / 4 / ofChance));
}

function stabilityIndex(was: Float64Array, is: Float64Array, bins: number): number {
  const cuts = cutsOf(was, bins);
  const [before, after] = [countPerBin(was, cuts), countPerBin(is, cuts)];
  let index = 0;
  for (const [bin, count] of before.entries()) {
    const other = after[bin] ?? 0;
    if (count + other === 0) continue;
    // Half a row in every bin: one that is empty on one side would make the index infinite.
    const p = (count + 0.5) / (was.length + before.length / 2);
    const q = (other + 0.5) / (is.length + after.length / 2);
    index += (p - q) * Math.log(p / q);
  }
  return index;
}

/**
 * Where bins begin: the quantiles of the earlier rows, without repetitions, and what lies above
 * their largest value, so that a constant that becomes another constant is seen.
 */
function cutsOf(values: Float64Array, bins: number): readonly number[] {
  const sorted = values.slice().sort();
  const cuts = Array.from(
    { length: bins },
    (_, bin) => sorted[Math.floor((bin * sorted.length) / bins)] ?? 0,
  );
  const largest = sorted[sorted.length - 1] ?? 0;
  return [...new Set([...cuts, nextAbove(largest)])];
}

/** The smallest change that counts: rounding of a recomputed value is none. */
function nextAbove(value: number): number {
  return value + Math.max(Math.abs(value) * 1e-9, 1e-12);
}

function countPerBin(values: Float64Array, cuts: readonly number[]): Float64Array {
  const counts = new Float64Array(cuts.length + 1);
  for (const value of values) {
    let bin = 0;
    while (bin < cuts.length && value >= (cuts[bin] ?? 0)) bin += 1;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

function countRows(rows: LabelledRows): number {
  return rows.share.filter((share) => share > 0).length;
}

function scoredColumn(rows: LabelledRows, feature: number): Float64Array {
  return columnOf(rows, feature).filter((_, row) => (rows.share[row] ?? 0) > 0);
}
