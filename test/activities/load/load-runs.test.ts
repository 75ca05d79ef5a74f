import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CancelledFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';

import { createLoadRunActivities } from '../../../src/activities/load/load-runs.ts';
import { SegmentArchive } from '../../../src/activities/load/segment-archive.ts';
import type { WindowInput } from '../../../src/activities/testbeds.ts';
import type { EvaluationSetup } from '../../../src/domain/evaluation.ts';
import type { ClientRecord } from '../../../src/domain/observation.ts';
import type { RunReceipt } from '../../../src/domain/receipt.ts';
import type { RunWindow } from '../../../src/domain/requests/load-run.ts';
import type { IntendedRequest } from '../../../src/domain/requests/requests.ts';
import type { LoadRunSpec } from '../../../src/load/load-generator.ts';
import { aPlan } from '../../support/a-plan.ts';
import { targetsOf } from '../../support/load-run.ts';
import { aRoutingModel } from '../../support/routing-model.ts';
import { parsed, recordsOf, WritingGenerator } from '../a-generator.ts';
import { type ActivityRig, aRig, aWindow, blockOne, linesOf, perform, slotOne } from '../rig.ts';

const run = slotOne.run;
const plan = aPlan({ load: { durationMs: 4_000, ratePerS: 2, timeoutMs: 1_000 } });

/** A campaign whose slot 1 is drawn. */
async function drawn(generator = new WritingGenerator(), changes: Parameters<typeof aRig>[0] = {}) {
  const rig = await aRig({ plan, loadGenerator: generator, ...changes });
  await perform(rig, createLoadRunActivities(rig.ports).drawRequests, { run: slotOne });
  return rig;
}

function runLoad(
  rig: ActivityRig,
  window: RunWindow = aWindow(),
  ref: WindowInput['run'] = slotOne,
) {
  return perform(rig, createLoadRunActivities(rig.ports).runLoad, { run: ref, window });
}

async function requestsOf({ store }: ActivityRig): Promise<IntendedRequest[]> {
  return parsed(new TextDecoder().decode(await store.requireBytes(store.keys.requests(run))));
}

function receiptOf({ store }: ActivityRig): Promise<RunReceipt | undefined> {
  return store.json<RunReceipt>(store.keys.receipt(run));
}

/** What is stored of a run's sends, attempt and target, in order. */
async function storedSends({ store, ports }: ActivityRig): Promise<string[]> {
  const sends: string[] = [];
  for (const key of await ports.objects.list(store.keys.rawPrefix(run))) {
    const text = new TextDecoder().decode(await store.requireBytes(key));
    for (const record of parsed<ClientRecord>(text)) {
      if (record.kind === 'sent') sends.push(`${record.requestId}/${record.target}`);
    }
  }
  return sends.sort((a, b) => (a < b ? -1 : 1));
}

/** Leaves what an attempt that died in the middle leaves: an open segment with its first sends. */
async function leaveDeadAttempt(rig: ActivityRig, requests: readonly IntendedRequest[]) {
  const archive = new SegmentArchive(rig.store, run, rig.ports.workFolder);
  const records = requests.flatMap(({ requestId, targets }) =>
    targets.flatMap(({ target }) => recordsOf(requestId, target)),
  );
  await writeFile(join(await archive.folderOf(1), '001.ndjson.open'), linesOf(records));
}

describe('drawing', () => {
  test('is done once: a retry keeps what was drawn, though the workload was changed', async () => {
    const rig = await drawn();
    const before = await requestsOf(rig);
    const changed = { ...rig.ports, payloadSizes: async () => () => 99 };
    await perform(rig, createLoadRunActivities(changed).drawRequests, { run: slotOne });
    expect(before.map(({ payloadBytes }) => payloadBytes)).toContain(10);
    expect(await requestsOf(rig)).toEqual(before);
  });
});

