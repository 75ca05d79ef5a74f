import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { joinRun } from '../../../src/dataset/join/join.ts';
import { observationColumns } from '../../../src/dataset/observation-schema.ts';
import {
  fargateMarginalUsd,
  fargateRequestUsd,
  serviceHourUsd,
} from '../../../src/domain/money/fargate-price.ts';
import { lambdaRequestUsd } from '../../../src/domain/money/lambda-price.ts';
import { priceBookOf } from '../../../src/domain/money/price-books.ts';
import type { PlatformRecord } from '../../../src/domain/observation.ts';
import type { Target } from '../../../src/domain/requests/requests.ts';
import {
  aFailure,
  aFolder,
  anOutcome,
  answeredPair,
  aPair,
  aPlan,
  aSent,
  aWorkload,
  joined,
  lines,
  platformRecords,
  rowOf,
  startsAtMs,
} from '../builders.ts';

describe('a complete pair', () => {
  it('becomes one row per target with every column of the observation', async () => {
    const result = await joined({ intended: [aPair('r1')], ...answeredPair('r1') });

    expect(result.rows).toHaveLength(2);
    expect(Object.keys(rowOf(result, 'r1', 'ecs'))).toEqual(Object.keys(observationColumns));
    expect(rowOf(result, 'r1', 'lambda')).toMatchObject({
      campaign_id: 'test',
      run: 'slot-001',
      slot: 1,
      block: null,
      arm: null,
      platform: 'lambda',
      attempt: 1,
      position: 1,
      outcome: 'answered',
      is_good: true,
      unjoined_reason: null,
      latency_ms: 120.5,
      server_ms: 100.25,
      queue_ms: 20.25,
      send_lag_ms: 2,
      billed_ms: 101,
      memory_limit_mb: 512,
      memory_used_mb: 80,
      cpu_ms: 29.5,
      planned_at: new Date(startsAtMs),
    });
    expect(rowOf(result, 'r1', 'ecs')).toMatchObject({ task_id: 'task-1', unjoined_reason: null });
    expect(result.summary).toMatchObject({
      rows: 2,
      intendedRequests: 1,
      observedRequests: 1,
      goodRows: 2,
      joinedRows: 2,
      explainedRows: 0,
      sendLagMsP99: 2,
      degradedBecause: [],
    });
  });

  it('is joined by its id, although the platforms share no timestamp', async () => {
    const pair = answeredPair('r1', {
      ecs: { plannedAtMs: startsAtMs + 250, sentAtMs: startsAtMs + 251 },
    });
    const platform = pair.platform.map((record) => ({ ...record, atMs: startsAtMs + 600_000 }));

    const { summary } = await joined({ intended: [aPair('r1')], client: pair.client, platform });

    expect(summary.joinedRows).toBe(2);
  });

  it('gets numbers with fractions as they were measured', async () => {
    const pair = answeredPair('r1', {
      lambda: { sentAtMs: startsAtMs + 0.875, statusCode: 200.0, latencyMs: 0.1 + 0.2 },
      billedMs: 101.4,
    });

    const result = await joined({ intended: [aPair('r1')], ...pair });

    expect(rowOf(result, 'r1', 'lambda')).toMatchObject({
      send_lag_ms: 0.875,
      latency_ms: 0.1 + 0.2,
      billed_ms: 101.4,
    });
  });

  it('is joined once when its platform records were collected twice', async () => {
    const pair = answeredPair('r1');

    const { rows, summary } = await joined({
      intended: [aPair('r1')],
      client: pair.client,
      platform: [...pair.platform, ...pair.platform],
    });

    expect(rows).toHaveLength(2);
    expect(summary.joinedRows).toBe(2);
  });
});

describe('records that disagree', () => {
  it('let the invocation count that the client’s answer came from', async () => {
    const pair = answeredPair('r1');
    const other: PlatformRecord = {
      kind: 'handler',
      requestId: 'r1',
      target: 'lambda',
      platform: 'lambda',
      environmentId: 'another-environment',
      environmentSequence: 1,
      serverMs: 5,
      awsRequestId: 'aws-other',
      atMs: startsAtMs + 900,
    };

    const result = await joined({
      intended: [aPair('r1')],
      client: pair.client,
      platform: [...pair.platform, other],
    });

    expect(rowOf(result, 'r1', 'lambda')).toMatchObject({ aws_request_id: 'aws-r1' });
    expect(result.summary.rows).toBe(2);
  });

  it('do not make a wait shorter than nothing', async () => {
    const result = await joined({
      intended: [aPair('r1')],
      ...answeredPair('r1', { ecs: { latencyMs: 99, serverMs: 100 } }),
    });

    expect(rowOf(result, 'r1', 'ecs').queue_ms).toBeNull();
  });

  it('count an answer as good only when the client got it whole', async () => {
    const result = await joined({
      intended: [aPair('r1')],
      ...answeredPair('r1', { ecs: { isGood: false, errorCode: 'BODY_CUT' } }),
    });

    expect(rowOf(result, 'r1', 'ecs')).toMatchObject({ outcome: 'answered', is_good: false });
    expect(result.summary).toMatchObject({ answeredRows: 2, goodRows: 1, degradedBecause: [] });
  });
});

