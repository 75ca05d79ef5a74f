import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { onTestFinished } from 'vitest';

import type { ActivityPorts } from '../../src/activities/activity-ports.ts';
import { CampaignStore } from '../../src/activities/campaign-store.ts';
import { permanentFailureInterceptor } from '../../src/activities/permanent-failures.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { blockRunRef, type RunWindow, slotRunRef } from '../../src/domain/requests/load-run.ts';
import { createRandomForest } from '../../src/learning/random-forest/random-forest.ts';
import type { LoadGenerator } from '../../src/load/load-generator.ts';
import { FsObjectStore } from '../../src/stores/fs-object-store.ts';
import type { DeploymentRecord, Testbed } from '../../src/testbeds/testbed.ts';
import { aPlan } from '../support/a-plan.ts';
import { deploymentAt } from '../support/load-run.ts';

export const campaignId = 'demo';
export const slotOne = slotRunRef(campaignId, 1);
export const blockOne = blockRunRef(campaignId, 1);

export interface ActivityRig {
  readonly store: CampaignStore;
  readonly ports: ActivityPorts;
  readonly environment: MockActivityEnvironment;
}

/** A campaign whose plan and deployment are stored in a folder of its own. */
export async function aRig(
  changes: {
    readonly plan?: Plan;
    readonly deployment?: Partial<DeploymentRecord>;
    readonly loadGenerator?: LoadGenerator;
    readonly testbed?: Partial<Testbed>;
    readonly client?: Client;
  } = {},
): Promise<ActivityRig> {
  const folder = await mkdtemp(join(tmpdir(), 'crossover-activities-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const objects = new FsObjectStore(join(folder, 'store'));
  const store = new CampaignStore(objects, campaignId);
  const plan = changes.plan ?? aPlan();
  await store.putJson(store.keys.plan, { plan, planHash: 'hash' });
  await store.putJson(store.keys.deployment, aDeployment(plan, changes.deployment));
  const testbed = { ...aTestbed(plan), ...changes.testbed };
  const loadGenerator = changes.loadGenerator ?? { run: () => unexpected('run') };
  return {
    store,
    ports: {
      objects,
      testbeds: { local: { testbed, loadGenerator } },
      families: { 'random-forest': createRandomForest() },
      payloadSizes: async () => () => 10,
      checkoutFolder: process.cwd(),
      workFolder: join(folder, 'work'),
    },
    environment: new MockActivityEnvironment(
      {},
      {
        interceptors: [permanentFailureInterceptor],
        logger: new DefaultLogger('ERROR'),
        ...(changes.client === undefined ? {} : { client: changes.client }),
      },
    ),
  };
}

/** Runs one activity as a worker would, with an interceptor that names permanent failures. */
export function perform<Input, Result>(
  { environment }: ActivityRig,
  activity: (input: Input) => Promise<Result>,
  input: Input,
): Promise<Result> {
  return environment.run<[Input], Result, (input: Input) => Promise<Result>>(activity, input);
}

export function aDeployment(plan: Plan, changes: Partial<DeploymentRecord> = {}): DeploymentRecord {
  const names = plan.workloads.map(({ name }) => name);
  return {
    campaignId,
    limits: 'cgroup2',
    nodeVersion: 'v24.1.0',
    cpuModel: 'Test CPU 3000',
    cpuCount: 2,
    codeHashes: Object.fromEntries(names.map((name) => [name, 'c0de'])),
    cpuMs: Object.fromEntries(names.map((name) => [name, 30])),
    ...changes,
  };
}

/** A testbed on which everything is found, and nothing else is expected to be asked for. */
function aTestbed(plan: Plan): Testbed {
  const names = plan.workloads.map(({ name }) => name);
  return {
    deploy: () => unexpected('deploy'),
    find: async () => deploymentAt('http://127.0.0.1:1', names),
    prepare: () => unexpected('prepare'),
    collect: async () => [],
    suspend: () => unexpected('suspend'),
    release: () => unexpected('release'),
  };
}

function unexpected(method: string): never {
  throw new Error(`Nobody should call ${method} here.`);
}

/** A server as activities see it: what it knows of each workflow, by id. */
export function aClient(handleOf: (workflowId: string) => object): Client {
  const client = {
    withAbortSignal: <Value>(_signal: AbortSignal, call: () => Promise<Value>) => call(),
    withDeadline: <Value>(_deadlineMs: number, call: () => Promise<Value>) => call(),
    workflow: { getHandle: handleOf },
  };
  return client as unknown as Client;
}

/** A window that began `lateMs` ago, with a grace of ten seconds and a minute to go. */
export function aWindow({ lateMs = 0 } = {}): RunWindow {
  const startsAtMs = Date.now() - lateMs;
  return {
    startsAtMs,
    pace: 'wall-clock',
    latestStartMs: startsAtMs + 10_000,
    endsBeforeMs: startsAtMs + lateMs + 60_000,
    keepUntilMs: startsAtMs + lateMs + 60_000,
  };
}

export function linesOf(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
