import { expect, test } from 'vitest';
import { requirePriceBook } from '../../../src/domain/money/price-books.ts';
import { type BilledSum, repricedCells } from '../../../src/domain/what-if/repricing.ts';
import { aCell, aPlan, aWorkload } from '../evaluation-builders.ts';

const plan = aPlan({
  workloads: [aWorkload({ lambdaMemoryMb: 1024 })],
  pricing: { edge: { lambda: 'rest-api', ecs: 'alb' } },
});
const book = { ...requirePriceBook('us-east-1/x86_64/2026-11'), lambdaGbSecondUsd: 0.00002 };
const billed: BilledSum = {
  arm: 'lambda-only',
  block: 1,
  workload: 'heavy',
  reported: 3,
  mbMs: 1024 * (100 + 200 + 300),
  unreported: 1,
  coldStarts: 0,
};

test('another price of a GB-second and of the edge is what a hand computes', () => {
  const cells = [aCell({ latenciesMs: [100, 200, 300, Number.POSITIVE_INFINITY], good: 3 })];
  const [cell] = repricedCells({ cells, billed: [billed], plan, book, cpuMs: { heavy: 100 } });
  // 261 + 78 bytes of Lambda's own lines and 326 of the handler's, at $0.50 per GiB.
  const logsUsd = ((66 + 55 + 140 + 3 * 26 + 326) / 2 ** 30) * 0.5;
  // Four requests: $0.20/M, $3.50/M of the REST API; 0.6 GB-s, and the mean of 0.2 for the fourth.
  const byHand = 4 * (2e-7 + 3.5e-6 + logsUsd) + (0.6 + 0.2) * 0.00002;
  expect(cell?.lambdaUsd).toBeCloseTo(byHand, 14);
});

test('another SLO counts the measured latencies again, and nothing else changes', () => {
  const before = aCell({ latenciesMs: [100, 200, 300, Number.POSITIVE_INFINITY], good: 3 });
  const slow = aPlan({
    workloads: [aWorkload({ slo: { latencyMs: 200, attainment: 0.95 } })],
  });
  const [after] = repricedCells({
    cells: [before],
    billed: [],
    plan: slow,
    book,
    cpuMs: { heavy: 100 },
  });
  expect(after).toEqual({ ...before, insideSlo: 2, lambdaUsd: 0 });
});
