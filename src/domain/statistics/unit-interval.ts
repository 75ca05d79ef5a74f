/** 95 % intervals of figures that are made of sums over slots or blocks (METHOD 6.3). */
import {
  enoughBlocks,
  expandedInterval,
  fewBlockIntervalOfPooled,
  type Interval,
  type Resamples,
  resampleBlocks,
  weightedSum,
} from '../verdict/bootstrap.ts';
import { randomFor } from './random.ts';

/** A figure of whole sums, one for each column that was given. */
export type SumFigure = (sums: readonly number[]) => number;

export type UnitIntervals = (
  columns: readonly (readonly number[])[],
  figure: SumFigure,
) => Interval | undefined;

/**
 * Intervals by drawing whole slots again: expanded percentiles at six or more, else Student's t
 * with the bootstrap's standard error. A column has one value per slot. Undefined with fewer than
 * two slots, and where no resample could be estimated. The same seed gives the same intervals.
 */
export function unitIntervals(seed: number): UnitIntervals {
  const drawn = new Map<number, Resamples>();
  const resamplesOf = (units: number): Resamples => {
    const known = drawn.get(units);
    if (known !== undefined) return known;
    const resamples = resampleBlocks(units, randomFor(seed, 'units', units));
    drawn.set(units, resamples);
    return resamples;
  };
  return (columns, figure) => {
    const units = columns[0]?.length ?? 0;
    if (units < 2) return undefined;
    const exact = columns.map((column) => Float64Array.from(column));
    const { rows } = resamplesOf(units);
    const estimates = Float64Array.from(rows, (row) =>
      figure(exact.map((column) => weightedSum(column, row))),
    );
    const whole = figure(exact.map((column) => column.reduce((sum, value) => sum + value, 0)));
    const interval =
      units >= enoughBlocks
        ? expandedInterval(estimates, units, 0.05)
        : fewBlockIntervalOfPooled(whole, estimates, { blocks: units, alpha: 0.05 });
    return Number.isFinite(interval.lower) && Number.isFinite(interval.upper)
      ? interval
      : undefined;
  };
}

/** Σ first ÷ Σ second, for example hits over requests. */
export const shareOfSums: SumFigure = ([hits = 0, of = 0]) => hits / of;
