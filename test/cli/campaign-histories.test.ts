import { type Client, ScheduleNotFoundError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { expect, test } from 'vitest';
import { removeHistories } from '../../src/cli/campaign-histories.ts';

interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

/**
 * A server that forgets at once; a real one does so up to a minute later. What its `list` finds is
 * checked against a real one in with-server.test.ts.
 */
function aServer(executions: readonly Execution[], scheduled: readonly string[] = []) {
  const schedules = new Set(scheduled);
  const known = new Map(executions.map((one) => [one.runId, one]));
  const describe = async (workflowId: string) => {
    const found = [...known.values()].find((one) => one.workflowId === workflowId);
    if (found === undefined) throw new WorkflowNotFoundError('none', workflowId, undefined);
    return found;
  };
  const client = {
    options: { namespace: 'default' },
    withDeadline: <Value>(_deadlineMs: number, call: () => Promise<Value>) => call(),
    workflow: {
      list: async function* () {
        yield* executions;
      },
      getHandle: (workflowId: string) => ({ describe: () => describe(workflowId) }),
    },
    schedule: {
      getHandle: (scheduleId: string) => ({
        delete: async () => {
          if (!schedules.delete(scheduleId)) throw new ScheduleNotFoundError('none', scheduleId);
        },
      }),
    },
    workflowService: {
      deleteWorkflowExecution: async (request: { readonly workflowExecution: Execution }) => {
        known.delete(request.workflowExecution.runId);
      },
    },
  };
  return { client: client as unknown as Client, known, schedules };
}

test('every run of every workflow is forgotten, however many there are', async () => {
  const runs = ['campaign/w', 'campaign/w', 'testbed/simulated/w'];
  const slots = Array.from({ length: 20 }, (_, slot) => `campaign/w/slot/${slot}`);
  const { client, known } = aServer(
    [...runs, ...slots].map((workflowId, index) => ({ workflowId, runId: `run-${index}` })),
  );
  expect(await removeHistories(client, 'w')).toEqual({ histories: 23, isForgotten: true });
  expect([...known.values()]).toEqual([]);
});

test('a schedule of nights that was kept goes with its campaign, and no other one', async () => {
  const { client, schedules } = aServer([], ['nightly/w', 'nightly/other']);
  await removeHistories(client, 'w');
  expect([...schedules]).toEqual(['nightly/other']);
});
