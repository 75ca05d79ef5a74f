import { z } from 'zod';
import { owners } from '../../domain/arm.ts';
import type { AddedTasks } from '../../domain/money/added-tasks.ts';
import { edgeUseOf } from '../../domain/money/edge-price.ts';
import {
  balancerHourUsd,
  fargateRequestUsd,
  taskHourUsd,
} from '../../domain/money/fargate-price.ts';
import { priceBookOf } from '../../domain/money/price-books.ts';
import { requireWorkload } from '../../domain/plan.ts';
import type { Database } from '../duckdb.ts';
import type { JoinInput, StandingService } from './join.ts';
import type { RunCounts } from './join-summary.ts';
import { runLengthMs } from './run-length.ts';

/**
 * What the run would have cost on AWS: its requests, its services and their balancers for the length
 * of the run, busy or not, and the tasks that services added (METHOD 3.3, 3.5).
 */
export async function runCostUsd(
  database: Database,
  input: JoinInput,
  measured: {
    readonly counts: Pick<RunCounts['counts'], 'lambda_usd' | 'ecs_sends'>;
    readonly added: readonly AddedTasks[];
  },
): Promise<number> {
  const { counts, added } = measured;
  const { plan } = input;
  const book = priceBookOf(plan.pricing);
  const services: readonly StandingService[] =
    input.services ?? (await database.read(serviceQuery, serviceShape));
  const hours = runLengthMs(plan, input.slot === undefined ? 'block' : 'slot') / 3_600_000;
  const payers = new Set(services.map((service) => service.owner));
  const serviceUsd = services.reduce((sum, { workload: name, tasks }) => {
    const workload = requireWorkload(plan, name);
    return sum + (tasks ?? workload.ecsTasks) * taskHourUsd(book, workload);
  }, 0);
  const addedUsd = added.reduce(
    (sum, { workload, taskSeconds }) =>
      sum + (taskSeconds / 3600) * taskHourUsd(book, requireWorkload(plan, workload)),
    0,
  );
  return (
    counts.lambda_usd +
    addedUsd +
    counts.ecs_sends * fargateRequestUsd(book, edgeUseOf(plan.pricing, 'ecs')) +
    hours * (serviceUsd + payers.size * balancerHourUsd(book, plan.pricing.edge.ecs))
  );
}

const serviceShape = z.object({ owner: z.enum(owners), workload: z.string() });

/** Planned targets on Fargate, and those that a router sent there. */
const serviceQuery = `
select distinct owner, workload from joined where platform = 'ecs' order by owner, workload
`;
