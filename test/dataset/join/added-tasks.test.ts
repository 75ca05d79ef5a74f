import { expect, it } from 'vitest';
import type { TaskRecord } from '../../../src/domain/observation.ts';
import { aPlan, aWorkload, joined, startsAtMs } from '../builders.ts';

const hourMs = 3_600_000;
// Block 2 is scored from its beginning: the lead-in of the deployment is behind it.
const plan = aPlan({
  testbed: 'simulated',
  workloads: [aWorkload()],
  evaluation: { blocks: 2, blockDurationMs: hourMs },
});

function aTask(taskId: string, changes: Partial<TaskRecord> = {}): TaskRecord {
  return {
    kind: 'task',
    taskId,
    workload: 'heavy',
    owner: 'ecs-only',
    cpuModel: 'any',
    placement: taskId,
    startedAtMs: startsAtMs,
    ...changes,
  };
}

async function addedTo(tasks: number | undefined) {
  const service = { owner: 'ecs-only', workload: 'heavy' } as const;
  const { summary } = await joined(
    {
      intended: [],
      client: [],
      platform: [
        aTask('first'),
        aTask('second'),
        aTask('third', { startedAtMs: startsAtMs + hourMs / 2 }),
      ],
    },
    {
      plan,
      block: 2,
      run: 'block-02',
      services: [tasks === undefined ? service : { ...service, tasks }],
    },
  );
  return summary.addedTasks;
}

it('tasks are added above those that the arm was deployed with', async () => {
  const added = { owner: 'ecs-only', workload: 'heavy' };
  expect(await addedTo(2)).toEqual([{ ...added, taskSeconds: 1800 }]);
  expect(await addedTo(3)).toBeUndefined();
});

it('and above the plan’s where nobody said another number', async () => {
  expect(await addedTo(undefined)).toMatchObject([{ taskSeconds: 3600 + 1800 }]);
});
