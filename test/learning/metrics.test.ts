import { describe, expect, test } from 'vitest';
import {
  accuracy,
  balancedAccuracy,
  brier,
  type Confusion,
  confusionOf,
  f1,
  logLoss,
  majorityAccuracy,
  pairValue,
  precision,
  recall,
  rocAuc,
} from '../../src/learning/metrics.ts';

describe('metrics', () => {
  const labels = [0, 0, 0, 1, 1];
  const pLambda = [0.1, 0.5, 0.7, 0.4, 0.9];
  const confusion = confusionOf(labels, pLambda, 0.5);

  test('a score on the threshold predicts ecs, as the router does', () => {
    expect(confusion).toEqual([
      [2, 1],
      [1, 1],
    ]);
  });

  test('counts give accuracy, balanced accuracy and majority', () => {
    expect(accuracy(confusion)).toBeCloseTo(3 / 5, 12);
    expect(balancedAccuracy(confusion)).toBeCloseTo((2 / 3 + 1 / 2) / 2, 12);
    expect(majorityAccuracy(confusion)).toBeCloseTo(3 / 5, 12);
  });

  test('precision, recall and F1 are those of lambda', () => {
    const skewed: Confusion = [
      [90, 2],
      [5, 3],
    ];
    expect(precision(skewed)).toBeCloseTo(3 / 5, 12);
    expect(recall(skewed)).toBeCloseTo(3 / 8, 12);
    expect(f1(skewed)).toBeCloseTo((2 * 0.6 * 0.375) / (0.6 + 0.375), 12);
  });

  test('what cannot be divided is undefined, and a class that is absent has no recall', () => {
    const onlyEcs: Confusion = [
      [4, 0],
      [0, 0],
    ];
    expect([precision(onlyEcs), recall(onlyEcs), f1(onlyEcs)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(balancedAccuracy(onlyEcs)).toBe(1);
    expect(rocAuc([0, 0], [0.1, 0.2])).toBeUndefined();
  });

  test('ROC-AUC is the share of pairs in the right order, ties counting half', () => {
    // Lambda 0.4 beats 0.1; Lambda 0.9 beats 0.1, 0.5, 0.7: 4 of 6.
    expect(rocAuc(labels, pLambda)).toBeCloseTo(4 / 6, 12);
    expect(rocAuc([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.8])).toBeCloseTo(3 / 4, 12);
    expect(rocAuc([1, 0], [0.1, 0.9])).toBe(0);
  });

  test('log loss and Brier score are those of the formula, weighted where weights are given', () => {
    expect(logLoss([1, 0], [0.8, 0.4])).toBeCloseTo(-(Math.log(0.8) + Math.log(0.6)) / 2, 12);
    expect(logLoss([1, 0], [0.8, 0.4], [3, 1])).toBeCloseTo(
      -(3 * Math.log(0.8) + Math.log(0.6)) / 4,
      12,
    );
    expect(brier([1, 0], [0.8, 0.4])).toBeCloseTo((0.04 + 0.16) / 2, 12);
    expect(brier([1, 0], [0.8, 0.4], [3, 1])).toBeCloseTo((0.12 + 0.16) / 4, 12);
  });

  test('a confident mistake costs a finite log loss', () => {
    expect(logLoss([1], [0])).toBeCloseTo(-Math.log(1e-15), 6);
    expect(logLoss([0], [1])).toBeCloseTo(-Math.log(1e-15), 1);
  });

  test('V_pair is the share-weighted mean of what the choice brought', () => {
    const pairs = { utilityLambda: [1, 5, 9], utilityEcs: [2, 3, 4], weights: [0.5, 0.25, 0.25] };
    expect(pairValue(pairs, (row) => row === 0)).toBeCloseTo(0.5 * 1 + 0.25 * 3 + 0.25 * 4, 12);
  });
});
