import { encodeBoostedTrees } from '../../domain/models/boosted-trees.ts';
import type { FittedModel } from '../model-family.ts';
import type { GrownTrees } from './parse-model.ts';

/** The model of the first `size` trees: each tree only depends on those before it. */
export function fittedTrees(
  grown: GrownTrees,
  size: number,
  features: readonly string[],
): FittedModel {
  const first = firstTrees(grown, size);
  return { scorer: encodeBoostedTrees(first), importance: importanceOf(first, features) };
}

function firstTrees(grown: GrownTrees, size: number): GrownTrees {
  const end = grown.roots[size] ?? grown.feature.length;
  return {
    roots: grown.roots.subarray(0, size),
    feature: grown.feature.subarray(0, end),
    threshold: grown.threshold.subarray(0, end),
    right: grown.right.subarray(0, end),
    margin: grown.margin.subarray(0, end),
    gain: grown.gain.subarray(0, end),
    baseMargin: grown.baseMargin,
  };
}

/** Each feature's part of the whole gain; all 0 when no tree found a split. */
function importanceOf(
  { feature, gain }: GrownTrees,
  features: readonly string[],
): Readonly<Record<string, number>> {
  const sums = new Float64Array(features.length);
  for (let node = 0; node < feature.length; node += 1) {
    const column = feature[node] as number;
    if (column !== -1) sums[column] = (sums[column] ?? 0) + (gain[node] as number);
  }
  const total = sums.reduce((sum, value) => sum + value, 0);
  return Object.fromEntries(
    features.map((name, f) => [name, total === 0 ? 0 : (sums[f] ?? 0) / total]),
  );
}
