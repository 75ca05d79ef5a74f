import { describe, expect, test } from 'vitest';
import { randomFor } from '../../src/domain/statistics/random.ts';
import { calibrationBins, wilsonInterval } from '../../src/learning/calibration.ts';

const random = randomFor(2, 'calibration');
const truth = Float64Array.from({ length: 4000 }, () => random());
const labels = Uint8Array.from(truth, (share) => Number(random() < share));
const equal = new Float64Array(4000).fill(1);

describe('calibration', () => {
  test('the bins of a score that says the truth contain the diagonal', () => {
    const bins = calibrationBins(labels, truth, equal);
    expect(bins.map((bin) => bin.rows)).toEqual(Array.from({ length: 10 }, () => 400));
    const onDiagonal = bins.filter(
      (bin) => bin.lower <= bin.meanPLambda && bin.meanPLambda <= bin.upper,
    );
    expect(onDiagonal.length).toBeGreaterThanOrEqual(9);
  });

  test('the bins of a score that is too sure of itself do not', () => {
    const sure = truth.map((share) => (share > 0.5 ? 0.95 : 0.05) + share / 1000);
    const bins = calibrationBins(labels, sure, equal);
    expect(bins.filter((bin) => bin.upper < bin.meanPLambda).length).toBeGreaterThanOrEqual(3);
    expect(bins.filter((bin) => bin.lower > bin.meanPLambda).length).toBeGreaterThanOrEqual(3);
  });

  test('weighs rows as the training drew them, and trusts unequal weights less', () => {
    const [bin] = calibrationBins(
      Uint8Array.of(1, 0, 0, 0),
      new Float64Array(4).fill(0.5),
      Float64Array.of(3, 1, 1, 1),
    );
    expect(bin).toMatchObject({ shareLambda: 0.5, meanPLambda: 0.5, rows: 4 });
    // (3 + 1 + 1 + 1)² / (9 + 1 + 1 + 1) = 3 rows' worth.
    expect(bin).toMatchObject(wilsonInterval(0.5, 3));
  });

  test('equal scores are never divided between bins', () => {
    const coarse = truth.map((share) => Math.round(2 * share) / 2);
    const bins = calibrationBins(labels, coarse, equal);
    expect(bins.map((bin) => bin.meanPLambda)).toEqual([0, 0.5, 1]);
  });

  test('the interval is that of Wilson', () => {
    // R: prop.test(8, 10, correct = FALSE)$conf.int
    const { lower, upper } = wilsonInterval(0.8, 10);
    expect(lower).toBeCloseTo(0.4901625, 6);
    expect(upper).toBeCloseTo(0.9433178, 6);
  });
});
