import type { Arm } from '../domain/arm.ts';
import type { EvaluationSetup } from '../domain/evaluation.ts';
import { blockLengthMs } from '../domain/schedule.ts';
import type { ActivityPorts } from './activity-ports.ts';
import { CampaignStore, toJson } from './campaign-store.ts';
import { scoreBlocks } from './evaluation-score.ts';
import { chooseSetup } from './evaluation-setup.ts';
import { beating } from './heartbeats.ts';
import { storeSensitivity } from './simulation-trust.ts';
import type { CampaignRef } from './testbeds.ts';

export type EvaluationActivities = ReturnType<typeof createEvaluationActivities>;

export interface ScoreInput {
  readonly campaignId: string;
  /** Blocks that were measured. */
  readonly blocks: readonly number[];
}

/** What the evaluation's workflow must know. */
export interface PlannedEvaluation {
  readonly arms: readonly Arm[];
  readonly blockLengthMs: number;
}

export interface Score {
  readonly hasVerdict: boolean;
  readonly noVerdict?: string;
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
  async function scoreEvaluation({ campaignId, blocks }: ScoreInput): Promise<Score> {
    const store = new CampaignStore(ports.objects, campaignId);
    const [plan, deployment, setup] = await Promise.all([
      store.plan(),
      store.deployment(),
      store.requireJson<EvaluationSetup>(store.keys.evaluation),
    ]);
    if (deployment.limits === 'none') {
      return {
        hasVerdict: false,
        noVerdict:
          'CPU and memory limits could not be enforced on this machine, so the sizes of the plan ' +
          'were not what was measured.',
      };
    }
    const scored = blocks.filter((block) => block > plan.evaluation.leadInBlocks);
    if (scored.length === 0) {
      return { hasVerdict: false, noVerdict: 'No block behind the lead-in was measured.' };
    }
    const evaluation = { plan, setup, cpuMs: deployment.cpuMs };
    const verdict = await beating(() => scoreBlocks({ store, ...evaluation, blocks: scored }));
    await store.putJson(store.keys.report('verdict.json'), verdict);
    await beating(() => storeSensitivity(ports, store, { ...evaluation, blocks }));
    return { hasVerdict: true };
  }
}
