import { expect, test } from 'vitest';
import { type CheckedCell, fitCheck } from '../../../src/domain/simulation/fit-check.ts';
import { aCell, aCost } from '../evaluation-builders.ts';

function side(latencyMs: number, per1000Usd: number, requests = 400, coldStarts = 4) {
  const latenciesMs = Array.from({ length: requests }, () => latencyMs);
  const cells: CheckedCell[] = [{ ...aCell({ latenciesMs }), coldStarts }];
  return { cells, costs: [aCost({ good: 1000, allInUsd: per1000Usd })] };
}

test('a model that is off by more than 20 % in one figure is not trusted', () => {
  const good = fitCheck({ measured: side(100, 1), predicted: side(115, 0.9) });
  expect(good).toMatchObject({ isTrusted: true, worst: expect.closeTo(0.15, 10) });
  const bad = fitCheck({ measured: side(100, 1), predicted: side(125, 0.9) });
  expect(bad).toMatchObject({ isTrusted: false, worst: expect.closeTo(0.25, 10) });
  expect(bad.rows.find(({ figure }) => figure === 'p95')).toMatchObject({
    measured: 100,
    predicted: 125,
  });
});

test('cold shares are compared in points, because a few starts more are a large ratio', () => {
  const { rows } = fitCheck({ measured: side(100, 1), predicted: side(100, 1, 400, 12) });
  expect(rows.find(({ figure }) => figure === 'cold share')?.error).toBeCloseTo(0.02, 10);
});

test('with too few requests for a quantile nobody knows how good the model is', () => {
  const few = fitCheck({ measured: side(100, 1, 10), predicted: side(100, 1, 10) });
  expect(few).toMatchObject({ worst: 0, isTrusted: false });
});
