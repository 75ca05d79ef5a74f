import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { expect, onTestFinished, test } from 'vitest';

import { startOrContinue } from '../../src/cli/campaign-start.ts';
import { keysOf } from '../../src/domain/names.ts';
import type { CheckedPlan } from '../../src/plan/load-plan.ts';
import { FsObjectStore } from '../../src/stores/fs-object-store.ts';
import { aPlan } from '../support/a-plan.ts';

const checked: CheckedPlan = { plan: aPlan(), path: 'plan.yaml', hash: 'h1', warnings: [] };

async function aStore(): Promise<FsObjectStore> {
  const folder = await mkdtemp(join(tmpdir(), 'crossover-start-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return new FsObjectStore(folder);
}

/** A server whose testbed is held by `holder`, what it does with a start, and what it remembers. */
function aServer(
  holder: () => string | undefined,
  start: () => object,
  ended: readonly string[] = [],
): Client {
  const describe = async (workflowId: string) => {
    if (ended.includes(workflowId)) return { status: { name: 'COMPLETED' }, runId: 'r0' };
    const campaignId = holder();
    if (campaignId === undefined) throw new WorkflowNotFoundError('none', 'testbed/local', 'r');
    return { status: { name: 'RUNNING' }, memo: { campaignId }, runId: 'r1' };
  };
  const client = {
    withDeadline: <Value>(_deadlineMs: number, call: () => Promise<Value>) => call(),
    workflow: {
      getHandle: (workflowId: string) => ({ describe: () => describe(workflowId) }),
      start: async () => start(),
    },
  };
  return client as unknown as Client;
}

const accepts = () => ({ firstExecutionRunId: 'r1' });

test('a plan that is running goes on, and one that has ended gets the next id', async () => {
  const objects = await aStore();
  let holder: string | undefined;
  const server = aServer(() => holder, accepts);
  const first = await startOrContinue(server, objects, checked);
  expect(first).toEqual({ campaignId: 'test', isNew: true, runId: 'r1' });

  holder = 'test';
  const again = await startOrContinue(server, objects, checked);
  expect(again).toEqual({ campaignId: 'test', isNew: false, runId: 'r1' });

  holder = undefined;
  const next = await startOrContinue(server, objects, checked);
  expect(next).toMatchObject({ campaignId: 'test-2', isNew: true });
});

test('a refused start names the holder and frees the id', async () => {
  const objects = await aStore();
  let holder: string | undefined;
  const server = aServer(
    () => holder,
    () => {
      holder = 'other';
      throw new WorkflowExecutionAlreadyStartedError('held', 'testbed/local', 'testbed');
    },
  );
  await expect(startOrContinue(server, objects, checked)).rejects.toThrow(
    'held by campaign "other"',
  );
  expect(await objects.get(keysOf('test').plan)).toBeUndefined();
});

test('a start whose answer was lost keeps its plan, because the campaign may be running', async () => {
  const objects = await aStore();
  const server = aServer(
    () => undefined,
    () => {
      throw new Error('Deadline exceeded.');
    },
  );
  await expect(startOrContinue(server, objects, checked)).rejects.toThrow('Deadline exceeded.');
  expect(await objects.get(keysOf('test').plan)).toBeDefined();
});

test('an id that Temporal remembers is not taken, though the store is free of it', async () => {
  const objects = await aStore();
  const server = aServer(() => undefined, accepts, ['campaign/test']);
  const next = await startOrContinue(server, objects, checked);
  expect(next).toMatchObject({ campaignId: 'test-2', isNew: true });
  expect(await objects.get(keysOf('test').plan)).toBeUndefined();
});
