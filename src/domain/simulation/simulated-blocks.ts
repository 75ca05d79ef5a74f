/** Blocks of an evaluation as the simulator plays them again. */
import type { Plan } from '../plan.ts';
import { scoredMs } from '../schedule.ts';
import { testbedFacts } from '../testbed-facts.ts';
import type { EvaluationBlock } from './sensitivity.ts';

/**
 * Where arms take turns on one machine, a pool's idle clock stands still while it is not its arm's
 * turn (METHOD 1.2): to a pool it is as if its own stretches followed each other. So all arms are
 * simulated at the same time, stretch after stretch. Elsewhere blocks are as they were.
 */
export function playedAtOnce(
  plan: Pick<Plan, 'testbed' | 'evaluation'>,
  blocks: readonly EvaluationBlock[],
): readonly EvaluationBlock[] {
  if (!testbedFacts[plan.testbed].armsTakeTurns) return blocks;
  const startMs = blocks[0]?.startsAtMs ?? 0;
  return blocks.map((block, index) => ({
    ...block,
    startsAtMs: startMs + index * plan.evaluation.blockDurationMs,
    requests: block.requests.map((request) => {
      const offsetMs = Math.min(...request.targets.map((target) => target.offsetMs));
      return { ...request, targets: request.targets.map((target) => ({ ...target, offsetMs })) };
    }),
  }));
}

/** A single block cannot decide anything. */
const leastScored = 2;

/** From the first on, because a block begins with what the one before has left warm. */
export function affordableBlocks(
  plan: Pick<Plan, 'testbed' | 'evaluation'>,
  blocks: readonly EvaluationBlock[],
  mostSends: number,
): readonly EvaluationBlock[] {
  const isScored = (block: EvaluationBlock): boolean => isScoredBlock(plan, block);
  const taken: EvaluationBlock[] = [];
  let sends = 0;
  for (const block of blocks) {
    sends += block.requests.reduce((sum, { targets }) => sum + targets.length, 0);
    if (sends > mostSends && taken.filter(isScored).length >= leastScored) break;
    taken.push(block);
  }
  return taken;
}

export function isScoredBlock(
  plan: Pick<Plan, 'testbed' | 'evaluation'>,
  { block }: EvaluationBlock,
): boolean {
  return block > plan.evaluation.leadInBlocks && scoredMs(plan, block) > 0;
}
