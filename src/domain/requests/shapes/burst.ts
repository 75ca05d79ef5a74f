import type { Random } from '../../statistics/random.ts';

/** A burst every five minutes or so; a short window has at least four. */
const cycleMs = 300_000;
const leastCycles = 4;
/** A fifth of the time has all of the load, at five times the mean rate. */
const onPart = 0.2;

/**
 * On and off: the window is cut into equal cycles, and each has its load in one burst at a random
 * place. With Poisson arrivals that is an interrupted Poisson process whose bursts are all of one
 * length.
 *
 * Source: A. Kuczura, The Interrupted Poisson Process as an Overflow Process, Bell System Technical
 * Journal 52(3), 1973.
 */
export function burstWarp(durationMs: number, random: Random): (place: number) => number {
  const cycles = Math.max(leastCycles, Math.round(durationMs / cycleMs));
  const begins = Array.from({ length: cycles }, () => random() * (1 - onPart));
  return (place) => {
    const cycle = Math.min(cycles - 1, Math.floor(place * cycles));
    const within = place * cycles - cycle;
    return (cycle + (begins[cycle] ?? 0) + within * onPart) / cycles;
  };
}
