import { priceBookOf } from '../../domain/money/price-books.ts';
import { slotRun } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import type { RunReceipt } from '../../domain/receipt.ts';
import { drawBlock } from '../../domain/requests/draw.ts';
import { slotStartMs } from '../../domain/schedule.ts';
import type { EvaluationBlock } from '../../domain/simulation/sensitivity.ts';
import { affordableBlocks, playedAtOnce } from '../../domain/simulation/simulated-blocks.ts';
import { defaultSimulation } from '../../domain/simulation/simulation.ts';
import { downWorkloads, hourFactors, scaledBlocks } from '../../domain/what-if/scale-to-zero.ts';
import { type Changes, changedSetup } from '../../domain/what-if/what-if.ts';
import type { ActivityPorts } from '../activity-ports.ts';
import type { CampaignStore } from '../campaign-store.ts';
import { joinedSlots } from '../joined-slots.ts';
import { handlerPaths } from '../load/handler-paths.ts';
import type { EvaluatedCampaign } from './evaluated-campaign.ts';

interface BlocksQuestion {
  readonly ports: Pick<ActivityPorts, 'payloadSizes' | 'checkoutFolder'>;
  readonly campaign: EvaluatedCampaign;
  readonly changes: Changes;
  /** Fitted, and changed. */
  readonly plan: Plan;
  readonly stored: readonly EvaluationBlock[];
}

/** At 100,000 sends a second, which is a machine that others use, half a minute. */
export const mostSends = 3_000_000;

/** The stored requests; drawn again at another rate, with the same seed. */
export async function changedBlocks(
  question: BlocksQuestion,
): Promise<{ readonly blocks: readonly EvaluationBlock[]; readonly notes: readonly string[] }> {
  const { changes, plan, stored } = question;
  if (changes.scaleToZero !== true) {
    const blocks =
      changes.ratePerS === undefined
        ? stored
        : await redrawn(
            question,
            stored.map(() => 1),
          );
    return { blocks: affordableBlocks(plan, playedAtOnce(plan, blocks), mostSends), notes: [] };
  }
  const factors = hourFactors(plan, stored.length, await slotOneMs(question.campaign.store, plan));
  const isSteady = factors.every((factor) => factor === 1) && changes.ratePerS === undefined;
  const blocks = isSteady ? stored : await redrawn(question, factors);
  const scaling = {
    plan,
    setup: changedSetup(question.campaign.setup, changes),
    book: priceBookOf(plan.pricing),
    cpuMs: question.campaign.cpuMs,
    lambdaBilledMs: billedMs(question.campaign),
    startMs: (plan.simulation ?? defaultSimulation).fargate.startMsMean,
  };
  const down = factors.map((factor) => downWorkloads(scaling, factor));
  const scaled = scaledBlocks(scaling, playedAtOnce(plan, blocks), down);
  return { blocks: affordableBlocks(plan, scaled, mostSends), notes: downNotes(plan, down) };
}

async function redrawn(
  { ports, campaign, plan, stored }: BlocksQuestion,
  factors: readonly number[],
): Promise<readonly EvaluationBlock[]> {
  const payloadBytesOf = await ports.payloadSizes(handlerPaths(plan, ports.checkoutFolder));
  return stored.map((block, index) => {
    const ratePerS = plan.evaluation.ratePerS * (factors[index] ?? 1);
    const ownPlan = { ...plan, evaluation: { ...plan.evaluation, ratePerS } };
    const requests = drawBlock({
      plan: ownPlan,
      block: block.block,
      ...campaign.setup,
      payloadBytesOf,
    });
    return { ...block, requests };
  });
}

/** Mean billed time of a request; the memory of a function is the plan's. */
function billedMs({ plan, billed }: EvaluatedCampaign): Record<string, number> {
  return Object.fromEntries(
    plan.workloads.flatMap(({ name, lambdaMemoryMb }) => {
      const own = billed.filter(({ workload }) => workload === name);
      const reported = own.reduce((sum, one) => sum + one.reported, 0);
      const mbMs = own.reduce((sum, one) => sum + one.mbMs, 0);
      return reported === 0 ? [] : [[name, mbMs / reported / lambdaMemoryMb] as const];
    }),
  );
}

/** Nominal start of slot 1, from that of the first slot that was run. */
async function slotOneMs(store: CampaignStore, plan: Plan): Promise<number> {
  const [first] = (await joinedSlots(store)).complete;
  if (first === undefined) return 0;
  const { startsAtMs } = await store.requireJson<RunReceipt>(store.keys.receipt(slotRun(first)));
  return startsAtMs - slotStartMs(plan.schedule, 0, first);
}

function downNotes(plan: Plan, down: readonly (readonly string[])[]): string[] {
  const perWorkload = plan.workloads.map(({ name }) => {
    const hours = down.filter((workloads) => workloads.includes(name)).length;
    return `${name} is below its break-even in ${hours} of ${down.length} hours`;
  });
  return [
    `Scaled to zero: ${perWorkload.join(', ')}. In them hybrid and best-static have no task of it ` +
      'and send it to Lambda, ecs-only keeps one; the balancer stands. A start takes 57 s, in ' +
      'which hybrid and best-static send to Lambda and pay for the tasks. ' +
      (plan.load.shape === 'diurnal'
        ? 'Each block stands for an hour of the schedule, with its rate.'
        : 'The hours of this plan are all alike, because its load has no hours.'),
  ];
}
