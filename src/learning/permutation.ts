import { setImmediate } from 'node:timers/promises';
import { isWorkloadFeature } from '../domain/models/feature.ts';
import type { FeatureImportance } from '../domain/models/model-evaluation.ts';
import type { Scorer } from '../domain/models/scorer.ts';
import type { LabelledRows } from '../domain/models/training.ts';
import { randomFor, shuffled } from '../domain/statistics/random.ts';
import { columnOf } from './columns.ts';
import { scoreRows } from './judge.ts';
import { learnedChoice } from './rivals.ts';
import type { SlotIntervals } from './slot-intervals.ts';
import { rowsAt } from './slot-split.ts';
import { groupBySlot, pairValueOf, type SlotGroups, utilitySums } from './slot-sums.ts';

export interface PermutationRequest {
  /** Held-out rows, all with a share. */
  readonly rows: LabelledRows;
  readonly scorer: Scorer;
  readonly pLambda: Float64Array;
  readonly threshold: number;
  /** The family's own, per feature; empty where it has none. */
  readonly importance: Readonly<Record<string, number>>;
  readonly intervals: SlotIntervals;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/**
 * By how much V_pair gets worse when a feature is shuffled among the held-out rows (L. Breiman,
 * Random Forests, Machine Learning 45, 2001), most important first. Columns that tell one thing
 * together are shuffled together: a row of two workloads, or of no hour of the day, tells nothing.
 */
export async function permutationImportance(
  request: PermutationRequest,
): Promise<{ readonly importance: readonly FeatureImportance[]; readonly rows: number }> {
  const { seed, threshold } = request;
  const groups = columnGroups(request.rows.features);
  const { slots } = groupBySlot(request.rows);
  const kept = drawnRows(request.rows.rowCount, groups.size, seed);
  const rows = rowsAt(request.rows, kept);
  const slotGroups = groupBySlot(rows, slots);
  const pLambda = Float64Array.from(kept, (row) => request.pLambda[row] ?? Number.NaN);
  const learned = utilitySums(rows, slotGroups, learnedChoice(pLambda, threshold));
  const repeats = Math.min(
    mostRepeats,
    Math.max(1, Math.floor(mostScores / (groups.size * rows.rowCount))),
  );
  const importance: FeatureImportance[] = [];
  for (const [feature, columns] of groups) {
    const columnsOfGroup = { ...request, rows, feature, columns };
    const shuffledSums = await sumsOfShuffled(columnsOfGroup, slotGroups, repeats);
    const permutation = (await request.intervals.estimate(
      (drawn) =>
        pairValueOf(slotGroups, shuffledSums, drawn) - pairValueOf(slotGroups, learned, drawn),
    )) ?? { value: 0 };
    importance.push({ feature, permutation, ...ownOf(request, columns) });
  }
  importance.sort(
    (a, b) => b.permutation.value - a.permutation.value || (b.own ?? 0) - (a.own ?? 0),
  );
  return { importance, rows: rows.rowCount };
}

/** At some ten microseconds a score, a few seconds in all. */
const mostScores = 400_000;

/** More shuffles than that no longer steady a figure that differs between slots anyway. */
const mostRepeats = 5;

/** In the order of the features, each under the name of what it tells. */
function columnGroups(features: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (const [column, feature] of features.entries()) {
    const name = isWorkloadFeature(feature) ? 'workload' : feature.replace(/_(sin|cos)$/, '');
    groups.set(name, [...(groups.get(name) ?? []), column]);
  }
  return groups;
}

/** All rows, or a seeded draw of so many that every feature can be shuffled once. */
function drawnRows(rowCount: number, groups: number, seed: number): Int32Array {
  const all = Array.from({ length: rowCount }, (_, row) => row);
  const most = Math.floor(mostScores / groups);
  if (rowCount <= most) return Int32Array.from(all);
  return Int32Array.from(shuffled(all, randomFor(seed, 'permutation rows')).slice(0, most)).sort();
}

/** Sums of the utility of what the router chooses with the columns shuffled, mean of the repeats. */
async function sumsOfShuffled(
  request: PermutationRequest & { readonly feature: string; readonly columns: readonly number[] },
  groups: SlotGroups,
  repeats: number,
): Promise<Float64Array> {
  const { rows, columns, feature, seed, signal, scorer, threshold } = request;
  const mean = new Float64Array(groups.mass.length);
  const changed: LabelledRows = { ...rows, values: rows.values.slice() };
  const order = Array.from({ length: rows.rowCount }, (_, row) => row);
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const from = shuffled(order, randomFor(seed, 'permutation', feature, repeat));
    await setImmediate();
    for (const column of columns) {
      const values = columnOf(rows, column);
      const into = columnOf(changed, column);
      for (const [row, other] of from.entries()) into[row] = values[other] ?? Number.NaN;
    }
    const pLambda = await scoreRows(scorer, changed, signal);
    const sums = utilitySums(rows, groups, learnedChoice(pLambda, threshold));
    for (const [group, sum] of sums.entries()) mean[group] = (mean[group] ?? 0) + sum / repeats;
  }
  return mean;
}

function ownOf(
  { importance, rows }: PermutationRequest,
  columns: readonly number[],
): Pick<FeatureImportance, 'own'> {
  const names = columns.map((column) => rows.features[column] ?? '');
  if (!names.some((name) => name in importance)) return {};
  return { own: names.reduce((sum, name) => sum + (importance[name] ?? 0), 0) };
}
