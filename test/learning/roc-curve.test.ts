import { describe, expect, test } from 'vitest';
import { randomFor } from '../../src/domain/statistics/random.ts';
import { confusionOf, rocAuc } from '../../src/learning/metrics.ts';
import { rocCurve } from '../../src/learning/roc-curve.ts';

const random = randomFor(1, 'roc');
const labels = Uint8Array.from({ length: 3000 }, () => Number(random() < 0.3));
const pLambda = Float64Array.from(labels, (label) => Math.min(1, 0.7 * random() + 0.3 * label));

describe('the ROC curve', () => {
  const curve = rocCurve(labels, pLambda);

  test('goes from corner to corner, never back, in at most 200 points', () => {
    expect(curve.length).toBeLessThanOrEqual(200);
    expect(curve[0]).toMatchObject({ falsePositiveRate: 0, truePositiveRate: 0 });
    expect(curve.at(-1)).toMatchObject({ falsePositiveRate: 1, truePositiveRate: 1 });
    for (const axis of ['falsePositiveRate', 'truePositiveRate'] as const) {
      const rates = curve.map((point) => point[axis]);
      expect(rates).toEqual(rates.toSorted((a, b) => a - b));
    }
  });

  test('has the area that the ranks have', () => {
    const area = curve.reduce((sum, point, index) => {
      const before = curve[Math.max(0, index - 1)] ?? point;
      const width = point.falsePositiveRate - before.falsePositiveRate;
      return sum + (width * (point.truePositiveRate + before.truePositiveRate)) / 2;
    }, 0);
    expect(area).toBeCloseTo(rocAuc(labels, pLambda) ?? 0, 3);
  });

  test('says by which threshold each point is reached', () => {
    const point = curve[50];
    const [[, falsePositives], [, truePositives]] = confusionOf(
      labels,
      pLambda,
      point?.threshold ?? 0,
    );
    const lambda = labels.reduce((sum, label) => sum + label, 0);
    expect(point?.falsePositiveRate).toBeCloseTo(falsePositives / (3000 - lambda), 12);
    expect(point?.truePositiveRate).toBeCloseTo(truePositives / lambda, 12);
  });

  test('of one class is empty', () => {
    expect(rocCurve(Uint8Array.of(1, 1), Float64Array.of(0.1, 0.2))).toEqual([]);
  });
});
