import type { FamilyName } from '../plan.ts';
import {
  contestOf,
  isJudged,
  isShownWorse,
  type JudgedContest,
  shownBetter,
  upperBoundOf,
} from './slot-contest.ts';

/**
 * How a recipe did on slots that neither it nor its rivals were fitted on. Differences are those of
 * the share-weighted mean u of its choices, one per slot; below 0 it is better (METHOD 5.3).
 */
export interface Evidence {
  readonly family: FamilyName;
  readonly vsStatic: readonly number[];
  /** Absent when best-static is in use. */
  readonly vsChampion?: readonly number[];
  /** It is the very model in use. */
  readonly isChampion?: boolean;
  /** V_pair on those slots; absent when there are none. */
  readonly vPair?: number;
}

/** What is in use until the decision. */
export type Incumbent =
  | { readonly kind: 'best-static' }
  | {
      readonly kind: 'learned';
      readonly family: FamilyName;
      /** Mean u of its choices minus best-static's, one per slot that it was not fitted on. */
      readonly vsStatic: readonly number[];
    };
type LearnedIncumbent = Extract<Incumbent, { kind: 'learned' }>;

export type PromotionDecision = {
  /** In sentences, with the numbers; which router it is for stands beside it. */
  readonly reason: string;
} & (
  | { readonly choice: 'best-static' }
  /** The family's recipe, fitted on all slots. */
  | { readonly choice: 'promoted'; readonly family: FamilyName }
  /** The learned router as it is: nothing newer has earned its place. */
  | { readonly choice: 'kept' }
);

export interface Contestants {
  readonly incumbent: Incumbent;
  readonly challengers: readonly Evidence[];
  /** Of the plan's question, for example 0.1. */
  readonly margin: number;
  /** Complete slots of the campaign. */
  readonly slots: number;
}

/**
 * Which router is in use from now on (METHOD 5.3). The same recipe with more data needs to be *not
 * worse*; another family, or a learned router over best-static, must be *better*, with Holm's
 * correction over the families, because a table is simpler than a model. Best-static is always a
 * candidate: a learned router that is shown to be worse falls back to it.
 */
export function decidePromotion(contestants: Contestants): PromotionDecision {
  const { incumbent } = contestants;
  if (incumbent.kind === 'best-static') return challengeStatic(contestants);

  const contest = contestOf(incumbent.vsStatic);
  if (!isShownWorse(contest)) return challengeModel(contestants, incumbent);
  const fallen =
    `The ${incumbent.family} that was in use is worse than best-static; ` +
    `${numbersOf(contest, bestStatics)}.`;
  const rescue = challengeStatic(contestants);
  return rescue.choice === 'promoted'
    ? { ...rescue, reason: `${fallen} ${rescue.reason}` }
    : { choice: 'best-static', reason: fallen };
}

/** The learned model that the hybrid arm routes by: lowest V_pair; what was not judged comes last. */
export function bestLearned<Model extends { readonly vPair?: number }>(
  models: readonly Model[],
): Model | undefined {
  const judged = models.filter(({ vPair }) => vPair !== undefined);
  const [first, ...others] = judged.length > 0 ? judged : models;
  let best = first;
  for (const model of others) if ((model.vPair ?? 0) < (best?.vPair ?? 0)) best = model;
  return best;
}

type Contender = Evidence & JudgedContest;

function challengeStatic({ challengers, margin, slots }: Contestants): PromotionDecision {
  const contenders = contendersIn(challengers, ({ vsStatic }) => vsStatic);
  const winner = bestLearned(shownBetter(contenders));
  if (winner !== undefined) {
    return promoted(winner, whyBetter(winner, { contenders, rival: bestStatics, margin }));
  }
  const closest = bestLearned(contenders);
  const reason =
    closest === undefined
      ? tooFew(challengers[0]?.vsStatic.length ?? 0, slots, 'learned router')
      : whyNotBetter(closest, contenders);
  return { choice: 'best-static', reason };
}

