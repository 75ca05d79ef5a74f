import { PermanentFailure } from '../domain/failures.ts';
import type { ModelArtifact } from '../domain/models/model.ts';
import { decodeScorer } from '../domain/models/scorer.ts';
import type { LabelledRows } from '../domain/models/training.ts';
import { scoreRows } from './judge.ts';
import { learnedChoice, type StaticTable, staticChoice } from './rivals.ts';
import { rowsToJudge } from './slot-split.ts';
import {
  allSlotsOnce,
  type Choice,
  groupBySlot,
  pairValueOf,
  pairValuePerSlot,
  utilitySums,
} from './slot-sums.ts';

/** Whom a model has to beat: best-static, or the model that is in use. */
export type RouterToBeat =
  | { readonly kind: 'table' }
  | { readonly kind: 'model'; readonly model: ModelArtifact };

export interface SlotJudgement {
  /** Those of the slots that have a pair outside their ladder, in order. */
  readonly slots: readonly number[];
  /**
   * Mean u of the model's choices minus the rival's, share-weighted, one per slot: below 0 the model
   * is better.
   */
  readonly differences: readonly number[];
  /** Over all of these slots; absent when there are none. */
  readonly vPair?: number;
  readonly vPairRival?: number;
}

/**
 * Judges a model and its rival on slots in which neither was trained (METHOD 5.3, prequential).
 * Throws `ModelMismatch` when one of them was fitted on one of the slots, or takes other features
 * than the rows have.
 */
export async function judgeOnSlots(input: {
  readonly model: ModelArtifact;
  readonly rival: RouterToBeat;
  readonly rows: LabelledRows;
  readonly slots: readonly number[];
  readonly table: StaticTable;
}): Promise<SlotJudgement> {
  const { model, rival, slots, table } = input;
  requireUnseen(model, slots);
  if (rival.kind === 'model') requireUnseen(rival.model, slots);
  const rows = rowsToJudge(input.rows, slots);
  const [ofModel, ofRival] = [
    await choiceOf(model, rows),
    rival.kind === 'table' ? staticChoice(rows, table) : await choiceOf(rival.model, rows),
  ];
  const groups = groupBySlot(rows);
  if (groups.slots.length === 0) return { slots: [], differences: [] };

  const sums = utilitySums(rows, groups, ofModel);
  const sumsOfRival = utilitySums(rows, groups, ofRival);
  const valuesOfRival = pairValuePerSlot(groups, sumsOfRival);
  return {
    slots: groups.slots,
    differences: pairValuePerSlot(groups, sums).map(
      (value, place) => value - (valuesOfRival[place] ?? Number.NaN),
    ),
    vPair: pairValueOf(groups, sums, allSlotsOnce(groups)),
    vPairRival: pairValueOf(groups, sumsOfRival, allSlotsOnce(groups)),
  };
}

function requireUnseen({ family, lineage }: ModelArtifact, slots: readonly number[]): void {
  const seen = slots.filter((slot) => lineage.slots.includes(slot));
  if (seen.length === 0) return;
  throw new PermanentFailure(
    'ModelMismatch',
    `The ${family} model was fitted on slots ${seen.join(', ')} and cannot be judged on them. ` +
      'Judge it on slots that came after its training.',
  );
}

async function choiceOf(model: ModelArtifact, rows: LabelledRows): Promise<Choice> {
  requireFeatures(model, rows);
  const scorer = decodeScorer(model.scorer, model.features.length);
  return learnedChoice(await scoreRows(scorer, rows), model.threshold);
}

function requireFeatures(model: ModelArtifact, rows: LabelledRows): void {
  if (model.features.join('\n') === rows.features.join('\n')) return;
  throw new PermanentFailure(
    'ModelMismatch',
    `The ${model.family} model takes the features ${model.features.join(', ')}; the dataset has ` +
      `${rows.features.join(', ')}. Train it again on this campaign.`,
  );
}
