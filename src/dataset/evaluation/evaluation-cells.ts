import { type Arm, arms } from '../../domain/arm.ts';
import type { AddedTasks } from '../../domain/money/added-tasks.ts';
import type { Plan } from '../../domain/plan.ts';
import type { ArmCell } from '../../domain/verdict/verdict.ts';
import { withDatabase } from '../duckdb.ts';
import { openObservations } from '../observations.ts';
import { openCosts } from '../prices.ts';
import { armCell, type MeasuredCell, measuredCells } from './measured-cells.ts';

export interface EvaluationCells {
  /** In order of arm, block and workload. */
  readonly cells: readonly ArmCell[];
  /**
   * Part of each arm's intended requests (lead-in left out) that has an outcome. The others,
   * `unrecorded` and `not-issued`, are in no cell: they must be few, and whoever scores must look.
   */
  readonly issuedShare: Readonly<Partial<Record<Arm, number>>>;
}

/** What each arm did in each block, from the observations of the blocks. */
export async function evaluationCells(input: {
  readonly parquet: readonly { readonly block: number; readonly path: string }[];
  readonly plan: Plan;
  /** Busy time of one request on one vCPU, per workload. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /** What the summary of a block says; by default no service has added any. */
  readonly addedTasksOf?: (block: number) => readonly AddedTasks[];
}): Promise<EvaluationCells> {
  const measured = await withDatabase(async (database) => {
    await openObservations(
      database,
      input.parquet.map(({ path }) => path),
    );
    await openCosts(database, input.plan, input.cpuMs);
    return await measuredCells(database, armRows);
  });
  return {
    cells: measured
      .filter((cell) => cell.scored > 0)
      .map((cell) =>
        withAddedTasks(armCell(cell, input.plan), input.addedTasksOf?.(cell.block) ?? []),
      ),
    issuedShare: issuedShares(measured),
  };
}

const armRows = `
select * from costed_observation
where not lead_in and arm is not null and block is not null
`;

function withAddedTasks(cell: ArmCell, added: readonly AddedTasks[]): ArmCell {
  const tasks = added.find(
    ({ owner, workload }) => owner === cell.arm && workload === cell.workload,
  );
  return tasks === undefined ? cell : { ...cell, addedTaskS: tasks.taskSeconds };
}

function issuedShares(measured: readonly MeasuredCell[]): Partial<Record<Arm, number>> {
  const shares: Partial<Record<Arm, number>> = {};
  for (const arm of arms) {
    const own = measured.filter((cell) => cell.arm === arm);
    if (own.length === 0) continue;
    const scored = own.reduce((sum, cell) => sum + cell.scored, 0);
    shares[arm] = scored / own.reduce((sum, cell) => sum + cell.intended, 0);
  }
  return shares;
}
