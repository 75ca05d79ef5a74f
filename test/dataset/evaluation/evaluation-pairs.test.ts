import { describe, expect, it } from 'vitest';
import { evaluationPairs } from '../../../src/dataset/evaluation/evaluation-pairs.ts';
import type { Arm } from '../../../src/domain/arm.ts';
import { utilityOf } from '../../../src/domain/models/label.ts';
import { fargateMarginalUsd } from '../../../src/domain/money/fargate-price.ts';
import { lambdaRequestUsd } from '../../../src/domain/money/lambda-price.ts';
import { priceBookOf } from '../../../src/domain/money/price-books.ts';
import type { ClientRecord, OutcomeRecord } from '../../../src/domain/observation.ts';
import type { Target } from '../../../src/domain/requests/requests.ts';
import type { PairColumns } from '../../../src/domain/rivals/pair-columns.ts';
import {
  aFailure,
  anOutcome,
  aPair,
  aPlan,
  aWorkload,
  joined,
  platformRecords,
} from '../builders.ts';

const targets: readonly Target[] = [
  { target: 'lambda-only', owner: 'lambda-only', platform: 'lambda', offsetMs: 0 },
  { target: 'ecs-only', owner: 'ecs-only', platform: 'ecs', offsetMs: 0 },
  { target: 'hybrid', owner: 'hybrid', offsetMs: 0 },
];
const plan = aPlan();
const book = priceBookOf(plan.pricing);
const lambdaUsd = lambdaRequestUsd(book, 'http-api', { memoryMb: 512, billedMs: 101 });
const rule = {
  latencyWeight: plan.labels.latencyWeight,
  timeoutMs: plan.load.timeoutMs,
  sloLatencyMs: 1000,
};

function onArm(requestId: string, arm: Arm, changes: Partial<OutcomeRecord> = {}): OutcomeRecord {
  const platform = arm === 'ecs-only' ? 'ecs' : 'lambda';
  return anOutcome(requestId, arm, { platform, ...changes });
}

async function pairsOf(
  client: readonly ClientRecord[],
  { requests = 1, leadIn = 0, reported = [] as readonly string[] } = {},
): Promise<PairColumns> {
  const { path } = await joined(
    {
      intended: Array.from({ length: requests }, (_, index) =>
        aPair(`r${index + 1}`, { targets, isLeadIn: index < leadIn }),
      ),
      client,
      platform: reported.flatMap((requestId) => platformRecords(requestId, 'lambda-only')),
    },
    { block: 2, run: 'block-02' },
  );
  const arms: readonly Arm[] = ['lambda-only', 'ecs-only', 'hybrid'];
  return await evaluationPairs({ parquet: [{ block: 2, path }], plan, cpuMs: { heavy: 30 }, arms });
}

describe('a pair', () => {
  it('has what both pure arms did with a request, and the hybrid beside them', async () => {
    const pairs = await pairsOf(
      [
        onArm('r1', 'lambda-only', { latencyMs: 100 }),
        onArm('r1', 'ecs-only', { latencyMs: 300 }),
        onArm('r1', 'hybrid', { platform: 'ecs', latencyMs: 200 }),
      ],
      { reported: ['r1'] },
    );

    const ecsUsd = fargateMarginalUsd(book, plan.pricing, aWorkload(), { ratePerS: 1, cpuMs: 30 });
    const u = (latencyMs: number, costUsd: number): number =>
      utilityOf({ latencyMs, isGood: true, costUsd }, rule);
    expect([...pairs.lambda.latencyMs, ...pairs.ecs.latencyMs]).toEqual([100, 300]);
    expect(pairs.lambda.billedUsd[0]).toBeCloseTo(lambdaUsd, 15);
    expect(pairs.ecs.billedUsd[0]).toBe(0);
    expect(pairs.lambda.utility[0]).toBeCloseTo(u(100, lambdaUsd), 9);
    expect(pairs.ecs.utility[0]).toBeCloseTo(u(300, ecsUsd), 9);
    const hybrid = pairs.arms.find(({ arm }) => arm === 'hybrid');
    expect(hybrid?.utility[0]).toBeCloseTo(u(200, ecsUsd), 9);
    expect(hybrid?.isLambda[0]).toBe(0);
    expect(pairs.block[0]).toBe(2);
  });

  it('keeps failures: they took for ever, until the deadline in u', async () => {
    const pairs = await pairsOf([
      aFailure('r1', 'lambda-only', { platform: 'lambda', outcome: 'timeout' }),
      onArm('r1', 'ecs-only', { latencyMs: 300 }),
    ]);
    expect(pairs.lambda.latencyMs[0]).toBe(Number.POSITIVE_INFINITY);
    const meanUsd = pairs.lambda.billedUsd[0] ?? 0;
    expect(pairs.lambda.utility[0]).toBeCloseTo(
      utilityOf({ isGood: false, costUsd: meanUsd }, rule),
      9,
    );
  });

  it('pays nothing for what Lambda refused, and is not a cheap one for it', async () => {
    const pairs = await pairsOf([
      aFailure('r1', 'lambda-only', { platform: 'lambda', statusCode: 429 }),
      onArm('r1', 'ecs-only'),
    ]);
    expect(pairs.lambda.billedUsd[0]).toBe(0);
    expect(pairs.lambda.utility[0]).toBeGreaterThan(pairs.ecs.utility[0] ?? 0);
  });

  it('needs an outcome on both pure arms; what was scored is counted all the same', async () => {
    const pairs = await pairsOf(
      [
        onArm('r1', 'lambda-only'),
        onArm('r2', 'lambda-only'),
        onArm('r2', 'ecs-only'),
        onArm('r3', 'hybrid'),
      ],
      { requests: 4 },
    );
    expect(pairs.workload).toHaveLength(1);
    expect(pairs.scored).toEqual([{ block: 2, workload: 'heavy', requests: 3 }]);
    const hybrid = pairs.arms.find(({ arm }) => arm === 'hybrid');
    expect([hybrid?.utility[0], hybrid?.isLambda[0]]).toEqual([Number.NaN, Number.NaN]);
  });

  it('is not made of lead-in', async () => {
    const both = ['r1', 'r2'].flatMap((id) => [onArm(id, 'lambda-only'), onArm(id, 'ecs-only')]);
    const pairs = await pairsOf(both, { requests: 2, leadIn: 1 });
    expect(pairs.workload).toHaveLength(1);
  });
});

describe('the cells of the oracle', () => {
  it('tell payloads apart, and know the load of the ecs-only arm', async () => {
    // Lambda is better where ecs-only has more than one request a second, by a lot.
    const requests = Array.from({ length: 160 }, (_, index) => `r${index + 1}`);
    const client = requests.flatMap((id, index) => {
      const isBusy = index % 2 === 0;
      return [
        onArm(id, 'lambda-only', { latencyMs: isBusy ? 100 : 900, recentRateEcsPerS: 7 }),
        onArm(id, 'ecs-only', { latencyMs: 400, recentRateEcsPerS: isBusy ? 5 : 0.5 }),
      ];
    });
    const { cells, rows } = await pairsOf(client, { requests: 160 });
    const busy = new Set<number>();
    const idle = new Set<number>();
    for (let row = 0; row < rows.rowCount; row += 1) {
      const isBusy = (rows.values[rows.rowCount + row] ?? 0) > 1;
      (isBusy ? busy : idle).add(cells[row] ?? -1);
    }
    expect([...busy].filter((cell) => idle.has(cell))).toEqual([]);
  });
});
