import type { Arm } from '../../domain/arm.ts';
import { armBlockCosts } from '../../domain/money/arm-cost.ts';
import { priceBookOf } from '../../domain/money/price-books.ts';
import type { Plan } from '../../domain/plan.ts';
import type { ArmBlockCost, ArmCell } from '../../domain/verdict/verdict.ts';
import { withDatabase } from '../duckdb.ts';
import type { SlotParquet } from '../merge.ts';
import { openObservations } from '../observations.ts';
import { openCosts } from '../prices.ts';
import { armCell, measuredCells } from './measured-cells.ts';

/** The collection as two arms: every request went to both platforms (METHOD 1.1). */
export interface CollectionCells {
  /** Of lambda-only and ecs-only; `block` is the slot. */
  readonly cells: readonly ArmCell[];
  /** Everything that an arm would have deployed stands for the mixed load of its slot. */
  readonly costs: readonly ArmBlockCost[];
}

/**
 * The mixed load of slots, by platform: without ladders, whose load is not the question's
 * (METHOD 1.8), and without lead-in. A slot of which one platform has no scored request is left out.
 */
export async function collectionCells(input: {
  readonly parquet: readonly SlotParquet[];
  readonly plan: Plan;
  /** Busy time of one request on one vCPU, per workload. */
  readonly cpuMs: Readonly<Record<string, number>>;
}): Promise<CollectionCells> {
  const { parquet, plan, cpuMs } = input;
  const measured = await withDatabase(async (database) => {
    await openObservations(
      database,
      parquet.map(({ path }) => path),
    );
    await openCosts(database, plan, cpuMs);
    return await measuredCells(database, platformRows);
  });
  const all = measured.filter(({ scored }) => scored > 0).map((cell) => armCell(cell, plan));
  const cells = all.filter(({ block }) => isMeasuredOnBoth(block, all));
  const costs = armBlockCosts({
    cells,
    plan,
    cpuMs,
    book: priceBookOf(plan.pricing),
    hoursOf: () => plan.load.durationMs / 3_600_000,
    services: servicesOf(plan),
  });
  return { cells, costs };
}

const platformRows = `
select * replace (if(platform = 'lambda', 'lambda-only', 'ecs-only') as arm, slot as block)
from costed_observation
where not lead_in and arm is null and slot is not null and ladder_step is null
`;

function isMeasuredOnBoth(slot: number, cells: readonly ArmCell[]): boolean {
  const own = cells.filter(({ block }) => block === slot);
  return ['lambda-only', 'ecs-only'].every((name) => own.some(({ arm }) => arm === name));
}

/** The collection's services have the plan's tasks, for every workload (METHOD 1.2). */
function servicesOf(plan: Plan): Readonly<Record<Arm, readonly string[]>> {
  return {
    'lambda-only': [],
    'lambda-only-again': [],
    'ecs-only': plan.workloads.map(({ name }) => name),
    'ecs-only-again': [],
    hybrid: [],
    'best-static': [],
  };
}
