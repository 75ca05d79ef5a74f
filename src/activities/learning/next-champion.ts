import { type Challenger, type Champion, modelInUse } from '../../domain/models/model.ts';
import {
  bestLearned,
  type Contestants,
  decidePromotion,
  type Evidence,
  type PromotionDecision,
} from '../../domain/models/promotion.ts';
import type { Finding } from '../../domain/models/training.ts';
import type { CapacityDecision } from '../../domain/money/capacity.ts';
import type { TrainingResult } from './models.ts';
import type { PrequentialEvidence } from './prequential-evidence.ts';

type Trained = Extract<TrainingResult, { kind: 'trained' }>;

/** All that a retraining knows when it chooses. */
export interface PromotionFacts extends Pick<Contestants, 'margin' | 'slots'> {
  readonly trainings: readonly TrainingResult[];
  readonly slotsSeen: number;
  readonly capacity: CapacityDecision;
  /** What is in use until now. */
  readonly current: Champion | undefined;
  /** Absent before there is anything that an earlier retraining has left to judge. */
  readonly evidence: PrequentialEvidence | undefined;
}

/** The champion that a retraining leaves behind (METHOD 5.3). */
export function nextChampion(facts: PromotionFacts): Champion {
  const { trainings, current, evidence, capacity } = facts;
  const trained = trainedOf(trainings);
  const challengers = trained.map((training) => challengerOf(training, evidence?.challengers));
  const decision = decide(facts, trained);
  return {
    ...routerOf(decision, challengers, current),
    table: capacity.table,
    withCapacity: capacity.withCapacity,
    ...learnedOf(trainings, challengers, current),
    reason: reasonOf(decision, trainings),
    capacityReason: capacity.reason,
    slotsSeen: facts.slotsSeen,
    by: 'retraining',
    challengers: [...challengers, ...leftOver(trainings, current)],
    ...(evidence === undefined || evidence.drift.length === 0 ? {} : { drift: evidence.drift }),
  };
}

/** All families look at the same rows, and what is found in them is said once. */
export function findingsIn(trainings: readonly TrainingResult[]): readonly Finding[] {
  const byMessage = new Map<string, Finding>();
  for (const finding of trainings.flatMap(findingsOf)) byMessage.set(finding.message, finding);
  return [...byMessage.values()];
}

export function trainedOf(trainings: readonly TrainingResult[]): readonly Trained[] {
  return trainings.filter((training) => training.kind === 'trained');
}

function decide(facts: PromotionFacts, trained: readonly Trained[]): PromotionDecision {
  const { trainings, evidence, current, margin, slots } = facts;
  if (trained.length === 0) {
    const isStatic = trainings.some(({ kind }) => kind === 'static');
    const choice = current?.kind === 'learned' && !isStatic ? 'kept' : 'best-static';
    return { choice, reason: whyNoModel(trainings) };
  }
  if (evidence === undefined) return decideOnSplit(trained, facts);
  const { incumbent, challengers } = evidence;
  if (incumbent.kind === 'best-static' && challengers.length === 0) {
    return decideOnSplit(trained, facts);
  }
  const decision = decidePromotion({ incumbent, challengers, margin, slots });
  return withFreshModel(decision, trained, incumbent.kind);
}

/** With the first retraining, or the only one, the recipe was fitted on the first two thirds. */
function decideOnSplit(
  trained: readonly Trained[],
  { margin, slots }: PromotionFacts,
): PromotionDecision {
  const challengers = trained.flatMap(({ family, judgement }): readonly Evidence[] =>
    judgement.kind === 'not-judged'
      ? []
      : [{ family, vsStatic: judgement.challengerVsStatic, vPair: judgement.metrics.vPair }],
  );
  const [first] = trained;
  if (challengers.length === 0 && first?.judgement.kind === 'not-judged') {
    return { choice: 'best-static', reason: first.judgement.reason };
  }
  return decidePromotion({ incumbent: { kind: 'best-static' }, challengers, margin, slots });
}

