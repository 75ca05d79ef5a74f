import { isCandidate } from '../arm.ts';
import type { RateSwitch } from '../money/rate-switch.ts';
import { randomFor } from '../statistics/random.ts';
import { defaultResamples } from '../verdict/bootstrap.ts';
import { evaluationTable } from '../verdict/evaluation-table.ts';
import { plannedExtension } from '../verdict/extension.ts';
import { samplingOf } from '../verdict/sampling.ts';
import type { Baselines, RateWeights, Regret } from './baselines.ts';
import { type BaselinesQuestion, type Evaluated, evaluateRouting } from './evaluated-routing.ts';
import { regretOf, routedUtility } from './regret.ts';
import { costAgainst, costPer1000, type DrawnBlocks } from './rival-cost.ts';
import { routingsOf } from './routings.ts';

/** Undefined without a request that both pure arms answered for in a block of all arms. */
export function computeBaselines(question: BaselinesQuestion): Baselines | undefined {
  const { pairs, setup, switches, costs } = question;
  if (pairs.workload.length === 0) return undefined;
  const drawn = drawnBlocks(question);
  if (!drawn.blocks.some((block) => pairs.block.includes(block))) return undefined;
  const evaluated = routingsOf(pairs, setup, switches).map((routing) =>
    evaluateRouting(question, routing, drawn.blocks),
  );
  const hybrid = costs.filter(({ arm }) => arm === 'hybrid');
  return {
    baselines: evaluated.map((own) => ({ ...own.baseline, ...costPer1000(own.costs, drawn) })),
    regrets: regretsOf(question, evaluated, drawn),
    routed: setup.withCapacity,
    pairs: pairs.workload.length,
    ofRequests: pairs.scored.reduce((sum, { requests }) => sum + requests, 0),
    hybridAgainst: evaluated.flatMap((rival) => {
      const ratio = costAgainst({ own: hybrid, other: rival.costs }, drawn);
      return ratio === undefined ? [] : [{ baseline: rival.baseline.baseline, ...ratio }];
    }),
    weights: switches.map(weightsOf),
  };
}

/** Blocks and resamples of the verdict: the same chance for arms and rivals. */
function drawnBlocks({ plan, setup, cells, costs, resamples, startsAtMs }: BaselinesQuestion) {
  const workloads = plan.workloads.map(({ name }) => name);
  const arms = setup.arms.filter(isCandidate);
  const table = evaluationTable({ arms, workloads, cells, costs });
  const extension = plannedExtension(plan);
  const sampling = samplingOf({
    table,
    random: randomFor(plan.seed, 'verdict', 'blocks'),
    count: resamples ?? defaultResamples,
    timezone: plan.schedule.timezone,
    startsAtMs,
    ...(extension === undefined ? {} : { extension }),
  });
  return { blocks: table.blocks, sampling };
}

function regretsOf(
  { pairs, plan, setup }: BaselinesQuestion,
  evaluated: readonly Evaluated[],
  drawn: DrawnBlocks,
): Regret[] {
  const oracle = evaluated.find(({ routing }) => routing.baseline === 'attainable-oracle');
  const routed = plan.workloads.map(({ name, share }, index) =>
    setup.withCapacity.includes(name) && pairs.workload.includes(index) ? share : 0,
  );
  const total = routed.reduce((sum, share) => sum + share, 0);
  if (oracle === undefined || total === 0) return [];
  const question = {
    pairs,
    oracle: routedUtility(pairs, oracle.routing),
    shares: routed.map((share) => share / total),
    ...drawn,
  };
  const rivals = evaluated.map(({ routing }) => ({
    of: routing.baseline,
    utility: routedUtility(pairs, routing),
  }));
  const measured = pairs.arms.map(({ arm, utility }) => ({ of: arm, utility }));
  return [...measured, ...rivals].map((served) => regretOf(question, served));
}

function weightsOf({ workload, breakEven, hours }: RateSwitch): RateWeights {
  const [hour] = hours;
  if (hour === undefined) throw new Error(`The weights of workload "${workload}" have no hour.`);
  const { requestsPerHour, tasks, lambdaPercent, ecsPercent } = hour;
  return {
    workload,
    requestsPerHour,
    ...(breakEven === undefined ? {} : { breakEvenPerHour: breakEven.requestsPerHour }),
    tasks,
    lambdaPercent,
    ecsPercent,
  };
}