describe('a run', () => {
  test('sends what was drawn and ends with a receipt of its segments', async () => {
    const rig = await drawn();
    expect(await runLoad(rig)).toEqual({ attempts: 1 });
    expect(await receiptOf(rig)).toMatchObject({
      attempts: 1,
      endReason: 'completed',
      segments: [rig.store.keys.raw(run, 1, 1)],
    });
    expect(await storedSends(rig)).toEqual(targetsOf(await requestsOf(rig)));
  });

  test('that has a receipt is not run again', async () => {
    const generator = new WritingGenerator();
    const rig = await drawn(generator);
    await runLoad(rig);
    expect(await runLoad(rig, aWindow({ lateMs: 60_000 }))).toEqual({ attempts: 1 });
    expect(generator.specs).toHaveLength(1);
  });

  test('that comes too late is refused, and nothing is sent', async () => {
    const generator = new WritingGenerator();
    const rig = await drawn(generator);
    await expect(runLoad(rig, aWindow({ lateMs: 11_000 }))).rejects.toMatchObject({
      type: 'TooLate',
      nonRetryable: true,
      message: 'slot-001 could begin only 11 s after its time; the grace is 10 s.',
    });
    expect(generator.specs).toEqual([]);
  });

  test('on a testbed that is gone for a moment is tried again', async () => {
    const rig = await drawn(undefined, { testbed: { find: async () => undefined } });
    const failure = await runLoad(rig).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: expect.stringContaining('Nothing is deployed') });
    expect(failure).not.toHaveProperty('nonRetryable');
  });

  test('goes on when the store fails for a moment', async () => {
    const rig = await drawn();
    const { objects } = rig.ports;
    let failures = 1;
    const moody = {
      get: objects.get.bind(objects),
      put: objects.put.bind(objects),
      putIfMatch: objects.putIfMatch.bind(objects),
      list: objects.list.bind(objects),
      remove: objects.remove.bind(objects),
      putIfAbsent: async (key: string, body: Uint8Array | string) => {
        if (key.includes('/raw/') && failures-- > 0) throw new Error('The disk is full.');
        return await objects.putIfAbsent(key, body);
      },
    };
    expect(await runLoad({ ...rig, ports: { ...rig.ports, objects: moody } })).toEqual({
      attempts: 1,
    });
    expect(await storedSends(rig)).toEqual(targetsOf(await requestsOf(rig)));
  });

  test('that is cancelled keeps what was measured, and has no receipt', async () => {
    const rig = await drawn(
      new WritingGenerator((_spec, { signal }) => {
        rig.environment.cancel();
        signal.throwIfAborted();
        throw new Error('The signal should have been raised.');
      }),
    );
    await expect(runLoad(rig)).rejects.toBeInstanceOf(CancelledFailure);
    expect(await storedSends(rig)).toEqual(targetsOf(await requestsOf(rig)));
    expect(await receiptOf(rig)).toBeUndefined();
  });
});

describe('a retry', () => {
  test('sends only what was never sent, and moves it by the outage', async () => {
    const generator = new WritingGenerator();
    const rig = await drawn(generator);
    const requests = await requestsOf(rig);
    const [first, rest] = [requests.slice(0, 1), requests.slice(1)];
    await leaveDeadAttempt(rig, first);
    const window = aWindow({ lateMs: 20_000 });
    const calledAtMs = Date.now();

    expect(await runLoad(rig, window)).toEqual({ attempts: 2 });
    const [spec] = generator.specs;
    expect(spec?.alreadySent.toSorted()).toEqual(targetsOf(first));
    const firstOffsetMs = Math.min(
      ...rest.flatMap(({ targets }) => targets.map((t) => t.offsetMs)),
    );
    const plannedMs = window.startsAtMs + firstOffsetMs + (spec?.movedMs ?? 0);
    expect(plannedMs).toBeGreaterThan(calledAtMs);
    expect(plannedMs).toBeLessThan(calledAtMs + 10_000);
    expect(await storedSends(rig)).toEqual(targetsOf(requests));
    expect((await receiptOf(rig))?.segments).toEqual([
      rig.store.keys.raw(run, 1, 1),
      rig.store.keys.raw(run, 2, 1),
    ]);
  });

  test('is too late when no earlier attempt has sent anything', async () => {
    const generator = new WritingGenerator();
    const rig = await drawn(generator);
    await leaveDeadAttempt(rig, []);
    await expect(runLoad(rig, aWindow({ lateMs: 11_000 }))).rejects.toMatchObject({
      type: 'TooLate',
      message: expect.stringContaining('Earlier attempts (1) ended before they sent anything.'),
    });
    expect(generator.specs).toEqual([]);
  });

  test('of a run that was all sent when its worker died only writes the receipt', async () => {
    const rig = await drawn();
    await leaveDeadAttempt(rig, await requestsOf(rig));
    await runLoad(rig, aWindow({ lateMs: 30_000 }));
    expect(await storedSends(rig)).toEqual(targetsOf(await requestsOf(rig)));
    expect(await receiptOf(rig)).toMatchObject({ attempts: 2, endReason: 'completed' });
  });
});

