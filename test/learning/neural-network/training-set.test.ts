import { describe, expect, test } from 'vitest';
import { rowsOfWeight, trainingSetOf } from '../../../src/learning/neural-network/training-set.ts';
import { trainingRows } from '../builders.ts';

describe('the training set of a network', () => {
  const rows = trainingRows(
    [
      [0, 5],
      [4, 5],
      [8, 5],
    ],
    [0, 1, 1],
    [1, 0, 3],
  );

  test('has one scaled row after the other', () => {
    const scaling = { log1p: [], mean: [4, 5], sd: [2, 1] };
    const set = trainingSetOf(rows, { scaling, constant: [1] });
    expect(set).toMatchObject({ rowCount: 3, featureCount: 2 });
    expect([...set.inputs]).toEqual([-2, 0, 0, 0, 2, 0]);
    expect([...set.labels]).toEqual([0, 1, 1]);
  });

  test('has weights in proportion, 1 on average', () => {
    const set = trainingSetOf(rows, {
      scaling: { log1p: [], mean: [0, 0], sd: [1, 1] },
      constant: [],
    });
    expect([...set.weights]).toEqual([0.75, 0, 2.25]);
  });

  test('leaves out the rows of weight 0', () => {
    expect(rowsOfWeight(rows)).toEqual({
      features: ['f0', 'f1'],
      rowCount: 2,
      values: Float64Array.of(0, 8, 5, 5),
      labels: Uint8Array.of(0, 1),
      weights: Float64Array.of(1, 3),
    });
  });

  test('has all rows when each carries weight', () => {
    const whole = trainingRows([[1], [2]], [0, 1]);
    expect(rowsOfWeight(whole)).toEqual(whole);
  });
});