/** A recipe that has won, but could not be trained this time, has no model to put to use. */
function withFreshModel(
  decision: PromotionDecision,
  trained: readonly Trained[],
  inUse: Champion['kind'],
): PromotionDecision {
  if (decision.choice !== 'promoted') return decision;
  if (trained.some(({ family }) => family === decision.family)) return decision;
  return {
    choice: inUse === 'learned' ? 'kept' : 'best-static',
    reason: `${decision.reason} It could not be trained this time, so what is in use stays.`,
  };
}

function routerOf(
  decision: PromotionDecision,
  challengers: readonly Challenger[],
  current: Champion | undefined,
): Pick<Champion, 'kind' | 'family' | 'modelHash'> {
  switch (decision.choice) {
    case 'best-static':
      return { kind: 'best-static' };
    case 'promoted': {
      const { family } = decision;
      const fresh = challengers.find((challenger) => challenger.family === family);
      if (fresh === undefined) throw new Error(`The ${family} was promoted without a model.`);
      return { kind: 'learned', family, modelHash: fresh.modelHash };
    }
    case 'kept': {
      const modelHash = current === undefined ? undefined : modelInUse(current);
      if (modelHash === undefined) throw new Error('No learned router is in use to be kept.');
      const family = current?.family;
      return { kind: 'learned', ...(family === undefined ? {} : { family }), modelHash };
    }
    default:
      return decision satisfies never;
  }
}

/**
 * What the hybrid arm routes by: the best model of this retraining. Without any, the earlier one
 * goes on, unless the finding is that no router is needed.
 */
function learnedOf(
  trainings: readonly TrainingResult[],
  challengers: readonly Challenger[],
  current: Champion | undefined,
): Pick<Champion, 'learnedModelHash'> {
  const best = bestLearned(challengers)?.modelHash;
  if (best !== undefined) return { learnedModelHash: best };
  const isStatic = trainings.some(({ kind }) => kind === 'static');
  const earlier = current?.learnedModelHash;
  return isStatic || earlier === undefined ? {} : { learnedModelHash: earlier };
}

/** A family that failed this time is judged by what it left the time before. */
function leftOver(
  trainings: readonly TrainingResult[],
  current: Champion | undefined,
): readonly Challenger[] {
  const failed = trainings.filter(({ kind }) => kind === 'failed').map(({ family }) => family);
  return current?.challengers?.filter(({ family }) => failed.includes(family)) ?? [];
}

/**
 * With its V_pair on the same slots for all families: those that this retraining held out, otherwise
 * those since the last one.
 */
function challengerOf(
  { family, modelHash, judgement }: Trained,
  earlier: readonly Evidence[] = [],
): Challenger {
  const vPair =
    judgement.kind === 'judged'
      ? judgement.metrics.vPair
      : earlier.find((evidence) => evidence.family === family)?.vPair;
  return { family, modelHash, ...(vPair === undefined ? {} : { vPair }) };
}

function whyNoModel(trainings: readonly TrainingResult[]): string {
  const [first] = trainings;
  if (first === undefined) return 'No router was trained.';
  const because = first.kind === 'failed' ? first.reason : findingsOf(first)[0]?.message;
  return because ?? 'The training gave no model.';
}

/** Families that failed beside others that did not are told as well. */
function reasonOf({ reason }: PromotionDecision, trainings: readonly TrainingResult[]): string {
  const failed = trainings.filter((training) => training.kind === 'failed');
  if (failed.length === trainings.length) return reason;
  const told = failed.map((training) => ` The ${training.family} failed: ${training.reason}`);
  return `${reason}${told.join('')}`;
}

/** A failed training speaks through the champion's reason; it has found nothing. */
function findingsOf(training: TrainingResult): readonly Finding[] {
  return training.kind === 'static' ? training.findings : [];
}