describe('a send without a platform record', () => {
  it.each([
    ['refused', aFailure('r1', 'lambda', { errorCode: 'ECONNREFUSED' })],
    ['cut-without-handler', aFailure('r1', 'lambda', { errorCode: 'ECONNRESET' })],
    ['throttled-429', aFailure('r1', 'lambda', { statusCode: 429, latencyMs: 3 })],
    ['failed-without-handler', aFailure('r1', 'lambda', { statusCode: 500, latencyMs: 3 })],
    ['failed-without-handler', aFailure('r1', 'lambda', { statusCode: 413, latencyMs: 3 })],
    ['timeout-without-handler', aFailure('r1', 'lambda', { outcome: 'timeout' })],
  ] as const)('stays a row and is explained: %s', async (reason, failure) => {
    const pair = answeredPair('r1');
    const result = await joined({
      intended: [aPair('r1')],
      client: [...pair.client.filter((record) => record.target === 'ecs'), failure],
      platform: platformRecords('r1', 'ecs'),
    });

    expect(rowOf(result, 'r1', 'lambda')).toMatchObject({
      outcome: failure.outcome,
      is_good: false,
      unjoined_reason: reason,
      marginal_cost_usd: null,
    });
    expect(result.summary).toMatchObject({ rows: 2, observedRequests: 1, explainedRows: 1 });
    expect(result.summary.degradedBecause).toEqual([]);
  });

  it('is joined when a timeout has its handler line after all', async () => {
    const result = await joined({
      intended: [aPair('r1')],
      client: [aFailure('r1', 'lambda', { outcome: 'timeout' })],
      platform: platformRecords('r1', 'lambda'),
    });

    expect(rowOf(result, 'r1', 'lambda')).toMatchObject({
      outcome: 'timeout',
      unjoined_reason: null,
      server_ms: 100.25,
      billed_ms: 101,
      queue_ms: null,
    });
  });

  it.each([
    ['no-handler-line', () => []],
    ['no-report', () => platformRecords('r1', 'lambda').slice(0, 1)],
  ])('degrades the run when an answer has none: %s', async (reason, records) => {
    const pair = answeredPair('r1');
    const result = await joined({
      intended: [aPair('r1')],
      client: pair.client,
      platform: [...records(), ...platformRecords('r1', 'ecs')],
    });

    expect(rowOf(result, 'r1', 'lambda').unjoined_reason).toBe(reason);
    expect(result.summary.degradedBecause).toEqual([
      '1 of 2 (50.0 %) rows lack a platform record without an explanation; at most 2 % may',
    ]);
  });
});

