import {
  enoughBlocks,
  expandedInterval,
  fewBlockIntervalOfPooled,
  type Interval,
  resampleBlocks,
  weightedSum,
} from '../verdict/bootstrap.ts';
import { randomFor } from './random.ts';

/** A mean over rows, with an interval over the sessions that they came in. */
export interface SessionMean {
  readonly mean: number;
  readonly rows: number;
  /** Sessions that have rows. */
  readonly sessions: number;
  /** 95 %, two-sided; absent with one session, which says nothing about the next one. */
  readonly interval?: Interval;
  /** Fewer than 6 sessions: t instead of percentiles (METHOD 6.3). */
  readonly hasFewSessions: boolean;
}

/**
 * The mean of all rows, from sums and counts per session; whole sessions are drawn again, with
 * everything in them (METHOD 6.3). Undefined without rows. The draws are the same every time.
 */
export function sessionMean(
  sums: ArrayLike<number>,
  counts: ArrayLike<number>,
): SessionMean | undefined {
  const present = Array.from(counts, (count, session) => ({ session, count })).filter(
    ({ count }) => count > 0,
  );
  const rows = present.reduce((total, { count }) => total + count, 0);
  if (rows === 0) return undefined;
  const sum = Float64Array.from(present, ({ session }) => sums[session] ?? 0);
  const size = Float64Array.from(present, ({ count }) => count);
  const sessions = present.length;
  const mean = sum.reduce((total, value) => total + value, 0) / rows;
  const known = { mean, rows, sessions, hasFewSessions: sessions < enoughBlocks };
  if (sessions < 2) return known;
  const { rows: draws } = resampleBlocks(sessions, randomFor(1, 'sessions', sessions));
  const estimates = Float64Array.from(
    draws,
    (weights) => weightedSum(sum, weights) / weightedSum(size, weights),
  );
  const interval = known.hasFewSessions
    ? fewBlockIntervalOfPooled(mean, estimates, { blocks: sessions, alpha: 0.05 })
    : expandedInterval(estimates, sessions, 0.05);
  return { ...known, interval };
}

/** Adds up values per session: what `sessionMean` takes. */
export class SessionSums {
  readonly sums: Float64Array;
  readonly counts: Float64Array;

  constructor(sessions: number) {
    this.sums = new Float64Array(sessions);
    this.counts = new Float64Array(sessions);
  }

  add(session: number, value: number): void {
    this.sums[session] = (this.sums[session] ?? 0) + value;
    this.counts[session] = (this.counts[session] ?? 0) + 1;
  }

  mean(): SessionMean | undefined {
    return sessionMean(this.sums, this.counts);
  }
}
