import { resolve } from 'node:path';

import type { CampaignSetting } from '../../domain/evidence/comparability.ts';
import type { CodeVersion, MeasuredMachine } from '../../domain/evidence/evidence.ts';
import type { Champion } from '../../domain/models/model.ts';
import type { FigureName, ModelEvaluation } from '../../domain/models/model-evaluation.ts';
import { priceBookOf } from '../../domain/money/price-books.ts';
import { keysOf } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import type { ObjectStore } from '../../stores/object-store.ts';
import type { DeploymentRecord } from '../../testbeds/testbed.ts';
import type { CliServices } from '../services.ts';
import { requirePlan } from '../stored-campaign.ts';
import { isBundle, openBundle } from './bundle-files.ts';
import { readEvaluation, type StoredEvaluation } from './stored-evaluation.ts';
import { findObject } from './stored-objects.ts';

/** A campaign of the store, or one in a bundle, with all that a comparison looks at. */
export interface ComparedCampaign extends StoredEvaluation {
  readonly name: string;
  readonly campaignId: string;
  readonly setting: CampaignSetting;
  readonly crossovers: readonly StoredCrossover[];
  readonly models: readonly ComparedModel[];
}

export interface ComparedModel {
  readonly family: string;
  readonly figures: ModelEvaluation['figures'];
  readonly ceiling: readonly [number, number];
}

/** What `report.json` says of a workload's crossover. */
export interface StoredCrossover {
  readonly workload: string;
  readonly planPerHour: number;
  /** Absent: Fargate is never cheaper. */
  readonly breakEven?: { readonly requestsPerHour: number; readonly tasks: number };
}

export const shownFigures: readonly FigureName[] = [
  'accuracy',
  'balancedAccuracy',
  'rocAuc',
  'vPair',
];

/** `subject` is a campaign's id or a bundle's folder; `here` the code of this installation. */
export async function readCompared(
  services: CliServices,
  subject: string,
  here: CodeVersion,
): Promise<ComparedCampaign> {
  if (!(await isBundle(resolve(subject)))) {
    await requirePlan(services, subject);
    return await read(services.objects, { name: subject, campaignId: subject, code: here });
  }
  const { folder, evidence } = await openBundle(resolve(subject));
  const { campaignId, code } = evidence;
  return await read(services.openStore(folder), { name: subject, campaignId, code });
}

async function read(
  objects: ObjectStore,
  {
    name,
    campaignId,
    code,
  }: { readonly name: string; readonly campaignId: string; readonly code: CodeVersion },
): Promise<ComparedCampaign> {
  const keys = keysOf(campaignId);
  const stored = await findObject<{ readonly plan: Plan }>(objects, keys.plan);
  if (stored === undefined) throw new Error(`${name} has no object "${keys.plan}".`);
  const { plan } = stored;
  const deployment = await findObject<DeploymentRecord>(objects, keys.deployment);
  const report = await findObject<{ readonly crossovers?: readonly StoredCrossover[] }>(
    objects,
    keys.report('report.json'),
  );
  return {
    name,
    campaignId,
    ...(await readEvaluation(objects, campaignId, plan)),
    setting: {
      plan,
      prices: priceBookOf(plan.pricing),
      code,
      ...(deployment === undefined ? {} : { machine: machineOf(deployment) }),
    },
    crossovers: report?.crossovers ?? [],
    models: await modelsOf(objects, campaignId),
  };
}

/** What belongs to a reader; whatever else a testbed has stored does not. */
export function machineOf(deployment: DeploymentRecord): MeasuredMachine {
  const { limits, nodeVersion, cpuModel, cpuCount, codeHashes } = deployment;
  return { limits, nodeVersion, cpuModel, cpuCount, codeHashes };
}

/** What the last retraining fitted, one for each family, as far as it was judged. */
async function modelsOf(
  objects: ObjectStore,
  campaignId: string,
): Promise<readonly ComparedModel[]> {
  const keys = keysOf(campaignId);
  const champion = await findObject<Champion>(objects, keys.champion);
  const models: ComparedModel[] = [];
  for (const { family, modelHash } of champion?.challengers ?? []) {
    const evaluation = await findObject<ModelEvaluation>(objects, keys.modelEvaluation(modelHash));
    if (evaluation === undefined) continue;
    const { figures, baselines } = evaluation;
    models.push({ family, figures, ceiling: baselines.ceiling });
  }
  return models;
}