describe('an interrupted run', () => {
  it('has a row for what was sent and never recorded, and for what was never sent', async () => {
    const result = await joined({
      intended: [aPair('r1', { offsetMs: 5000 })],
      client: [aSent('r1', 'lambda', { sentAtMs: startsAtMs + 5001 })],
    });

    expect(rowOf(result, 'r1', 'lambda')).toMatchObject({
      outcome: 'unrecorded',
      unjoined_reason: 'unrecorded',
      planned_at: new Date(startsAtMs + 5000),
      send_lag_ms: 1,
      latency_ms: null,
    });
    expect(rowOf(result, 'r1', 'ecs')).toMatchObject({
      outcome: 'not-issued',
      unjoined_reason: 'not-issued',
      attempt: null,
      sent_at: null,
      planned_at: new Date(startsAtMs + 5250),
    });
    expect(result.summary).toMatchObject({ observedRequests: 0, unrecordedRows: 1 });
    expect(result.summary.degradedBecause).toContain(
      '0 of 1 (0.0 %) requests were issued; at least 80 % must be',
    );
  });

  it('drops and counts the half line that a kill left behind', async () => {
    const torn = lines([anOutcome('r1', 'lambda')]).slice(0, 90);
    const result = await joined({
      intended: [aPair('r1')],
      client: [aSent('r1', 'lambda')],
      segments: [`${lines([aSent('r1', 'ecs')])}${torn}`, ''],
    });

    expect(result.summary).toMatchObject({ tornLines: 1, unrecordedRows: 2 });
  });

  it('keeps a last line that only lacks its newline', async () => {
    const { summary } = await joined({
      intended: [aPair('r1')],
      segments: [lines(answeredPair('r1').client).trimEnd()],
    });

    expect(summary).toMatchObject({ tornLines: 0, observedRequests: 1 });
  });

  it('says which file is damaged in the middle', async () => {
    const attempt = joined({
      intended: [aPair('r1')],
      segments: [`{"kind":"sent","reques\n${lines([aSent('r1', 'ecs')])}`],
    });

    await expect(attempt).rejects.toMatchObject({
      kind: 'CorruptObject',
      message: expect.stringContaining('attempt-1.001.ndjson'),
    });
  });

  it('moves what was planned after the outage, answered or not', async () => {
    const result = await joined({
      intended: [aPair('r1'), aPair('r2', { offsetMs: 1000 })],
      client: [
        anOutcome('r1', 'lambda', { attempt: 2, movedMs: 700, plannedAtMs: startsAtMs + 700 }),
        aSent('r2', 'lambda', { attempt: 2, sentAtMs: startsAtMs + 1703 }),
      ],
    });

    expect(rowOf(result, 'r2', 'lambda')).toMatchObject({
      attempt: 2,
      moved_ms: 700,
      planned_at: new Date(startsAtMs + 1700),
      send_lag_ms: 3,
    });
  });

  it('takes the last attempt, and reports it, should a send have two outcomes', async () => {
    const pair = answeredPair('r1');
    const result = await joined({
      intended: [aPair('r1')],
      client: [anOutcome('r1', 'lambda', { attempt: 2, latencyMs: 7 }), ...pair.client],
      platform: pair.platform,
    });

    expect(rowOf(result, 'r1', 'lambda')).toMatchObject({ attempt: 2, latency_ms: 7 });
    expect(result.summary).toMatchObject({ rows: 2, repeatedOutcomes: 1 });
    expect(result.summary.degradedBecause).toEqual([expect.stringContaining('sent twice')]);
  });

  it('is degraded when requests were refused by both platforms: nobody was there', async () => {
    const { summary } = await joined({
      intended: [aPair('r1')],
      client: [
        aFailure('r1', 'lambda', { errorCode: 'ECONNREFUSED' }),
        aFailure('r1', 'ecs', { errorCode: 'ECONNREFUSED' }),
      ],
    });

    expect(summary.degradedBecause).toEqual([expect.stringContaining('could not be reached')]);
  });
});

describe('a Fargate task', () => {
  const readings: readonly PlatformRecord[] = [0, 1000, 2000].map((atMs) => ({
    kind: 'task-sample',
    taskId: 'task-1',
    atMs: startsAtMs + atMs,
    cpuTotalMs: atMs / 4,
    throttledTotalMs: atMs / 100,
    memoryUsedMb: 100 + atMs / 10,
  }));

  it('gives each request its part of the counters between the readings', async () => {
    const pair = answeredPair('r1');
    const task: PlatformRecord = {
      kind: 'task',
      taskId: 'task-1',
      workload: 'heavy',
      cpuModel: 'A CPU',
      placement: 'host-7',
      startedAtMs: startsAtMs - 1000,
    };
    const result = await joined({
      intended: [aPair('r1')],
      client: pair.client,
      platform: [...pair.platform, ...readings, task, ...readings],
    });

    const row = rowOf(result, 'r1', 'ecs');
    expect(row).toMatchObject({ cpu_model: 'A CPU', placement: 'host-7' });
    expect(row.cpu_ms).toBeCloseTo(100.25 / 4);
    expect(row.throttled_ms).toBeCloseTo(1.0025);
    expect(row.memory_used_mb).toBeCloseTo(111);
  });

  it('tells nothing outside of its readings', async () => {
    const pair = answeredPair('r1');
    const result = await joined({
      intended: [aPair('r1')],
      client: pair.client,
      platform: [...pair.platform, ...readings.slice(0, 1)],
    });

    expect(rowOf(result, 'r1', 'ecs')).toMatchObject({ cpu_ms: null, memory_used_mb: null });
  });
});

