/** Counts by truth (rows: ecs, lambda) and prediction (columns). Class 1 is `lambda`. */
export type Confusion = readonly [
  readonly [ecsAsEcs: number, ecsAsLambda: number],
  readonly [lambdaAsEcs: number, lambdaAsLambda: number],
];

/** A score above the threshold predicts Lambda, as the router does. */
export function confusionOf(
  labels: ArrayLike<number>,
  pLambda: ArrayLike<number>,
  threshold: number,
): Confusion {
  const counts: [[number, number], [number, number]] = [
    [0, 0],
    [0, 0],
  ];
  for (let row = 0; row < labels.length; row += 1) {
    const truth = labels[row] === 1 ? 1 : 0;
    const prediction = (pLambda[row] as number) > threshold ? 1 : 0;
    counts[truth][prediction] += 1;
  }
  return counts;
}

export function accuracy([ecs, lambda]: Confusion): number {
  return (ecs[0] + lambda[1]) / (ecs[0] + ecs[1] + lambda[0] + lambda[1]);
}

/** The accuracy of always naming the more frequent class. */
export function majorityAccuracy([ecs, lambda]: Confusion): number {
  const ofEcs = ecs[0] + ecs[1];
  const ofLambda = lambda[0] + lambda[1];
  return Math.max(ofEcs, ofLambda) / (ofEcs + ofLambda);
}

/** The mean recall of the classes that occur. */
export function balancedAccuracy([ecs, lambda]: Confusion): number {
  const recalls = [ratio(ecs[0], ecs[0] + ecs[1]), ratio(lambda[1], lambda[0] + lambda[1])];
  const known = recalls.filter((recall) => recall !== undefined);
  return known.reduce((sum, recall) => sum + recall, 0) / known.length;
}

/** Of class `lambda`. Undefined when Lambda was never predicted. */
export function precision([ecs, lambda]: Confusion): number | undefined {
  return ratio(lambda[1], ecs[1] + lambda[1]);
}

/** Of class `lambda`. Undefined when it does not occur. */
export function recall([, lambda]: Confusion): number | undefined {
  return ratio(lambda[1], lambda[0] + lambda[1]);
}

/** Of class `lambda`. Undefined when it neither occurs nor is predicted. */
export function f1([ecs, lambda]: Confusion): number | undefined {
  return ratio(2 * lambda[1], 2 * lambda[1] + ecs[1] + lambda[0]);
}

/**
 * The chance that a Lambda row scores above an ECS row, ties counting half: rank sum of Mann and
 * Whitney. Undefined when a class does not occur.
 */
export function rocAuc(labels: ArrayLike<number>, pLambda: ArrayLike<number>): number | undefined {
  const order = Array.from({ length: labels.length }, (_, row) => row);
  order.sort((a, b) => (pLambda[a] as number) - (pLambda[b] as number));
  let rankSum = 0;
  let positives = 0;
  for (let first = 0; first < order.length; ) {
    const score = pLambda[order[first] as number];
    let next = first + 1;
    while (next < order.length && pLambda[order[next] as number] === score) next += 1;
    // Ranks count from 1: the rows of a tie share the mean of first + 1 … next.
    const meanRank = (first + 1 + next) / 2;
    for (let place = first; place < next; place += 1) {
      if (labels[order[place] as number] !== 1) continue;
      rankSum += meanRank;
      positives += 1;
    }
    first = next;
  }
  const negatives = order.length - positives;
  return ratio(rankSum - (positives * (positives + 1)) / 2, positives * negatives);
}

/** Mean negative log likelihood, in nats. */
export function logLoss(
  labels: ArrayLike<number>,
  pLambda: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  return weightedMean(labels.length, weights, (row) =>
    logLossOf(labels[row] as number, pLambda[row] as number),
  );
}

/**
 * Negative log likelihood of one row, in nats. Scores are kept 1e-15 away from 0 and 1, as
 * scikit-learn's were: one confident mistake would otherwise make a mean infinite.
 */
export function logLossOf(label: number, pLambda: number): number {
  const p = Math.min(1 - 1e-15, Math.max(1e-15, pLambda));
  return label === 1 ? -Math.log(p) : -Math.log(1 - p);
}

/** Mean squared error of the probability. */
export function brier(
  labels: ArrayLike<number>,
  pLambda: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  return weightedMean(labels.length, weights, (row) =>
    squaredErrorOf(labels[row] as number, pLambda[row] as number),
  );
}

export function squaredErrorOf(label: number, pLambda: number): number {
  return (pLambda - label) ** 2;
}

/**
 * V_pair of METHOD 5.1: the weighted mean of u over the outcomes that a policy chose. Lower is
 * better. The weights are shares; they need not add up to 1.
 */
export function pairValue(
  pairs: {
    readonly utilityLambda: ArrayLike<number>;
    readonly utilityEcs: ArrayLike<number>;
    readonly weights: ArrayLike<number>;
  },
  isLambda: (row: number) => boolean,
): number {
  return weightedMean(pairs.weights.length, pairs.weights, (row) =>
    isLambda(row) ? (pairs.utilityLambda[row] as number) : (pairs.utilityEcs[row] as number),
  );
}

function weightedMean(
  count: number,
  weights: ArrayLike<number> | undefined,
  term: (row: number) => number,
): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < count; row += 1) {
    const weight = weights === undefined ? 1 : (weights[row] as number);
    sum += weight * term(row);
    total += weight;
  }
  return sum / total;
}

function ratio(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
