import type { EvaluationSetup } from '../../domain/evaluation.ts';
import type { Verdict } from '../../domain/verdict/verdict.ts';
import type { CampaignStore } from '../campaign-store.ts';
import { scoreBlocks } from './evaluation-score.ts';

export type Judged = { readonly verdict: Verdict } | { readonly noVerdict: string };

/**
 * Costs, contrasts and the answer on the blocks that were measured, lead-in ones among them;
 * without enforced limits there is no verdict (METHOD 1.7). The same store gives the same verdict.
 */
export async function judgeCampaign(
  store: CampaignStore,
  blocks: readonly number[],
): Promise<Judged> {
  const [plan, { limits, cpuMs }, setup] = await Promise.all([
    store.plan(),
    store.deployment(),
    store.requireJson<EvaluationSetup>(store.keys.evaluation),
  ]);
  if (limits === 'none') {
    return {
      noVerdict:
        'CPU and memory limits could not be enforced on this machine, so the sizes of the plan ' +
        'were not what was measured.',
    };
  }
  const scored = blocks.filter((block) => block > plan.evaluation.leadInBlocks);
  if (scored.length === 0) return { noVerdict: 'No block behind the lead-in was measured.' };
  return { verdict: await scoreBlocks({ store, plan, setup, cpuMs, blocks: scored }) };
}