describe('the marginal cost', () => {
  const plan = aPlan();
  const book = priceBookOf(plan.pricing);

  it('of Lambda follows billed time and the memory that the platform gave', async () => {
    const pair = answeredPair('r1');
    const result = await joined({
      intended: [aPair('r1')],
      client: pair.client,
      platform: platformRecords('r1', 'lambda', { billedMs: 333, memorySizeMb: 1024 }),
    });

    const row = rowOf(result, 'r1', 'lambda');
    expect(row.memory_limit_mb).toBe(1024);
    expect(row.marginal_cost_usd).toBeCloseTo(
      lambdaRequestUsd(book, 'http-api', { memoryMb: 1024, billedMs: 333 }),
      15,
    );
  });

  it.each([1, 19.9, 20.1, 60])(
    'of Fargate follows the service at %d/s, never the duration',
    async (ratePerS) => {
      const rate = { recentRateEcsPerS: ratePerS };
      const short = answeredPair('r1', { ecs: { ...rate, latencyMs: 101, serverMs: 1 } });
      const long = answeredPair('r2', { ecs: { ...rate, latencyMs: 9000, serverMs: 8000 } });
      const result = await joined({
        intended: [aPair('r1'), aPair('r2')],
        client: [...short.client, ...long.client],
      });

      const expected = fargateMarginalUsd(book, plan.pricing, aWorkload(), { ratePerS, cpuMs: 30 });
      expect(rowOf(result, 'r1', 'ecs').marginal_cost_usd).toBe(expected);
      expect(rowOf(result, 'r2', 'ecs').marginal_cost_usd).toBe(expected);
    },
  );

  it('adds up to a run that pays its service for the whole window', async () => {
    const { summary, rows } = await joined({ intended: [aPair('r1')], ...answeredPair('r1') });

    const hours = 0.75 + 180 / 3600;
    const lambdaUsd = Number(rows.find((row) => row.target === 'lambda')?.marginal_cost_usd);
    const balancerUsd = book.albHourUsd + 2 * book.ipv4HourUsd;
    expect(summary.costUsd).toBeCloseTo(
      lambdaUsd +
        fargateRequestUsd(book, 'alb') +
        hours * (serviceHourUsd(book, aWorkload()) + balancerUsd),
      12,
    );
  });

  it('of Fargate follows the tasks that the owner has, not the plan’s', async () => {
    // One task serves 20/s at 60 %, two serve 40/s: 30/s is above one and below two.
    const rate = { recentRateEcsPerS: 30, platform: 'ecs' } as const;
    const target = (owner: 'ecs-only' | 'hybrid') =>
      ({ target: owner, owner, platform: 'ecs', offsetMs: 0 }) as const;
    const result = await joined(
      {
        intended: [aPair('r1', { targets: [target('ecs-only'), target('hybrid')] })],
        client: [anOutcome('r1', 'ecs-only', rate), anOutcome('r1', 'hybrid', rate)],
      },
      {
        block: 1,
        services: [
          { owner: 'ecs-only', workload: 'heavy', tasks: 2 },
          { owner: 'hybrid', workload: 'heavy' },
        ],
      },
    );

    const usdAt = (ratePerS: number): number =>
      fargateMarginalUsd(book, plan.pricing, aWorkload(), { ratePerS, cpuMs: 30 });
    expect(rowOf(result, 'r1', 'ecs-only').marginal_cost_usd).toBe(usdAt(1));
    expect(rowOf(result, 'r1', 'hybrid').marginal_cost_usd).toBe(usdAt(60));
    expect(usdAt(60)).toBeGreaterThan(usdAt(1));
  });

  it('pays all tasks of a service', async () => {
    const services = [{ owner: 'hybrid', workload: 'heavy', tasks: 3 }] as const;
    const { summary } = await joined({ intended: [] }, { block: 1, services });
    expect(summary.costUsd).toBeCloseTo(
      (4 / 3600) * (3 * serviceHourUsd(book, aWorkload()) + book.albHourUsd + 2 * book.ipv4HourUsd),
      12,
    );
  });

  it('pays a service that was up and got nothing', async () => {
    const services = [{ owner: 'hybrid', workload: 'heavy' }] as const;
    const { summary } = await joined({ intended: [] }, { block: 1, services });

    expect(summary.costUsd).toBeCloseTo(
      (4 / 3600) * (serviceHourUsd(book, aWorkload()) + book.albHourUsd + 2 * book.ipv4HourUsd),
      12,
    );
  });
});

