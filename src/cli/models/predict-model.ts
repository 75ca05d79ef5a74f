import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';

import type { EvaluationSetup, WorkloadEstimate } from '../../domain/evaluation.ts';
import { PermanentFailure } from '../../domain/failures.ts';
import { type ModelArtifact, modelInUse, parseModelArtifact } from '../../domain/models/model.ts';
import { keysOf } from '../../domain/names.ts';
import { readArtifact } from '../../learning/artifact.ts';
import type { CliServices } from '../services.ts';
import { requirePlan } from '../stored-campaign.ts';
import { UsageError } from '../usage-error.ts';
import { findChampion, requireStoredModel, resolveModel } from './stored-models.ts';

/** A model with everything that scoring needs beside the request. */
export interface ModelToAsk {
  readonly model: ModelArtifact;
  readonly timezone: string;
  /** Static features of the workloads, as far as they are known. */
  readonly estimates: Readonly<Record<string, WorkloadEstimate>>;
}

/**
 * Finds a model by the path of its file, or as CAMPAIGN or CAMPAIGN/HASH in the store. Whatever is
 * wrong with it is a usage error that says what to do.
 */
export async function findModelToAsk(
  services: CliServices,
  named: string,
  timezone: string | undefined,
): Promise<ModelToAsk> {
  if (timezone !== undefined) refuseUnknownZone(timezone);
  try {
    if (await isFile(named)) {
      const model = await readModelFile(named);
      return { model, timezone: timezone ?? 'UTC', estimates: model.lineage.estimates ?? {} };
    }
    return await modelOfCampaign(services, named, timezone);
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

function refuseUnknownZone(timezone: string): void {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: timezone });
  } catch (error) {
    throw new UsageError(`"${timezone}" is no time zone. Write for example Europe/Berlin.`, {
      cause: error,
    });
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    // Then it is a campaign, or nothing.
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

/** The name of a stored model is the hash of its bytes; a file of another name has none to check. */
async function readModelFile(path: string): Promise<ModelArtifact> {
  const text = await readFile(path, 'utf8');
  const hash = /^([0-9a-f]{64})\.json$/.exec(basename(path))?.[1];
  if (hash !== undefined) return readArtifact(text, hash);
  try {
    return parseModelArtifact(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`${path} is not JSON, so it is no model.`, { cause: error });
  }
}

async function modelOfCampaign(
  services: CliServices,
  named: string,
  timezone: string | undefined,
): Promise<ModelToAsk> {
  const [campaignId = '', prefix] = named.split('/');
  const plan = await requireCampaign(services, named, campaignId);
  const ofPlan = plan.schedule.timezone;
  if (timezone !== undefined && timezone !== ofPlan) {
    throw new UsageError(
      `The models of campaign "${campaignId}" have learned hours in ${ofPlan}, as its plan says; ` +
        `leave out --timezone ${timezone}.`,
    );
  }
  const hash =
    prefix === undefined
      ? await learnedModel(services, campaignId)
      : await resolveModel(services, campaignId, prefix);
  const { artifact } = await requireStoredModel(services, campaignId, hash);
  return {
    model: artifact,
    timezone: ofPlan,
    estimates: artifact.lineage.estimates ?? (await evaluationEstimates(services, campaignId)),
  };
}

async function requireCampaign(services: CliServices, named: string, campaignId: string) {
  try {
    return await requirePlan(services, campaignId);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`"${named}" is no file of a model. ${error.message}`, { cause: error });
  }
}

/** The model in use, else the best learned one. */
export async function learnedModel(services: CliServices, campaignId: string): Promise<string> {
  const found = await findChampion(services, campaignId);
  const hash = found && (modelInUse(found.champion) ?? found.champion.learnedModelHash);
  if (hash !== undefined) return hash;
  const why = found === undefined ? 'no retraining has chosen a router' : found.champion.reason;
  throw new UsageError(
    `Campaign "${campaignId}" has no learned router: ${why.replace(/\.$/, '')}. Name a model as ` +
      `${campaignId}/HASH, if "crossover models list ${campaignId}" has one.`,
  );
}

/** What the evaluation has pinned: those after the last slot. */
async function evaluationEstimates(
  { objects }: CliServices,
  campaignId: string,
): Promise<ModelToAsk['estimates']> {
  const stored = await objects.get(keysOf(campaignId).evaluation);
  if (stored === undefined) return {};
  const { estimates } = JSON.parse(new TextDecoder().decode(stored.body)) as EvaluationSetup;
  return estimates;
}
