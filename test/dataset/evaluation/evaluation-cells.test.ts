import { describe, expect, it } from 'vitest';
import {
  type EvaluationCells,
  evaluationCells,
} from '../../../src/dataset/evaluation/evaluation-cells.ts';
import { lambdaRequestUsd } from '../../../src/domain/money/lambda-price.ts';
import { priceBookOf } from '../../../src/domain/money/price-books.ts';
import type { ClientRecord, OutcomeRecord } from '../../../src/domain/observation.ts';
import type { Target } from '../../../src/domain/requests/requests.ts';
import { aFailure, anOutcome, aPair, aPlan, aSent, joined, platformRecords } from '../builders.ts';

const targets: readonly Target[] = [
  { target: 'lambda-only', owner: 'lambda-only', platform: 'lambda', offsetMs: 0 },
  { target: 'hybrid', owner: 'hybrid', offsetMs: 5000 },
];
const plan = aPlan();
const lambdaUsd = lambdaRequestUsd(priceBookOf(plan.pricing), 'http-api', {
  memoryMb: 512,
  billedMs: 101,
});

function onLambda(requestId: string, target: string, changes: Partial<OutcomeRecord> = {}) {
  return anOutcome(requestId, target, { platform: 'lambda', ...changes });
}

/** Requests r1, r2, … of one block; without records for what is not given. */
async function cellsOf(
  client: readonly ClientRecord[],
  { requests = 1, leadIn = 0, reported = [] as readonly string[] } = {},
): Promise<EvaluationCells> {
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
  return await evaluationCells({ parquet: [{ block: 2, path }], plan, cpuMs: { heavy: 30 } });
}

describe('a cell', () => {
  it('has what an arm did with a workload in a block', async () => {
    const { cells } = await cellsOf(
      [
        onLambda('r1', 'lambda-only', { latencyMs: 100 }),
        onLambda('r2', 'lambda-only', { latencyMs: 1001 }),
      ],
      { requests: 2, reported: ['r1', 'r2'] },
    );

    expect(cells).toEqual([
      {
        arm: 'lambda-only',
        block: 2,
        workload: 'heavy',
        requests: 2,
        good: 2,
        insideSlo: 1,
        failed: 0,
        latenciesMs: [100, 1001],
        lambdaRequests: 2,
        ecsRequests: 0,
        lambdaUsd: expect.closeTo(2 * lambdaUsd, 12),
      },
    ]);
  });

  it('keeps timeouts and failures, as requests that took for ever', async () => {
    const { cells } = await cellsOf(
      [
        onLambda('r1', 'lambda-only', { latencyMs: 100 }),
        aFailure('r2', 'lambda-only', { platform: 'lambda', outcome: 'timeout' }),
        aFailure('r3', 'lambda-only', { platform: 'lambda', statusCode: 413, latencyMs: 2 }),
        onLambda('r4', 'lambda-only', { statusCode: 500, isGood: false, latencyMs: 2 }),
      ],
      { requests: 4 },
    );

    expect(cells[0]).toMatchObject({
      requests: 4,
      good: 1,
      insideSlo: 1,
      failed: 3,
      latenciesMs: [100, Infinity, Infinity, Infinity],
    });
  });

  it('tells where the router sent the requests of the hybrid arm', async () => {
    const { cells } = await cellsOf(
      [
        onLambda('r1', 'hybrid', { routedTo: 'lambda' }),
        anOutcome('r2', 'hybrid', { platform: 'ecs', routedTo: 'ecs' }),
        anOutcome('r3', 'hybrid', { platform: 'ecs', routedTo: 'ecs' }),
      ],
      { requests: 3 },
    );

    expect(cells).toEqual([
      expect.objectContaining({ arm: 'hybrid', lambdaRequests: 1, ecsRequests: 2 }),
    ]);
  });

  it('pays for a timeout what its workload costs, and nothing for what never ran', async () => {
    const failure = { platform: 'lambda' } as const;
    const { cells } = await cellsOf(
      [
        onLambda('r1', 'lambda-only'),
        aFailure('r2', 'lambda-only', { ...failure, outcome: 'timeout' }),
        aFailure('r3', 'lambda-only', { ...failure, statusCode: 429 }),
        aFailure('r4', 'lambda-only', { ...failure, errorCode: 'ECONNREFUSED' }),
      ],
      { requests: 4, reported: ['r1'] },
    );

    expect(cells[0]?.lambdaUsd).toBeCloseTo(2 * lambdaUsd, 12);
  });

  it('leaves lead-in out', async () => {
    const { cells, issuedShare } = await cellsOf(
      [onLambda('r1', 'lambda-only'), onLambda('r2', 'lambda-only')],
      { requests: 2, leadIn: 1 },
    );

    expect(cells).toEqual([expect.objectContaining({ requests: 1 })]);
    expect(issuedShare['lambda-only']).toBe(1);
  });
});

describe('requests without an outcome', () => {
  it('are in no cell, but their share is told for every arm', async () => {
    const { cells, issuedShare } = await cellsOf(
      [onLambda('r1', 'lambda-only'), aSent('r2', 'lambda-only'), aSent('r1', 'hybrid')],
      { requests: 4 },
    );

    expect(cells).toEqual([expect.objectContaining({ arm: 'lambda-only', requests: 1 })]);
    expect(issuedShare).toEqual({ 'lambda-only': 0.25, hybrid: 0 });
  });
});
