/** What a campaign must have shown, for a build that should fail when it has not. */
import { type Candidate, candidates } from '../arm.ts';
import type { Verdict } from '../verdict/verdict.ts';
import {
  intervalOf,
  isQuantile,
  isShare,
  type MeasuredArms,
  type Metric,
  measureArm,
  measuredValue,
} from './arm-measures.ts';

export const comparators = ['<=', '>=', '<', '>'] as const;
export type Comparator = (typeof comparators)[number];

/** Which figure is held against the limit: the estimate, or an end of its 95 % interval. */
export type Bound = 'point' | 'lower' | 'upper';

export type Threshold =
  | { readonly kind: 'decided'; readonly text: string }
  | { readonly kind: 'answer'; readonly text: string; readonly arm: Candidate }
  | (Limit & {
      readonly kind: 'saving';
      readonly arm: Candidate;
      readonly against: Candidate;
    })
  | (Limit & {
      readonly kind: 'measure';
      readonly arm: Candidate;
      readonly workload?: string;
      readonly metric: Metric;
    });

export interface Limit {
  readonly text: string;
  readonly bound: Bound;
  readonly comparator: Comparator;
  /** In ms, USD per 1,000 good requests, or a share of 1. */
  readonly limit: number;
}

export type ThresholdUnit = 'ms' | 'usd' | 'share';

export interface ThresholdResult {
  readonly text: string;
  readonly isMet: boolean;
  /** Why it is not met though there is no figure, or what the answer is instead. */
  readonly reason?: string;
  readonly unit?: ThresholdUnit;
  readonly value?: number;
  /** Two-sided 95 %. */
  readonly lower?: number;
  readonly upper?: number;
  readonly bound?: Bound;
  /** Requests behind the value. */
  readonly requests?: number;
  readonly blocks?: number;
}

export interface ThresholdFacts {
  /** Absent with the reason: then no threshold is met. */
  readonly verdict: Verdict | { readonly none: string };
  readonly measured: MeasuredArms | undefined;
}

/** What cannot be printed cannot be shown, so it fails; it never passes. */
export function judgeThreshold(threshold: Threshold, facts: ThresholdFacts): ThresholdResult {
  const { text } = threshold;
  const { verdict, measured } = facts;
  if ('none' in verdict) return { text, isMet: false, reason: `no verdict: ${verdict.none}` };
  switch (threshold.kind) {
    case 'decided':
      return verdict.isDecided
        ? { text, isMet: true }
        : { text, isMet: false, reason: 'undecided' };
    case 'answer':
      return judgeAnswer(threshold, verdict);
    case 'saving':
      return judgeSaving(threshold, verdict);
    case 'measure':
      return measured === undefined
        ? { text, isMet: false, reason: 'no block was scored' }
        : judgeMeasure(threshold, measured);
    default:
      return threshold satisfies never;
  }
}

/** Undecided with an arm in front is no answer yet. */
function judgeAnswer(
  { text, arm }: Extract<Threshold, { kind: 'answer' }>,
  verdict: Verdict,
): ThresholdResult {
  if (verdict.answer === undefined) {
    return { text, isMet: false, reason: 'no arm is shown to be fast enough' };
  }
  if (!verdict.isDecided) {
    return { text, isMet: false, reason: `undecided, with ${verdict.answer} in front` };
  }
  if (verdict.answer === arm) return { text, isMet: true };
  return { text, isMet: false, reason: `the answer is ${verdict.answer}` };
}

/** 1 − ratio of the cost contrast: the interval's ends change places. */
function judgeSaving(
  threshold: Extract<Threshold, { kind: 'saving' }>,
  { contrasts, blocks, arms: results }: Verdict,
): ThresholdResult {
  const { text, arm, against } = threshold;
  const unmeasured = [arm, against].filter((each) => results.every((one) => one.arm !== each));
  if (unmeasured.length > 0) {
    return { text, isMet: false, reason: `${unmeasured.join(' and ')} was not measured` };
  }
  const forwards = contrasts.find((one) => one.arm === arm && one.against === against)?.cost;
  const backwards = contrasts.find((one) => one.arm === against && one.against === arm)?.cost;
  const cost =
    forwards ??
    (backwards && {
      ratio: 1 / backwards.ratio,
      lower: 1 / backwards.upper,
      upper: 1 / backwards.lower,
    });
  if (cost === undefined) {
    return { text, isMet: false, reason: 'one block has no contrast between arms' };
  }
  const value = { value: 1 - cost.ratio, lower: 1 - cost.upper, upper: 1 - cost.lower };
  return judged(threshold, { ...value, unit: 'share', blocks });
}

function judgeMeasure(
  threshold: Extract<Threshold, { kind: 'measure' }>,
  measured: MeasuredArms,
): ThresholdResult {
  const measure = measureArm(measured, threshold);
  if ('unknown' in measure) {
    return { text: threshold.text, isMet: false, reason: measure.unknown };
  }
  return judged(threshold, {
    value: measuredValue(measure),
    ...intervalOf(measured, measure),
    unit: unitOf(measure.metric),
    requests: measure.requests,
    blocks: measure.blocks,
  });
}

export function unitOf(metric: Metric): ThresholdUnit {
  if (isQuantile(metric)) return 'ms';
  return isShare(metric) ? 'share' : 'usd';
}

function judged(
  { text, bound, comparator, limit }: Limit,
  figure: Omit<ThresholdResult, 'text' | 'isMet' | 'reason' | 'bound'> & {
    readonly value: number;
  },
): ThresholdResult {
  const tested = bound === 'point' ? figure.value : figure[bound];
  if (tested === undefined) {
    return { text, isMet: false, ...figure, bound, reason: 'one block has no interval' };
  }
  return { text, isMet: holds(tested, comparator, limit), ...figure, bound };
}

function holds(value: number, comparator: Comparator, limit: number): boolean {
  switch (comparator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    default:
      return comparator satisfies never;
  }
}

/** The end of the interval that has to clear the limit for the whole interval to do so. */
export function outerBound(comparator: Comparator): Exclude<Bound, 'point'> {
  return comparator === '<' || comparator === '<=' ? 'upper' : 'lower';
}

/** A/A copies are no arms that somebody could choose. */
export function isArm(name: string): name is Candidate {
  return candidates.some((arm) => arm === name);
}
