import { log } from '@temporalio/activity';

import { PermanentFailure } from '../../domain/failures.ts';
import {
  type Challenger,
  type Champion,
  type FeatureDrift,
  type ModelArtifact,
  modelInUse,
} from '../../domain/models/model.ts';
import type { Evidence, Incumbent } from '../../domain/models/promotion.ts';
import type { LabelledRows } from '../../domain/models/training.ts';
import { readArtifact } from '../../learning/artifact.ts';
import { featureDrift } from '../../learning/drift.ts';
import { judgeOnSlots } from '../../learning/prequential.ts';
import { rowsToFit } from '../../learning/slot-split.ts';
import type { CampaignStore } from '../campaign-store.ts';

/** What the slots since the last retraining say (METHOD 5.3). */
export interface PrequentialEvidence {
  readonly incumbent: Incumbent;
  readonly challengers: readonly Evidence[];
  readonly drift: readonly FeatureDrift[];
}

/**
 * Judges the last retraining's challengers and the champion on the slots in which none of them was
 * trained, against the table that was best-static then. A challenger that cannot be read or scored
 * is left out; a champion that cannot be is an error, since nothing could replace it knowingly.
 */
export async function prequentialEvidence(
  store: CampaignStore,
  input: {
    readonly champion: Champion;
    readonly rows: LabelledRows;
    readonly slots: readonly number[];
  },
): Promise<PrequentialEvidence> {
  const { champion, rows } = input;
  const inUse = await artifactInUse(store, champion);
  const models = await readable(store, champion.challengers ?? []);
  const fitted = new Set([...models, ...(inUse === undefined ? [] : [inUse])].flatMap(slotsOf));
  const slots = input.slots.filter((slot) => !fitted.has(slot));
  const judge = judgeWith({ rows, slots, table: champion.table });

  const challengers: Evidence[] = [];
  for (const model of models) {
    const evidence = await evidenceOf(judge, model, inUse);
    if (evidence !== undefined) challengers.push(evidence);
  }
  return {
    incumbent: await incumbentOf(judge, inUse),
    challengers,
    drift: driftOf(rows, [...fitted], slots),
  };
}

interface NamedModel {
  readonly hash: string;
  readonly artifact: ModelArtifact;
}

type Judge = (model: ModelArtifact, rival?: ModelArtifact) => ReturnType<typeof judgeOnSlots>;

function judgeWith(facts: {
  readonly rows: LabelledRows;
  readonly slots: readonly number[];
  readonly table: Champion['table'];
}): Judge {
  return (model, rival) =>
    judgeOnSlots({
      ...facts,
      model,
      rival: rival === undefined ? { kind: 'table' } : { kind: 'model', model: rival },
    });
}

async function evidenceOf(
  judge: Judge,
  { hash, artifact }: NamedModel,
  inUse: NamedModel | undefined,
): Promise<Evidence | undefined> {
  const { family } = artifact;
  try {
    const { differences, vPair } = await judge(artifact);
    const vsChampion =
      inUse === undefined ? undefined : (await judge(artifact, inUse.artifact)).differences;
    return {
      family,
      vsStatic: differences,
      ...(vsChampion === undefined ? {} : { vsChampion }),
      ...(inUse?.hash === hash ? { isChampion: true } : {}),
      ...(vPair === undefined ? {} : { vPair }),
    };
  } catch (error) {
    leftOut(error, hash);
    return undefined;
  }
}

async function incumbentOf(judge: Judge, inUse: NamedModel | undefined): Promise<Incumbent> {
  if (inUse === undefined) return { kind: 'best-static' };
  const { differences } = await judge(inUse.artifact);
  return { kind: 'learned', family: inUse.artifact.family, vsStatic: differences };
}

async function artifactInUse(
  store: CampaignStore,
  champion: Champion,
): Promise<NamedModel | undefined> {
  const hash = modelInUse(champion);
  return hash === undefined ? undefined : await named(store, hash);
}

async function readable(
  store: CampaignStore,
  challengers: readonly Challenger[],
): Promise<readonly NamedModel[]> {
  const models: NamedModel[] = [];
  for (const { modelHash } of challengers) {
    try {
      models.push(await named(store, modelHash));
    } catch (error) {
      leftOut(error, modelHash);
    }
  }
  return models;
}

async function named(store: CampaignStore, hash: string): Promise<NamedModel> {
  const bytes = await store.requireBytes(store.keys.model(hash));
  return { hash, artifact: readArtifact(new TextDecoder().decode(bytes), hash) };
}

/** One challenger less is no reason to decide nothing; what a retry may cure is thrown. */
function leftOut(error: unknown, modelHash: string): void {
  if (!(error instanceof PermanentFailure)) throw error;
  log.warn('Challenger left out', { modelHash, reason: error.message });
}

function slotsOf({ artifact }: NamedModel): readonly number[] {
  return artifact.lineage.slots;
}

function driftOf(
  rows: LabelledRows,
  before: readonly number[],
  after: readonly number[],
): readonly FeatureDrift[] {
  if (before.length === 0 || after.length === 0) return [];
  return featureDrift(rowsToFit(rows, before), rowsToFit(rows, after));
}
