import { z } from 'zod';
import {
  type AddedTasks,
  addedTaskSeconds,
  type TaskLife,
} from '../../domain/money/added-tasks.ts';
import { requireWorkload } from '../../domain/plan.ts';
import { scoredWindow } from '../../domain/schedule.ts';
import { testbedFacts } from '../../domain/testbed-facts.ts';
import type { Database } from '../duckdb.ts';
import type { JoinInput } from './join.ts';

/**
 * What services ran in the scored part of a block above the tasks that they were deployed with. Where the arms
 * take turns a service has its tasks only in its own stretch, and never more than the plan's.
 */
export async function readAddedTasks(
  database: Database,
  { plan, block, startsAtMs, services: standing = [] }: JoinInput,
): Promise<readonly AddedTasks[]> {
  if (block === undefined || testbedFacts[plan.testbed].armsTakeTurns) return [];
  const window = scoredWindow(plan, block, startsAtMs);
  const lives = await database.read(taskQuery, taskShape);
  const services = Map.groupBy(lives, ({ owner, workload }) => `${owner} ${workload}`);
  return [...services.values()].flatMap((tasks): AddedTasks[] => {
    const [{ owner, workload } = { owner: '', workload: '' }] = tasks;
    const own = standing.find((one) => one.owner === owner && one.workload === workload);
    const planned = own?.tasks ?? requireWorkload(plan, workload).ecsTasks;
    const taskSeconds = addedTaskSeconds(tasks.map(lifeOf), { ...window, planned });
    return taskSeconds === 0 ? [] : [{ owner, workload, taskSeconds }];
  });
}

function lifeOf({ started_at_ms, stopped_at_ms }: z.output<typeof taskShape>): TaskLife {
  return {
    startedAtMs: started_at_ms,
    ...(stopped_at_ms === null ? {} : { stoppedAtMs: stopped_at_ms }),
  };
}

const taskShape = z.object({
  owner: z.string(),
  workload: z.string(),
  started_at_ms: z.number(),
  stopped_at_ms: z.number().nullable(),
});

/** Of a task that was reported again and again, the last word. */
const taskQuery = `
select owner, workload, startedAtMs as started_at_ms, stoppedAtMs as stopped_at_ms
from platform_record where kind = 'task' and owner is not null
qualify row_number() over (partition by taskId order by stoppedAtMs desc nulls last) = 1
order by owner, workload, taskId
`;
