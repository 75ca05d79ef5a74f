import type { Arm } from '../arm.ts';
import { type Resamples, weightedSum } from './bootstrap.ts';
import { PooledLatencies } from './pooled-latencies.ts';
import type { ArmBlockCost, ArmCell } from './verdict.ts';

/** The measurements of an evaluation in columns: index b of every column is the b-th block. */
export interface EvaluationTable {
  /** Numbers of the blocks in which every arm was measured. */
  readonly blocks: readonly number[];
  readonly workloads: readonly string[];
  readonly arms: readonly ArmColumns[];
  /** Arms that were to be measured and were not, with the reason. */
  readonly unmeasured: readonly { readonly arm: Arm; readonly reason: string }[];
}

export interface ArmColumns {
  readonly arm: Arm;
  readonly costs: readonly ArmBlockCost[];
  readonly allInUsd: Float64Array;
  readonly good: Float64Array;
  /** In the order of the table's workloads. */
  readonly workloads: readonly WorkloadColumns[];
}

export interface WorkloadColumns {
  readonly requests: Float64Array;
  readonly good: Float64Array;
  readonly insideSlo: Float64Array;
  readonly failed: Float64Array;
  readonly lambdaRequests: Float64Array;
  readonly ecsRequests: Float64Array;
  readonly latencies: PooledLatencies;
}

/**
 * Only blocks in which every measured arm has scored requests are kept: the arms are compared
 * within blocks, and a block that ended early says nothing about the arms behind it.
 */
export function evaluationTable({
  arms,
  workloads,
  cells,
  costs,
}: {
  readonly arms: readonly Arm[];
  readonly workloads: readonly string[];
  readonly cells: readonly ArmCell[];
  readonly costs: readonly ArmBlockCost[];
}): EvaluationTable {
  const unmeasured = arms.flatMap((arm) => {
    const reason = whyUnmeasured(arm, cells, costs);
    return reason === undefined ? [] : [{ arm, reason }];
  });
  const measured = arms.filter((arm) => !unmeasured.some((entry) => entry.arm === arm));
  const blocks = commonBlocks(measured, cells, costs);
  return {
    blocks,
    workloads,
    arms: measured.map((arm) => armColumns(arm, { blocks, workloads, cells, costs })),
    unmeasured,
  };
}

function whyUnmeasured(
  arm: Arm,
  cells: readonly ArmCell[],
  costs: readonly ArmBlockCost[],
): string | undefined {
  const requests = cells
    .filter((cell) => cell.arm === arm)
    .reduce((sum, cell) => sum + cell.requests, 0);
  if (requests === 0) return 'none of its requests was scored';
  const usd = costs
    .filter((cost) => cost.arm === arm)
    .reduce((sum, cost) => sum + cost.allInUsd, 0);
  return usd > 0 ? undefined : 'nothing was billed for it: its platform records are missing';
}

function commonBlocks(
  arms: readonly Arm[],
  cells: readonly ArmCell[],
  costs: readonly ArmBlockCost[],
): number[] {
  const measured = new Set(
    cells.filter((cell) => cell.requests > 0).map((cell) => `${cell.arm}/${cell.block}`),
  );
  const priced = new Set(costs.map((cost) => `${cost.arm}/${cost.block}`));
  const all = [...new Set(costs.map((cost) => cost.block))].sort((a, b) => a - b);
  return all.filter((block) =>
    arms.every((arm) => measured.has(`${arm}/${block}`) && priced.has(`${arm}/${block}`)),
  );
}

function armColumns(
  arm: Arm,
  {
    blocks,
    workloads,
    cells,
    costs,
  }: {
    readonly blocks: readonly number[];
    readonly workloads: readonly string[];
    readonly cells: readonly ArmCell[];
    readonly costs: readonly ArmBlockCost[];
  },
): ArmColumns {
  const kept = blocks.flatMap((block) =>
    costs.filter((cost) => cost.arm === arm && cost.block === block),
  );
  return {
    arm,
    costs: kept,
    allInUsd: Float64Array.from(kept, (cost) => cost.allInUsd),
    good: Float64Array.from(kept, (cost) => cost.good),
    workloads: workloads.map((workload) =>
      workloadColumns(
        blocks.map((block) =>
          cells.find(
            (cell) => cell.arm === arm && cell.workload === workload && cell.block === block,
          ),
        ),
      ),
    ),
  };
}

/** One cell per block; absent where the block drew no request of the workload. */
function workloadColumns(cells: readonly (ArmCell | undefined)[]): WorkloadColumns {
  const column = (
    field: 'requests' | 'good' | 'insideSlo' | 'failed' | 'lambdaRequests' | 'ecsRequests',
  ): Float64Array => Float64Array.from(cells, (cell) => cell?.[field] ?? 0);
  return {
    requests: column('requests'),
    good: column('good'),
    insideSlo: column('insideSlo'),
    failed: column('failed'),
    lambdaRequests: column('lambdaRequests'),
    ecsRequests: column('ecsRequests'),
    latencies: new PooledLatencies(cells.map((cell) => cell?.latenciesMs ?? [])),
  };
}

/** Every block once: the measurement itself. */
export function measuredOnce(table: EvaluationTable): Uint16Array {
  return new Uint16Array(table.blocks.length).fill(1);
}

/**
 * ln of the all-in cost per good request. Without a good request it is priced as if one had been
 * good, and without a cost as a millionth of a millionth of a dollar, so that a resample of the
 * worst blocks stays a number.
 */
export function logCost(columns: ArmColumns, weights: Uint16Array): number {
  return logCostOf(weightedSum(columns.allInUsd, weights), weightedSum(columns.good, weights));
}

/** The same for every resample. */
export function resampledLogCost(columns: ArmColumns, resamples: Resamples): Float64Array {
  return Float64Array.from(resamples.rows, (weights) => logCost(columns, weights));
}

/** The same per block. */
export function blockLogCosts(columns: ArmColumns): Float64Array {
  return columns.allInUsd.map((usd, block) => logCostOf(usd, columns.good[block] ?? 0));
}

/** The same per unit: all blocks of a day together, where days are what is drawn. */
export function unitLogCosts(
  columns: ArmColumns,
  units: readonly (readonly number[])[],
): Float64Array {
  const sumOf = (values: Float64Array, unit: readonly number[]): number =>
    unit.reduce((sum, block) => sum + (values[block] ?? 0), 0);
  return Float64Array.from(units, (unit) =>
    logCostOf(sumOf(columns.allInUsd, unit), sumOf(columns.good, unit)),
  );
}

export function logCostOf(usd: number, good: number): number {
  return Math.log(Math.max(usd, 1e-12) / Math.max(good, 1));
}
