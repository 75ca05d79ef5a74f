import { PermanentFailure } from '../../domain/failures.ts';
import type { Champion } from '../../domain/models/model.ts';
import { entry, sentence, table } from '../check/check-text.ts';
import type { CliServices } from '../services.ts';
import { requirePlan } from '../stored-campaign.ts';
import { routerText, slotsText } from './model-text.ts';
import {
  findChampion,
  type ModelRole,
  modelHashes,
  requireStoredModel,
  roleOf,
  type StoredModel,
  shortHash,
} from './stored-models.ts';

/** A line of the table, for machines. */
export interface ListedModel {
  readonly hash: string;
  readonly family: string;
  readonly slots: readonly number[];
  readonly rows: number;
  /** Absent: a model of earlier, kept. */
  readonly role?: ModelRole;
  /** Absent where it was not judged; then `notJudged` says why. */
  readonly judged?: {
    readonly accuracy: number;
    readonly vPair: number;
    readonly vPairBestStatic: number;
  };
  readonly notJudged?: string;
}

/** All models of a campaign, the oldest first, and the router that is in use. */
export async function listModels(services: CliServices, campaignId: string): Promise<number> {
  await requirePlan(services, campaignId);
  const found = await findChampion(services, campaignId);
  const models: ListedModel[] = [];
  const damaged: { readonly hash: string; readonly problem: string }[] = [];
  for (const hash of await modelHashes(services, campaignId)) {
    try {
      models.push(listed(await requireStoredModel(services, campaignId, hash), found?.champion));
    } catch (error) {
      // One damaged file must not hide the others.
      if (!(error instanceof PermanentFailure)) throw error;
      damaged.push({ hash, problem: error.message });
    }
  }
  models.sort(byAge);
  for (const line of listLines(models, found?.champion)) services.output.line(line);
  for (const { problem } of damaged) {
    for (const line of ['', ...sentence(problem)]) services.output.line(line);
  }
  services.output.json({ campaignId, inUse: found?.champion, models, damaged });
  return 0;
}

function listed({ hash, artifact, evaluation }: StoredModel, champion?: Champion): ListedModel {
  const { family, lineage, metrics, notJudged } = artifact;
  const role = roleOf(hash, champion);
  const judged = judgedFigures(evaluation, notJudged === undefined ? metrics : undefined);
  return {
    hash,
    family,
    slots: lineage.slots,
    rows: lineage.rows,
    ...(role === undefined ? {} : { role }),
    ...(judged === undefined
      ? { notJudged: notJudged ?? 'Nothing was stored about how it did.' }
      : { judged }),
  };
}

/** A later judgement on slots in between goes before the one that the model was stored with. */
function judgedFigures(
  evaluation: StoredModel['evaluation'],
  metrics: StoredModel['artifact']['metrics'] | undefined,
): ListedModel['judged'] {
  const { accuracy, vPair } = evaluation?.figures ?? {};
  if (evaluation !== undefined && accuracy !== undefined && vPair !== undefined) {
    const { vPairBestStatic } = evaluation.baselines;
    return { accuracy: accuracy.value, vPair: vPair.value, vPairBestStatic };
  }
  if (metrics === undefined || metrics.testRows === 0) return undefined;
  const { vPairBestStatic } = metrics;
  return { accuracy: metrics.accuracy, vPair: metrics.vPair, vPairBestStatic };
}

function byAge(a: ListedModel, b: ListedModel): number {
  const lastOf = ({ slots }: ListedModel): number => Math.max(0, ...slots);
  return lastOf(a) - lastOf(b) || a.family.localeCompare(b.family) || (a.hash < b.hash ? -1 : 1);
}

/** For people, in lines of at most 80 columns. Exported for its test. */
export function listLines(models: readonly ListedModel[], champion?: Champion): string[] {
  const head = ['model', 'family', 'slots', 'rows', 'acc.', 'V_pair', 'static', 'in use'];
  const rows = models.map(({ hash, family, slots, rows, judged, role }) => [
    shortHash(hash),
    shortFamily[family] ?? family,
    slotsText(slots),
    String(rows),
    judged === undefined ? '-' : judged.accuracy.toFixed(3),
    judged === undefined ? '-' : judged.vPair.toFixed(3),
    judged === undefined ? '-' : judged.vPairBestStatic.toFixed(3),
    role ?? '',
  ]);
  return [
    ...(models.length === 0
      ? ['No model was trained in this campaign.']
      : table(head, rows).map((line) => line.trimEnd())),
    '',
    ...(champion === undefined
      ? entry('In use', 'nothing yet: no retraining has chosen a router.')
      : [...entry('In use', routerText(champion)), ...entry('Why', champion.reason)]),
    ...(models.length === 0
      ? []
      : entry(
          'Figures',
          'on slots that a model was not fitted on. V_pair is the mean u of its ' +
            'choices, static that of best-static on the same rows; lower is better.',
        )),
  ];
}

/** The table has 80 columns. */
const shortFamily: Readonly<Record<string, string>> = {
  'random-forest': 'forest',
  'gradient-boosting': 'boosting',
  'neural-network': 'network',
};