describe('a generator that ended early', () => {
  const early = () => ({ reason: 'ended-early', output: 'out of memory', segments: 1 }) as const;

  test('is started again, and not for ever', async () => {
    const rig = await drawn(new WritingGenerator(early));
    await expect(runLoad(rig)).rejects.toThrow('The load generator ended early. out of memory');
    await expect(runLoad(rig)).rejects.toThrow('ended early');
    expect(await receiptOf(rig)).toBeUndefined();
    expect(await runLoad(rig)).toEqual({ attempts: 3 });
    expect(await receiptOf(rig)).toMatchObject({
      endReason: 'ended-early',
      output: 'out of memory',
    });
  });

  test('is not started again when no time is left', async () => {
    const rig = await drawn(new WritingGenerator(early));
    expect(await runLoad(rig, { ...aWindow(), endsBeforeMs: Date.now() + 6_000 })).toEqual({
      attempts: 1,
    });
  });
});

describe('a block with the hybrid arm', () => {
  const setup: EvaluationSetup = {
    arms: ['lambda-only', 'ecs-only', 'hybrid'],
    skipped: [],
    table: { light: 'lambda', heavy: 'ecs' },
    withCapacity: ['heavy'],
    modelHash: 'cafe',
    estimates: {},
  };

  async function specOf(
    pinned: EvaluationSetup,
    router: 'client' | 'service' = 'client',
  ): Promise<LoadRunSpec | undefined> {
    const generator = new WritingGenerator();
    const rig = await aRig({
      plan: aPlan({ evaluation: { blockDurationMs: 1_000, router } }),
      loadGenerator: generator,
    });
    const { store } = rig;
    await store.putJson(store.keys.evaluation, pinned);
    await store.putJson(store.keys.model('cafe'), aRoutingModel());
    await perform(rig, createLoadRunActivities(rig.ports).drawRequests, { run: blockOne });
    await runLoad(rig, aWindow(), blockOne);
    return generator.specs[0];
  }

  test('routes by the pinned model, only where Fargate is paid for', async () => {
    const router = (await specOf(setup))?.router;
    expect(router).toMatchObject({
      modelHash: 'cafe',
      platformsOf: { light: ['lambda'], heavy: ['lambda', 'ecs'] },
    });
    expect(JSON.parse(await readFile(router?.modelPath ?? 'none', 'utf8'))).toEqual(
      aRoutingModel(),
    );
  });

  test('leaves the model to the service, where the plan has one', async () => {
    const router = (await specOf(setup, 'service'))?.router;
    expect(router).toMatchObject({
      place: 'service',
      platformsOf: { light: ['lambda'], heavy: ['lambda', 'ecs'] },
    });
    expect(router).not.toHaveProperty('modelPath');
  });

  test('has no router when the arm is left out', async () => {
    const spec = await specOf({ ...setup, arms: ['lambda-only', 'ecs-only'] });
    expect(spec?.attempt).toBe(1);
    expect(spec?.router).toBeUndefined();
  });
});
