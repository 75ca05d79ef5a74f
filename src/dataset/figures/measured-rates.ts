import { z } from 'zod';
import type { MeasuredRate } from '../../domain/dataset/measured.ts';
import type { Plan } from '../../domain/plan.ts';
import { rateAtUtilisation } from '../../domain/requests/ladder.ts';
import type { Database } from '../duckdb.ts';
import { requireCpuMs } from '../prices.ts';

/**
 * The loads at which each workload was seen: its own rate in every run, and its ladder's steps
 * (METHOD 1.8). Needs the table `measured`.
 */
export async function readMeasuredRates(
  database: Database,
  plan: Plan,
  cpuMs: Readonly<Record<string, number>>,
): Promise<MeasuredRate[]> {
  const mixed = await database.read(mixedQuery, mixedShape);
  const steps = await database.read(stepQuery, stepShape);
  return plan.workloads.flatMap((workload): MeasuredRate[] => {
    const ofRuns = mixed
      .filter((row) => row.workload === workload.name)
      .map(({ part, requests }) => {
        const runMs =
          part === 'collection' ? plan.load.durationMs : plan.evaluation.blockDurationMs;
        return requests / (runMs / 1000);
      });
    const ofSteps = steps
      .filter((row) => row.workload === workload.name)
      .flatMap(({ step }) => {
        const utilisation = plan.load.ladder?.utilisation[step - 1];
        if (utilisation === undefined) return [];
        return [rateAtUtilisation(workload, utilisation, requireCpuMs(cpuMs, workload.name))];
      });
    const rates = [...ofRuns, ...ofSteps];
    if (rates.length === 0) return [];
    return [
      {
        workload: workload.name,
        lowestPerS: Math.min(...rates),
        highestPerS: Math.max(...rates),
      },
    ];
  });
}

const mixedShape = z.object({
  workload: z.string(),
  part: z.enum(['collection', 'evaluation']),
  requests: z.number(),
});

/** Of each run the rate of one side: every side of a run gets the same intended requests. */
const mixedQuery = `
select workload, part, max(requests) as requests
from (
  select workload, part, unit, side, count(*) as requests
  from measured where ladder_step is null and outcome <> 'not-issued' group by all
)
group by workload, part, unit
`;

const stepShape = z.object({ workload: z.string(), step: z.number() });

const stepQuery = `
select distinct workload, ladder_step as step from measured where ladder_step is not null
`;
