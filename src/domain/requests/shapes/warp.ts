import type { LoadShape } from '../../plan.ts';
import type { Random } from '../../statistics/random.ts';
import { burstWarp } from './burst.ts';

/**
 * Moves the arrivals of a steady load so that they follow a shape: a rising function from [0, 1) to
 * [0, 1), the inverse of the part of the load that has come by then. As it is rising, it keeps
 * number and order; a Poisson process stays one, with the shape as its rate.
 *
 * Source: E. Çinlar, Introduction to Stochastic Processes, 1975, chapter 4.7 (inversion).
 */
export type Warp = (place: number) => number;

/** The shape of a run's load inside its window, the same for all workloads; undefined: even. */
export function warpOf(shape: LoadShape, durationMs: number, random: Random): Warp | undefined {
  switch (shape) {
    case 'ramp':
      return ramp;
    case 'burst':
      return burstWarp(durationMs, random);
    // Diurnal loads follow the hour from slot to slot; those of `azure` are drawn by function.
    case 'steady':
    case 'diurnal':
    case 'azure':
      return undefined;
    default:
      return shape satisfies never;
  }
}

/**
 * From no load to twice the mean, in a straight line: after a part p of the window, p² of the load
 * has come.
 */
function ramp(place: number): number {
  return Math.sqrt(place);
}

/** Times of a steady load, moved; they stay in the window, which rounding could leave. */
export function warped(offsetsMs: readonly number[], durationMs: number, warp: Warp): number[] {
  const last = lastBefore(durationMs);
  return offsetsMs.map((offsetMs) => Math.min(durationMs * warp(offsetMs / durationMs), last));
}

/** The largest number below a time. */
export function lastBefore(ms: number): number {
  return ms * (1 - Number.EPSILON);
}