describe('a block of an evaluation', () => {
  const arms: readonly Target[] = [
    { target: 'lambda-only', owner: 'lambda-only', platform: 'lambda', offsetMs: 0 },
    { target: 'ecs-only', owner: 'ecs-only', platform: 'ecs', offsetMs: 0 },
    { target: 'hybrid', owner: 'hybrid', offsetMs: 0 },
  ];

  it('has a row per arm, and the platform that the router chose', async () => {
    const result = await joined(
      {
        intended: [aPair('b1', { targets: arms, isLeadIn: true })],
        client: [
          anOutcome('b1', 'lambda-only', { platform: 'lambda' }),
          anOutcome('b1', 'ecs-only', { platform: 'ecs' }),
          anOutcome('b1', 'hybrid', {
            platform: 'ecs',
            routedTo: 'ecs',
            routerMs: 0.01,
            modelHash: 'abc',
            pLambda: 0.25,
          }),
        ],
      },
      { block: 2, run: 'block-02' },
    );

    expect(rowOf(result, 'b1', 'hybrid')).toMatchObject({
      slot: null,
      block: 2,
      arm: 'hybrid',
      platform: 'ecs',
      lead_in: true,
      routed_to: 'ecs',
      p_lambda: 0.25,
      after_gap: false,
    });
  });

  it('takes from the router itself what an answer that never came could not say', async () => {
    const { platform: _, ...lost } = aFailure('b1', 'hybrid', { outcome: 'timeout' });
    const { inFlightLambda, inFlightEcs, recentRateLambdaPerS, recentRateEcsPerS, ...bare } = lost;
    const result = await joined(
      {
        intended: [aPair('b1', { targets: arms })],
        client: [bare],
        platform: [
          {
            kind: 'routed',
            requestId: 'b1',
            target: 'hybrid',
            platform: 'lambda',
            pLambda: 0.75,
            modelHash: 'abc',
            routerMs: 0.02,
            inFlightLambda: 1,
            inFlightEcs: 3,
            recentRateLambdaPerS: 0.5,
            recentRateEcsPerS: 1.5,
            atMs: 0,
          },
        ],
      },
      { block: 1, run: 'block-01' },
    );

    expect(rowOf(result, 'b1', 'hybrid')).toMatchObject({
      platform: 'lambda',
      routed_to: 'lambda',
      router_ms: 0.02,
      p_lambda: 0.75,
      model_hash: 'abc',
      in_flight_ecs: 3,
      unjoined_reason: 'timeout-without-handler',
    });
  });

  it('does not know the platform of a hybrid request that was not sent', async () => {
    const result = await joined({ intended: [aPair('b1', { targets: arms })] }, { block: 1 });

    expect(rowOf(result, 'b1', 'hybrid')).toMatchObject({ platform: null, outcome: 'not-issued' });
  });
});

describe('the first eleven minutes after a pause of the load', () => {
  const intended = [
    aPair('r1'),
    aPair('r2', { offsetMs: 200_000 }),
    aPair('r3', { offsetMs: 400_000 }),
    aPair('r4', { offsetMs: 661_000 }),
    aPair('r5', { offsetMs: 1_000_000 }),
  ];
  const client = intended.flatMap(({ requestId, targets }) =>
    targets.map(({ target, offsetMs }) =>
      anOutcome(requestId, target, { plannedAtMs: startsAtMs + offsetMs }),
    ),
  );

  it('are marked', async () => {
    const result = await joined({ intended, client });

    const marked = intended.filter(
      ({ requestId }) => rowOf(result, requestId, 'lambda').after_gap === true,
    );
    expect(marked.map(({ requestId }) => requestId)).toEqual(['r1', 'r2', 'r3', 'r5']);
  });

  it('are not there when the load went on', async () => {
    const result = await joined(
      { intended: intended.slice(0, 2), client },
      { slot: 2, previousLoadEndedAtMs: startsAtMs - 1000 },
    );

    expect(rowOf(result, 'r1', 'lambda').after_gap).toBe(false);
  });

  it.each([
    [3_600_000, true],
    [2_900_000, false],
  ])('follow from the plan’s grid: slots every %d ms', async (everyMs, isAfterGap) => {
    const plan = aPlan({ schedule: { everyMs } });
    const result = await joined({ intended: intended.slice(0, 1), client }, { slot: 2, plan });

    expect(rowOf(result, 'r1', 'lambda').after_gap).toBe(isAfterGap);
  });
});

it('a run without a single record is a run of requests that were not issued', async () => {
  const folder = await aFolder();
  await writeFile(join(folder, 'requests.ndjson'), lines([aPair('r1')]));
  await writeFile(join(folder, 'platform.ndjson'), '');

  const summary = await joinRun({
    folder,
    outputPath: join(folder, "it's.parquet"),
    campaignId: 'test',
    run: 'slot-001',
    slot: 1,
    startsAtMs,
    plan: aPlan(),
    cpuMs: { heavy: 30 },
  });

  expect(summary).toMatchObject({ rows: 2, notIssuedRows: 2, explainedRows: 2 });
});
