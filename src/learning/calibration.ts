import type { CalibrationBin } from '../domain/models/model-evaluation.ts';

/** The usual ten, as long as each has enough rows to say something. */
const mostBins = 10;
const fewestRowsOfBin = 20;

/**
 * Bins of about equally many rows by p_lambda, and the share of Lambda in each. Both weigh rows as
 * the training drew them, since p_lambda is a share of that draw (METHOD 4.2). Equal scores are
 * never divided.
 */
export function calibrationBins(
  labels: Uint8Array,
  pLambda: Float64Array,
  weights: Float64Array,
): readonly CalibrationBin[] {
  const rows = Uint32Array.from(labels.keys()).filter((row) => (weights[row] ?? 0) > 0);
  rows.sort((a, b) => (pLambda[a] ?? 0) - (pLambda[b] ?? 0));
  const count = Math.max(1, Math.min(mostBins, Math.floor(rows.length / fewestRowsOfBin)));
  const bins: CalibrationBin[] = [];
  for (let first = 0; first < rows.length; ) {
    const due = Math.ceil(((bins.length + 1) * rows.length) / count);
    let end = Math.max(first + 1, due);
    while (end < rows.length && pLambda[rows[end] ?? 0] === pLambda[rows[end - 1] ?? 0]) end += 1;
    bins.push(binOf(rows.subarray(first, end), { labels, pLambda, weights }));
    first = end;
  }
  return bins;
}

function binOf(
  rows: Uint32Array,
  of: {
    readonly labels: Uint8Array;
    readonly pLambda: Float64Array;
    readonly weights: Float64Array;
  },
): CalibrationBin {
  let [total, squares, score, lambda] = [0, 0, 0, 0];
  for (const row of rows) {
    const weight = of.weights[row] ?? 0;
    total += weight;
    squares += weight * weight;
    score += weight * (of.pLambda[row] ?? 0);
    lambda += weight * (of.labels[row] ?? 0);
  }
  const shareLambda = lambda / total;
  return {
    meanPLambda: score / total,
    shareLambda,
    rows: rows.length,
    // Unequal weights tell as much as so many equal ones (L. Kish, Survey Sampling, 1965).
    ...wilsonInterval(shareLambda, (total * total) / squares),
  };
}

/**
 * 95 % interval of a share. Source: E. Wilson, Probable Inference, the Law of Succession, and
 * Statistical Inference, JASA 22, 1927.
 */
export function wilsonInterval(
  share: number,
  n: number,
): { readonly lower: number; readonly upper: number } {
  const z2 = z95 * z95;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (z95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  // Exactly 0 and 1 at the ends, where rounding may leave a little more or less.
  return { lower: Math.max(0, centre - half), upper: Math.min(1, centre + half) };
}

const z95 = 1.959963984540054;
