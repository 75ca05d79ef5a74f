import type { Arm } from '../../domain/arm.ts';
import type { EvaluationSetup } from '../../domain/evaluation.ts';
import { blockLengthMs } from '../../domain/schedule.ts';
import type { ActivityPorts } from '../activity-ports.ts';
import { CampaignStore, toJson } from '../campaign-store.ts';
import { beating } from '../heartbeats.ts';
import type { CampaignRef } from '../testbeds.ts';
import { judgeCampaign } from './campaign-verdict.ts';
import { chooseSetup } from './evaluation-setup.ts';
import { storePolicyValue } from './policy-value.ts';
import { storeSensitivity } from './simulation-trust.ts';

export type EvaluationActivities = ReturnType<typeof createEvaluationActivities>;

export interface ScoreInput {
  readonly campaignId: string;
  /** Blocks that were measured. */
  readonly blocks: readonly number[];
  /** More blocks may follow (METHOD 6.5): what comes after the last one is left for then. */
  readonly isInterim?: boolean;
}

/** What the evaluation's workflow must know. */
export interface PlannedEvaluation {
  readonly arms: readonly Arm[];
  readonly blockLengthMs: number;
}

export interface Score {
  readonly hasVerdict: boolean;
  readonly noVerdict?: string;
  /** Of an interim score: it is undecided, and more blocks may decide it. */
  readonly isOpen?: boolean;
}

export function createEvaluationActivities(ports: ActivityPorts) {
  return { planEvaluation, scoreEvaluation };

  /** Pins arms, static table and model, so that a promotion meanwhile changes nothing. */
  async function planEvaluation({ campaignId }: CampaignRef): Promise<PlannedEvaluation> {
    const store = new CampaignStore(ports.objects, campaignId);
    if ((await store.json<EvaluationSetup>(store.keys.evaluation)) === undefined) {
      const setup = await beating(() => chooseSetup(store));
      await ports.objects.putIfAbsent(store.keys.evaluation, toJson(setup));
    }
    // What was stored, not what was chosen: an attempt that was given up may have been first.
    const { arms } = await store.requireJson<EvaluationSetup>(store.keys.evaluation);
    return { arms, blockLengthMs: blockLengthMs(await store.plan(), arms.length) };
  }

  /** Costs, contrasts and the answer; without enforced limits there is no verdict (METHOD 1.7). */
  async function scoreEvaluation(input: ScoreInput): Promise<Score> {
    const { campaignId, blocks } = input;
    const store = new CampaignStore(ports.objects, campaignId);
    const judged = await beating(() => judgeCampaign(store, blocks));
    if ('noVerdict' in judged) return { hasVerdict: false, noVerdict: judged.noVerdict };
    await store.putJson(store.keys.report('verdict.json'), judged.verdict);
    if (input.isInterim === true && judged.verdict.extension?.isOpen === true) {
      return { hasVerdict: true, isOpen: true };
    }
    await beating(() => storeSensitivity(ports, store, blocks));
    await beating(() => storePolicyValue(ports, store));
    return { hasVerdict: true };
  }
}
