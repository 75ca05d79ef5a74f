import { log } from '@temporalio/activity';

import { ceilingBracket, findFindings } from '../dataset/detectors.ts';
import { labelledRows } from '../dataset/training-rows.ts';
import type { RetrainingResult } from '../domain/campaign.ts';
import type { Dataset, DatasetRef } from '../domain/dataset.ts';
import { PermanentFailure } from '../domain/failures.ts';
import type { Champion } from '../domain/model.ts';
import type { FamilyName } from '../domain/plan.ts';
import { decidePromotion } from '../domain/promotion.ts';
import type { Finding } from '../domain/training.ts';
import { artifactText } from '../learning/artifact.ts';
import type { Judgement } from '../learning/judge.ts';
import { trainAndJudge } from '../learning/train.ts';
import { type ActivityPorts, requireFamily } from './activity-ports.ts';
import { CampaignStore, toJson } from './campaign-store.ts';
import { capacityFrom, capacityOf } from './capacity.ts';
import { beating } from './heartbeats.ts';
import { withSlots } from './stored-observations.ts';

export type ModelActivities = ReturnType<typeof createModelActivities>;

export interface TrainingInput {
  readonly campaignId: string;
  readonly fingerprint: string;
  readonly family: FamilyName;
}

/** What came of a training: a model, the finding that none is needed, or why it failed. */
export type TrainingResult =
  | {
      readonly family: FamilyName;
      readonly kind: 'trained';
      readonly modelHash: string;
      readonly judgement: Judgement;
    }
  | { readonly family: FamilyName; readonly kind: 'static'; readonly findings: readonly Finding[] }
  | { readonly family: FamilyName; readonly kind: 'failed'; readonly reason: string };

export interface PromotionInput {
  readonly campaignId: string;
  readonly slotsSeen: number;
  /** Absent when no slot was complete. */
  readonly dataset?: DatasetRef;
  readonly trainings: readonly TrainingResult[];
}

export function createModelActivities(ports: ActivityPorts) {
  return { promoteModel, trainModel };

  /** Trains one family on a dataset, judges it on slots it has not seen, and stores the model. */
  async function trainModel(input: TrainingInput): Promise<TrainingResult> {
    const store = new CampaignStore(ports.objects, input.campaignId);
    const dataset = await store.requireJson<Dataset>(store.keys.dataset(input.fingerprint));
    return await beating(({ signal, beat }) =>
      withSlots(store, dataset.slots, async (parquet) => {
        const [plan, deployment] = await Promise.all([store.plan(), store.deployment()]);
        const { table, withCapacity } = await capacityFrom(store, parquet);
        if (withCapacity.length === 0) return nothingToRoute(input.family);
        const rows = await labelledRows({ parquet, plan, cpuMs: deployment.cpuMs, withCapacity });
        const findings = findFindings(rows);
        if (findings.some((finding) => finding.kind === 'static')) {
          return { family: input.family, kind: 'static', findings };
        }
        refuseFindings(findings);

        const family = requireFamily(ports, input.family);
        const trained = await trainAndJudge({
          rows,
          datasetFingerprint: input.fingerprint,
          family,
          params: family.defaults(plan.learning),
          seed: plan.seed,
          ceiling: ceilingBracket(rows),
          table,
          signal,
          onProgress: (done) => beat({ family: input.family, percent: Math.round(100 * done) }),
        });
        const { judgement, hash, artifact } = trained;
        if (judgement.kind === 'judged' && judgement.finding !== undefined) {
          refuseFindings([judgement.finding]);
        }
        await ports.objects.putIfAbsent(store.keys.model(hash), artifactText(artifact));
        log.info('Model trained', { family: input.family, modelHash: hash, rows: rows.rowCount });
        return { family: input.family, kind: 'trained', modelHash: hash, judgement };
      }),
    );
  }

  /**
   * Decides which router is in use (METHOD 5.3) and writes it in one conditional write; the earlier
   * one stays beside it. Best-static is always a candidate, and the answer when nothing is better.
   */
  async function promoteModel(input: PromotionInput): Promise<RetrainingResult> {
    const { campaignId, slotsSeen, dataset, trainings } = input;
    const store = new CampaignStore(ports.objects, campaignId);
    const plan = await store.plan();
    const capacity = await beating(() => capacityOf(store, dataset?.slots ?? []));
    const trained = trainings.find((training) => training.kind === 'trained');
    const decision = decide(trained, trainings, {
      margin: plan.question.margin,
      slots: dataset?.slots.length ?? 0,
    });
    const champion: Champion = {
      kind: decision.promote ? 'learned' : 'best-static',
      table: capacity.table,
      withCapacity: capacity.withCapacity,
      ...(trained === undefined ? {} : { learnedModelHash: trained.modelHash }),
      reason: decision.reason,
      capacityReason: capacity.reason,
      slotsSeen,
    };
    await writeChampion(store, champion);
    return {
      slotsSeen,
      ...(dataset === undefined ? {} : { dataset }),
      ...(trained === undefined ? {} : { modelHash: trained.modelHash }),
      championKind: champion.kind,
      championReason: decision.reason,
      findings: trainings.flatMap(findingsOf),
    };
  }

  async function writeChampion(store: CampaignStore, champion: Champion): Promise<void> {
    const text = toJson(champion);
    await ports.objects.putIfAbsent(store.keys.championHistory(champion.slotsSeen), text);
    const current = await ports.objects.get(store.keys.champion);
    const isWritten =
      current === undefined
        ? await ports.objects.putIfAbsent(store.keys.champion, text)
        : await ports.objects.putIfMatch(store.keys.champion, text, current.version);
    // Somebody else has promoted in between; the retry looks again.
    if (!isWritten) throw new Error('The champion was replaced by another writer meanwhile.');
  }
}

function nothingToRoute(family: FamilyName): TrainingResult {
  const message =
    'No workload earns a Fargate service at the rate of the evaluation, so there is nothing to route.';
  return { family, kind: 'static', findings: [{ kind: 'static', message }] };
}

/** Too few rows and leaks end a training by name; what they say is what to do. */
function refuseFindings(findings: readonly Finding[]): void {
  const [finding] = findings;
  if (finding === undefined) return;
  throw new PermanentFailure(
    finding.kind === 'leak' ? 'LeakSuspected' : 'TooFewObservations',
    finding.message,
  );
}

function decide(
  trained: Extract<TrainingResult, { kind: 'trained' }> | undefined,
  trainings: readonly TrainingResult[],
  facts: { readonly margin: number; readonly slots: number },
): { readonly promote: boolean; readonly reason: string } {
  if (trained === undefined) {
    const [first] = trainings;
    if (first === undefined) {
      return { promote: false, reason: 'No router was trained.' };
    }
    const because = first.kind === 'failed' ? first.reason : findingsOf(first)[0]?.message;
    return { promote: false, reason: because ?? 'The training gave no model.' };
  }
  const { judgement } = trained;
  if (judgement.kind === 'not-judged') return { promote: false, reason: judgement.reason };
  return decidePromotion({ challengerVsStatic: judgement.challengerVsStatic, ...facts });
}

/** A failed training speaks through the champion's reason; it has found nothing. */
function findingsOf(training: TrainingResult): readonly Finding[] {
  return training.kind === 'static' ? training.findings : [];
}
