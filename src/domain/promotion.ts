import { studentQuantile } from './distributions.ts';
import { mean, standardDeviation } from './statistics.ts';

export interface PromotionDecision {
  readonly promote: boolean;
  /** In sentences, with the numbers; which router it is for stands beside it. */
  readonly reason: string;
}

/**
 * Whether a learned router replaces best-static (METHOD 5.3): only if it is *better*, that is, the
 * 95 % interval of the mean difference in u over the slots it was judged on lies below 0. Equal or
 * undecided is not enough, because a table is simpler than a model.
 */
export function decidePromotion(input: {
  /** Mean u of the router's choices minus best-static's, one per judged slot; below 0 is better. */
  readonly challengerVsStatic: readonly number[];
  /** Of the plan's question, for example 0.1. */
  readonly margin: number;
  /** Complete slots of the campaign. */
  readonly slots: number;
}): PromotionDecision {
  const judged = input.challengerVsStatic.length;
  if (judged < 2) {
    const reason =
      `The learned router was judged on ${judged} of ${input.slots} ` +
      'complete slots, and an interval over slots takes at least 2.';
    return { promote: false, reason };
  }
  const interval = slotInterval(input.challengerVsStatic);
  const numbers =
    `over ${judged} held-out slots its mean u differs from best-static's by ${signed(interval.mean)} ` +
    `(95 % interval ${signed(interval.lower)} to ${signed(interval.upper)}; below 0 is better)`;
  if (interval.upper >= 0) {
    const finding =
      interval.lower === 0 && interval.upper === 0
        ? 'The learned router chooses as best-static does'
        : 'The learned router is not shown to be better';
    return { promote: false, reason: `${finding}; ${numbers}.` };
  }
  const isMaterial = interval.upper < -Math.log(1 + input.margin);
  const size = `, ${isMaterial ? '' : 'not '}by more than the margin of ${percent(input.margin)}`;
  return {
    promote: true,
    reason: `It is better${size}; ${numbers}.`,
  };
}

/** Two-sided 95 %, Student's t over slots: the slots share no request, the rows of one slot do. */
function slotInterval(differences: readonly number[]): {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
} {
  const centre = mean(differences);
  const standardError = standardDeviation(differences) / Math.sqrt(differences.length);
  const reach = studentQuantile(0.975, differences.length - 1) * standardError;
  return { mean: centre, lower: centre - reach, upper: centre + reach };
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
