import { log } from '@temporalio/activity';

import type { Champion } from '../../domain/models/model.ts';
import type { FamilyName } from '../../domain/plan.ts';
import { readArtifact } from '../../learning/artifact.ts';
import type { FamilyParams } from '../../learning/model-family.ts';
import {
  chooseParams,
  rowsToTuneOn,
  type TuningScore,
  tryCombination,
} from '../../learning/tuning.ts';
import { type ActivityPorts, requireFamily } from '../activity-ports.ts';
import { CampaignStore, toJson } from '../campaign-store.ts';
import { beating } from '../heartbeats.ts';
import { labelledDataset } from './labelled-dataset.ts';

export type TuningActivities = ReturnType<typeof createTuningActivities>;

export interface RetrainingPlanInput {
  readonly campaignId: string;
  readonly fingerprint: string;
  readonly families: readonly FamilyName[];
  /** Tuning happens in the last retraining of a campaign, where the plan asks for it. */
  readonly occasion: 'night' | 'last';
}

export interface RetrainingPlan {
  /** Held-out slots judge where no earlier challengers can be, and where the model card needs it. */
  readonly judge: 'split' | 'later';
  readonly recipes: readonly PlannedRecipe[];
}

export interface PlannedRecipe {
  readonly family: FamilyName;
  /** Absent: the family's defaults for the plan. */
  readonly params?: FamilyParams;
  /** How many combinations of its grid are to be tried first. */
  readonly combinations: number;
}

export interface CombinationInput {
  readonly campaignId: string;
  readonly fingerprint: string;
  readonly family: FamilyName;
  /** From 1, in the order of the family's grid. */
  readonly combination: number;
}

export interface TunedInput extends Omit<CombinationInput, 'combination'> {
  readonly combinations: number;
}

export function createTuningActivities(ports: ActivityPorts) {
  return { chooseTunedParams, planRetraining, tuneCombination };

  /** How each family is trained this time; nothing is tuned where nothing can be trained. */
  async function planRetraining(input: RetrainingPlanInput): Promise<RetrainingPlan> {
    const store = new CampaignStore(ports.objects, input.campaignId);
    const [{ learning }, champion] = await Promise.all([store.plan(), store.champion()]);
    const isFirst = (champion?.challengers ?? []).length === 0;
    const isTuned = input.occasion === 'last' && learning.tune && (await isTrainable(input));
    const recipes: PlannedRecipe[] = [];
    for (const name of input.families) {
      const params = await paramsInUse(store, champion, name);
      const family = requireFamily(ports, name);
      recipes.push({
        family: name,
        ...(params === undefined ? {} : { params }),
        combinations: isTuned ? family.grid(family.defaults(learning)).length : 0,
      });
    }
    return { judge: isFirst || input.occasion === 'last' ? 'split' : 'later', recipes };
  }

  async function isTrainable({ campaignId, fingerprint }: RetrainingPlanInput): Promise<boolean> {
    const store = new CampaignStore(ports.objects, campaignId);
    const { findings } = await beating(() => labelledDataset(store, fingerprint));
    return findings.length === 0;
  }

  /** Tries one combination; a killed worker repeats at most this one. */
  async function tuneCombination(input: CombinationInput): Promise<TuningScore> {
    const { campaignId, fingerprint, combination } = input;
    const store = new CampaignStore(ports.objects, campaignId);
    const key = store.keys.tuning(fingerprint, input.family, combination);
    const earlier = await store.json<readonly TuningScore[]>(key);
    if (earlier !== undefined) return chooseParams(earlier);

    const { learning, seed } = await store.plan();
    const family = requireFamily(ports, input.family);
    const grid = family.grid(family.defaults(learning));
    const tried = grid[combination - 1];
    if (tried === undefined) {
      throw new Error(
        `The grid of ${family.name} has ${grid.length} combinations; got number ${combination}.`,
      );
    }
    const scores = await beating(async ({ signal, beat }) => {
      const { rows } = await labelledDataset(store, fingerprint);
      return await tryCombination({
        // The last slots judge the chosen recipe afterwards.
        rows: rowsToTuneOn(rows),
        family,
        combination: tried,
        seed,
        signal,
        onProgress: (done) =>
          beat({
            family: family.name,
            combination,
            of: grid.length,
            percent: Math.round(100 * done),
          }),
      });
    });
    await ports.objects.putIfAbsent(key, toJson(scores));
    const best = chooseParams(scores);
    log.info('Combination tried', { family: family.name, combination, vPair: best.vPair });
    return best;
  }

  /** The best of all that were tried; undefined when none has left its scores. */
  async function chooseTunedParams(input: TunedInput): Promise<FamilyParams | undefined> {
    const store = new CampaignStore(ports.objects, input.campaignId);
    const scores: TuningScore[] = [];
    for (let combination = 1; combination <= input.combinations; combination += 1) {
      const key = store.keys.tuning(input.fingerprint, input.family, combination);
      scores.push(...((await store.json<readonly TuningScore[]>(key)) ?? []));
    }
    return scores.length === 0 ? undefined : chooseParams(scores).params;
  }
}

/** Nights keep to the settings that are in use, or that the family was last trained with. */
async function paramsInUse(
  store: CampaignStore,
  champion: Champion | undefined,
  family: FamilyName,
): Promise<FamilyParams | undefined> {
  const hash =
    champion?.family === family
      ? champion.modelHash
      : champion?.challengers?.find((challenger) => challenger.family === family)?.modelHash;
  if (hash === undefined) return undefined;
  const bytes = await store.requireBytes(store.keys.model(hash));
  return readArtifact(new TextDecoder().decode(bytes), hash).lineage.params;
}
