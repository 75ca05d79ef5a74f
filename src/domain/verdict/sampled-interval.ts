/** Intervals of what was drawn again, by the method that its sampling says (METHOD 6.3, 6.5). */

import { mean, standardDeviation } from '../statistics/statistics.ts';
import { alwaysValidRadius } from './always-valid.ts';
import {
  enoughBlocks,
  expandedInterval,
  fewBlockInterval,
  fewBlockIntervalOfPooled,
  type Interval,
} from './bootstrap.ts';
import type { Sampling } from './sampling.ts';

/** Something on a scale on which differences count: a log cost, a log ratio, a share. */
export interface Sampled {
  readonly estimate: number;
  /** One value per resample. */
  readonly resampled: Float64Array;
  /** One value per unit; absent for what only pooled rows have, such as a quantile. */
  readonly perUnit?: Float64Array;
}

/** Two-sided 1 − α. */
export function sampledInterval(sampling: Sampling, sampled: Sampled, alpha: number): Interval {
  const centre = sampledCentre(sampling, sampled);
  const { lower, upper } = unwidened(sampling, sampled, alpha);
  const { widening } = sampling;
  if (widening === 1) return { lower, upper };
  // Around a quantile that is no good answer there is no width to widen.
  if (!Number.isFinite(centre)) {
    return { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
  }
  return {
    lower: centre - widening * (centre - lower),
    upper: centre + widening * (upper - centre),
  };
}

/**
 * What the interval lies around: always-valid ones around the mean of the units, which is what
 * their theorem is about; otherwise the estimate.
 */
export function sampledCentre(
  { intervals }: Sampling,
  { estimate, perUnit }: Omit<Sampled, 'resampled'>,
): number {
  return intervals === 'always-valid' && perUnit !== undefined ? mean(perUnit) : estimate;
}

/** One-sided 1 − α lower bound; of few blocks, too, from the expanded percentiles. */
export function sampledLower(sampling: Sampling, sampled: Sampled, alpha: number): number {
  return sampledInterval(oneSided(sampling), sampled, 2 * alpha).lower;
}

/** One-sided 1 − α upper bound, as `sampledLower`. */
export function sampledUpper(sampling: Sampling, sampled: Sampled, alpha: number): number {
  return sampledInterval(oneSided(sampling), sampled, 2 * alpha).upper;
}

function oneSided(sampling: Sampling): Sampling {
  return sampling.intervals === 'few-block-t' ? { ...sampling, intervals: 'bootstrap' } : sampling;
}

/** Of the mean of the units, with what the sampling widens all intervals by. */
export function sampledStandardError(sampling: Sampling, perUnit: Float64Array): number {
  return (sampling.widening * standardDeviation(perUnit)) / Math.sqrt(perUnit.length);
}

function unwidened(sampling: Sampling, sampled: Sampled, alpha: number): Interval {
  const { estimate, resampled, perUnit } = sampled;
  switch (sampling.intervals) {
    case 'bootstrap':
      return expandedInterval(resampled, sampling.count, alpha);
    case 'few-block-t':
      return perUnit === undefined
        ? fewBlockIntervalOfPooled(estimate, resampled, { blocks: sampling.count, alpha })
        : fewBlockInterval(perUnit, alpha);
    case 'always-valid':
      return alwaysValid(sampling, sampled, alpha);
    default:
      return sampling.intervals satisfies never;
  }
}

/** It holds for many units: of fewer than six nothing is claimed. */
function alwaysValid(sampling: Sampling, sampled: Sampled, alpha: number): Interval {
  const units = sampling.count;
  const centre = sampledCentre(sampling, sampled);
  const sd =
    sampled.perUnit === undefined
      ? standardDeviation(sampled.resampled) * Math.sqrt(units ** 2 / (units - 1))
      : standardDeviation(sampled.perUnit);
  const half = sd * alwaysValidRadius({ units, mostUnits: sampling.mostUnits, alpha });
  if (units < enoughBlocks || !Number.isFinite(half)) {
    return { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
  }
  return { lower: centre - half, upper: centre + half };
}
