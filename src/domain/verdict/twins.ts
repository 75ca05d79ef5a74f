import type { Arm } from '../arm.ts';
import { sum } from '../statistics/statistics.ts';
import type { ArmColumns, EvaluationTable } from './evaluation-table.ts';

/** An arm that did what a simpler one did: their difference is noise, not a question. */
export interface Twin {
  readonly arm: Arm;
  readonly of: Arm;
}

const simplestFirst: readonly Arm[] = ['lambda-only', 'ecs-only', 'best-static', 'hybrid'];

/** Two arms are the same from this agreement of their requests on (METHOD 6.1). */
const sameShare = 0.99;

/**
 * Arms that sent their requests to the same platforms as a simpler arm and had the same services
 * deployed. A hybrid whose router never chose is lambda-only or best-static under another name; the
 * two can never beat one another, and the answer is then the simpler one.
 */
export function findTwins(table: EvaluationTable): Twin[] {
  const arms = simplestFirst.flatMap((arm) => table.arms.filter((columns) => columns.arm === arm));
  return arms.flatMap((columns, index) => {
    const simpler = arms.slice(0, index).find((other) => isSame(columns, other));
    return simpler === undefined ? [] : [{ arm: columns.arm, of: simpler.arm }];
  });
}

/** The simplest arm that does what this one does; the arm itself when there is none. */
export function simplestOf(arm: Arm, twins: readonly Twin[]): Arm {
  return twins.find((twin) => twin.arm === arm)?.of ?? arm;
}

function isSame(columns: ArmColumns, simpler: ArmColumns): boolean {
  const fixed = fixedUsd(columns);
  const simplerFixed = fixedUsd(simpler);
  if (Math.abs(fixed - simplerFixed) > 1e-6 * Math.max(fixed, simplerFixed)) return false;
  let requests = 0;
  let agreeing = 0;
  for (const [workload, own] of columns.workloads.entries()) {
    const other = simpler.workloads[workload];
    if (other === undefined) return false;
    const lambdaShare = shareOnLambda(other);
    // Shares say whether two requests went the same way only where all of one arm's did.
    if (lambdaShare !== undefined && lambdaShare !== 0 && lambdaShare !== 1) return false;
    const ownRequests = sum(own.requests);
    requests += ownRequests;
    agreeing += ownRequests * (1 - Math.abs((shareOnLambda(own) ?? 0) - (lambdaShare ?? 0)));
  }
  return agreeing >= sameShare * requests;
}

function fixedUsd(columns: ArmColumns): number {
  return columns.costs.reduce(
    (sum, cost) =>
      sum + cost.ecsBusyUsd + cost.ecsIdleUsd + cost.balancerUsd + (cost.routerUsd ?? 0),
    0,
  );
}

function shareOnLambda(workload: ArmColumns['workloads'][number]): number | undefined {
  const lambda = sum(workload.lambdaRequests);
  const routed = lambda + sum(workload.ecsRequests);
  return routed === 0 ? undefined : lambda / routed;
}
