import { describe, expect, test } from 'vitest';
import { differencesPerSlot, metricsOf } from '../../src/learning/judge.ts';
import type { Rivals } from '../../src/learning/rivals.ts';
import { labelledRows } from './builders.ts';

/** Two slots of two workloads. The router sends rows 0 and 3 to Lambda, best-static 0 and 2. */
const rows = labelledRows([
  { slot: 5, workload: 'light', payloadBytes: 1, utilityLambda: 1, utilityEcs: 4 },
  { slot: 5, workload: 'heavy', payloadBytes: 2, utilityLambda: 6, utilityEcs: 5 },
  { slot: 6, workload: 'light', payloadBytes: 3, utilityLambda: 9, utilityEcs: 7 },
  { slot: 6, workload: 'heavy', payloadBytes: 4, utilityLambda: 3, utilityEcs: 2 },
]);
const pLambda = Float64Array.of(0.9, 0.2, 0.4, 0.7);
const rivals: Rivals = { threshold: 0.5, table: { light: 'lambda', heavy: 'ecs' } };

describe('judging a router against best-static', () => {
  const metrics = metricsOf(rows, pLambda, rivals, [0.6, 0.7]);

  test('V_pair is what each of them chose, by the shares of the load', () => {
    expect(metrics.vPair).toBeCloseTo((1 + 5 + 7 + 3) / 4, 12);
    expect(metrics.vPairBestStatic).toBeCloseTo((1 + 5 + 9 + 2) / 4, 12);
  });

  test('the difference is negative in a slot in which the router chose better', () => {
    expect(differencesPerSlot(rows, pLambda, rivals)).toEqual([0, (7 + 3) / 2 - (9 + 2) / 2]);
  });

  test('probabilities are judged with the weights of the training', () => {
    const losses = [0.9, 0.8, 0.6, 0.3].map((ofTruth) => -Math.log(ofTruth));
    const [a = 0, b = 0, c = 0, d = 0] = losses;
    expect(metrics.logLoss).toBeCloseTo((3 * a + b + 2 * c + d) / 7, 12);
    expect(metrics.brier).toBeCloseTo((3 * 0.01 + 0.04 + 2 * 0.16 + 0.49) / 7, 12);
  });

  test('accuracy counts rows and stands beside majority and ceiling', () => {
    expect(metrics).toMatchObject({
      testRows: 4,
      accuracy: 3 / 4,
      majorityAccuracy: 3 / 4,
      ceiling: [0.6, 0.7],
      confusion: [
        [2, 1],
        [0, 1],
      ],
      precision: 1 / 2,
      recall: 1,
      rocAuc: 1,
    });
  });

  test('where one class is absent, ranking is that of a coin and recall is left out', () => {
    const onlyEcs = labelledRows([
      { slot: 5, workload: 'light', payloadBytes: 1, utilityLambda: 2, utilityEcs: 1 },
    ]);
    const alone = metricsOf(onlyEcs, Float64Array.of(0.1), rivals, [1, 1]);
    expect(alone.rocAuc).toBe(0.5);
    expect(alone).not.toHaveProperty('recall');
  });
});
