import { type Champion, type ModelArtifact, modelInUse } from '../../domain/models/model.ts';
import type { ModelEvaluation } from '../../domain/models/model-evaluation.ts';
import { keysOf } from '../../domain/names.ts';
import { readArtifact } from '../../learning/artifact.ts';
import type { CliServices } from '../services.ts';
import { UsageError } from '../usage-error.ts';

/** A trained model of a campaign, with how its recipe did on slots that it had not seen. */
export interface StoredModel {
  readonly hash: string;
  readonly artifact: ModelArtifact;
  readonly evaluation?: ModelEvaluation;
}

/** So many characters of a hash are printed; commands take them back, and fewer. */
const shortLength = 8;

export function shortHash(hash: string): string {
  return hash.slice(0, shortLength);
}

/** Hashes of all models of a campaign, sorted. */
export async function modelHashes(
  { objects }: Pick<CliServices, 'objects'>,
  campaignId: string,
): Promise<readonly string[]> {
  const { models } = keysOf(campaignId);
  const keys = await objects.list(models);
  return keys.flatMap((key) => /^(.+)\.json$/.exec(key.slice(models.length))?.[1] ?? []);
}

/** The one model whose hash begins so; everything else is a usage error that names the candidates. */
export async function resolveModel(
  services: Pick<CliServices, 'objects'>,
  campaignId: string,
  prefix: string,
): Promise<string> {
  const hashes = await modelHashes(services, campaignId);
  if (hashes.length === 0) {
    throw new UsageError(
      `Campaign "${campaignId}" has no model: none was trained, or there was nothing to route. ` +
        `"crossover models list ${campaignId}" says which router is in use and why.`,
    );
  }
  const found = hashes.filter((hash) => prefix !== '' && hash.startsWith(prefix.toLowerCase()));
  const [hash] = found;
  if (hash !== undefined && found.length === 1) return hash;
  const [names, advice] =
    found.length === 0
      ? [hashes.map(shortHash), `There is`]
      : [found.map((one) => one.slice(0, distinctLength(found))), `Write more of it:`];
  const what = found.length === 0 ? 'No model' : `${found.length} models`;
  throw new UsageError(
    `${what} of campaign "${campaignId}" ${found.length === 0 ? 'begins' : 'begin'} with ` +
      `"${prefix}". ${advice} ${names.join(', ')}.`,
  );
}

/** The fewest characters that tell some hashes apart, and at least the usual ones. */
function distinctLength(hashes: readonly string[]): number {
  let length = shortLength;
  const longest = Math.max(...hashes.map((hash) => hash.length));
  while (
    length < longest &&
    new Set(hashes.map((hash) => hash.slice(0, length))).size < hashes.length
  )
    length += 1;
  return length;
}

/** A model of the store, its bytes checked against its hash. Throws `PermanentFailure`. */
export async function requireStoredModel(
  { objects }: Pick<CliServices, 'objects'>,
  campaignId: string,
  hash: string,
): Promise<StoredModel> {
  const keys = keysOf(campaignId);
  const stored = await objects.get(keys.model(hash));
  if (stored === undefined) {
    throw new UsageError(`Campaign "${campaignId}" has no model ${hash} any more.`);
  }
  const artifact = readArtifact(new TextDecoder().decode(stored.body), hash);
  const evaluation = await objects.get(keys.modelEvaluation(hash));
  if (evaluation === undefined) return { hash, artifact };
  const parsed = JSON.parse(new TextDecoder().decode(evaluation.body)) as ModelEvaluation;
  return { hash, artifact, evaluation: parsed };
}

/** The router in use with the version of its bytes, or undefined before any retraining has chosen. */
export async function findChampion(
  { objects }: Pick<CliServices, 'objects'>,
  campaignId: string,
): Promise<{ readonly champion: Champion; readonly version: string } | undefined> {
  const stored = await objects.get(keysOf(campaignId).champion);
  if (stored === undefined) return undefined;
  const champion = JSON.parse(new TextDecoder().decode(stored.body)) as Champion;
  return { champion, version: stored.version };
}

export type ModelRole = 'champion' | 'learned router' | 'challenger';

/** What a model is to the campaign now; undefined: a model of earlier, kept. */
export function roleOf(hash: string, champion: Champion | undefined): ModelRole | undefined {
  if (champion === undefined) return undefined;
  if (modelInUse(champion) === hash) return 'champion';
  if (champion.learnedModelHash === hash) return 'learned router';
  const isChallenger = champion.challengers?.some(({ modelHash }) => modelHash === hash) ?? false;
  return isChallenger ? 'challenger' : undefined;
}
