import type { RocPoint } from '../domain/models/model-evaluation.ts';

/** As many as can be told apart in a figure. */
const mostPoints = 200;

/**
 * The ROC curve from (0, 0) to (1, 1): one point per score, or so many of them that each is a
 * hundredth away from the one before. Empty when a class does not occur.
 */
export function rocCurve(labels: Uint8Array, pLambda: Float64Array): readonly RocPoint[] {
  const lambda = labels.reduce((sum, label) => sum + label, 0);
  const ecs = labels.length - lambda;
  if (lambda === 0 || ecs === 0) return [];

  const order = Uint32Array.from(labels.keys()).sort(
    (a, b) => (pLambda[b] ?? 0) - (pLambda[a] ?? 0),
  );
  const points: RocPoint[] = [{ falsePositiveRate: 0, truePositiveRate: 0, threshold: 1 }];
  let [falsePositives, truePositives, walked] = [0, 0, 0];
  for (const [place, row] of order.entries()) {
    if (labels[row] === 1) truePositives += 1;
    else falsePositives += 1;
    const next = pLambda[order[place + 1] ?? -1];
    if (next === undefined || next === pLambda[row]) continue;
    const [falsePositiveRate, truePositiveRate] = [falsePositives / ecs, truePositives / lambda];
    const reached = falsePositiveRate + truePositiveRate;
    if (reached - walked < shortestStep) continue;
    walked = reached;
    points.push({ falsePositiveRate, truePositiveRate, threshold: next });
  }
  points.push({ falsePositiveRate: 1, truePositiveRate: 1, threshold: 0 });
  return points;
}

/** The way from corner to corner is 2 long, and both corners are points as well. */
const shortestStep = 2 / (mostPoints - 3);