function challengeModel(contestants: Contestants, incumbent: LearnedIncumbent): PromotionDecision {
  const { challengers, margin } = contestants;
  const others = challengers.filter(({ family }) => family !== incumbent.family);
  const contenders = contendersIn(others, ({ vsChampion = [] }) => vsChampion);
  // What is in use may itself be no better than a table, so being better than it is not enough.
  const better = shownBetter(contenders).filter(
    ({ vsStatic }) => !isShownWorse(contestOf(vsStatic)),
  );
  const winner = bestLearned(better);
  if (winner === undefined) return renew(contestants, incumbent);
  const rival = `the ${incumbent.family}'s`;
  return promoted(winner, whyBetter(winner, { contenders, rival, margin }));
}

/** With fewer than two slots there is nothing to be shown, and nothing to correct for. */
function contendersIn(
  challengers: readonly Evidence[],
  differencesOf: (evidence: Evidence) => readonly number[],
): Contender[] {
  return challengers
    .map((evidence) => ({ ...evidence, ...contestOf(differencesOf(evidence)) }))
    .filter(isJudged);
}

/** The same recipe with more data: its one-sided 95 % upper bound must stay below ln(1 + margin). */
function renew(
  { challengers, margin, slots }: Contestants,
  { family }: LearnedIncumbent,
): PromotionDecision {
  const same = challengers.find((challenger) => challenger.family === family);
  if (same === undefined) {
    return { choice: 'kept', reason: `The last retraining left no ${family} to judge.` };
  }
  if (same.isChampion === true) {
    const kept = `No other router is shown to be better, so the ${family} is fitted again on all ${slots} slots`;
    const vsStatic = contestOf(same.vsStatic);
    const numbers = isJudged(vsStatic) ? `; ${numbersOf(vsStatic, bestStatics)}` : '';
    return { choice: 'promoted', family, reason: `${kept}${numbers}.` };
  }
  const contest = contestOf(same.vsChampion ?? []);
  if (!isJudged(contest)) {
    return { choice: 'kept', reason: tooFew(contest.slots, slots, `new ${family}`) };
  }
  const upper = upperBoundOf(contest);
  const numbers = `${numbersOf(contest, "the one's in use")}, one-sided bound ${signed(upper)}`;
  if (upper < Math.log1p(margin)) {
    const reason = `The new ${family} is not worse by the margin of ${percent(margin)}; ${numbers}.`;
    return { choice: 'promoted', family, reason };
  }
  return {
    choice: 'kept',
    reason: `The new ${family} may be worse by the margin of ${percent(margin)}; ${numbers}.`,
  };
}

const bestStatics = "best-static's";

function promoted({ family }: Contender, reason: string): PromotionDecision {
  return { choice: 'promoted', family, reason };
}

function whyBetter(
  winner: Contender,
  {
    contenders,
    rival,
    margin,
  }: {
    readonly contenders: readonly Contender[];
    readonly rival: string;
    readonly margin: number;
  },
): string {
  const isMaterial = winner.interval.upper < -Math.log1p(margin);
  const size = `by ${isMaterial ? '' : 'not '}more than the margin of ${percent(margin)}`;
  const holm = contenders.length < 2 ? '' : ` among ${contenders.length} families (Holm)`;
  return `The ${winner.family} is better${holm}, ${size}; ${numbersOf(winner, rival)}.`;
}

function whyNotBetter(closest: Contender, contenders: readonly Contender[]): string {
  const isSame = contenders.every(({ interval }) => interval.lower === 0 && interval.upper === 0);
  const finding = isSame
    ? 'The learned router chooses as best-static does'
    : 'The learned router is not shown to be better';
  const { family } = closest;
  const name = contenders.length < 2 ? family : `${family}, the best of ${contenders.length}`;
  return `${finding} (${name}); ${numbersOf(closest, bestStatics)}.`;
}

function tooFew(judged: number, slots: number, what: string): string {
  return (
    `The ${what} was judged on ${judged} of ${slots} complete slots, ` +
    'and an interval over slots takes at least 2.'
  );
}

function numbersOf({ interval, slots }: JudgedContest, rival: string): string {
  return (
    `over ${slots} held-out slots its mean u differs from ${rival} by ${signed(interval.mean)} ` +
    `(95 % interval ${signed(interval.lower)} to ${signed(interval.upper)}; below 0 is better)`
  );
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
