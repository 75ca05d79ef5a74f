import { studentCdf, studentQuantile } from '../statistics/distributions.ts';
import { mean, standardDeviation } from '../statistics/statistics.ts';

/** A router against a rival: differences in mean u, one per slot; below 0 the router is better. */
export interface Contest {
  readonly slots: number;
  /** Two-sided 95 %; absent with fewer than two slots. */
  readonly interval?: SlotInterval;
  /** One-sided p of "it is not better". */
  readonly p: number;
}

export type JudgedContest = Contest & { readonly interval: SlotInterval };

export interface SlotInterval {
  readonly mean: number;
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
}

/** One-sided: a two-sided 95 % interval below 0 is p < 0.025. */
const alpha = 0.025;

export function contestOf(differences: readonly number[]): Contest {
  const slots = differences.length;
  if (slots < 2) return { slots, p: 1 };
  const interval = slotInterval(differences);
  return { slots, interval, p: pNotBetter(interval, slots) };
}

/**
 * Those shown to be better, by Holm's step-down procedure: the smallest p is held against α/m, the
 * next against α/(m − 1), and so on, up to the first that fails.
 *
 * Source: S. Holm, Scandinavian Journal of Statistics 6, 1979.
 */
export function shownBetter<Judged extends JudgedContest>(contests: readonly Judged[]): Judged[] {
  const ordered = [...contests].sort((a, b) => a.p - b.p);
  const firstFailed = ordered.findIndex(({ p }, rank) => p >= alpha / (ordered.length - rank));
  return firstFailed === -1 ? ordered : ordered.slice(0, firstFailed);
}

export function isJudged<Any extends Contest>(contest: Any): contest is Any & JudgedContest {
  return contest.interval !== undefined;
}

/** The whole two-sided interval lies above 0. */
export function isShownWorse(contest: Contest): contest is JudgedContest {
  return contest.interval !== undefined && contest.interval.lower > 0;
}

/** One-sided 95 % upper bound of the mean difference. */
export function upperBoundOf({ interval, slots }: JudgedContest): number {
  return interval.mean + studentQuantile(0.95, slots - 1) * interval.standardError;
}

/** Student's t over slots: the slots share no request, the rows of one slot do. */
function slotInterval(differences: readonly number[]): SlotInterval {
  const centre = mean(differences);
  const standardError = standardDeviation(differences) / Math.sqrt(differences.length);
  const reach = studentQuantile(1 - alpha, differences.length - 1) * standardError;
  return { mean: centre, standardError, lower: centre - reach, upper: centre + reach };
}

function pNotBetter({ mean: centre, standardError }: SlotInterval, slots: number): number {
  // Differences that are all alike leave no doubt on either side.
  if (standardError === 0) return centre < 0 ? 0 : 1;
  return studentCdf(centre / standardError, slots - 1);
}
