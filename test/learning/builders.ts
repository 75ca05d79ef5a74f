import type { LabelledRows, TrainingRows } from '../../src/domain/models/training.ts';
import { randomFor } from '../../src/domain/statistics/random.ts';

/** Rows from row-major vectors, of weight 1 unless said. */
export function trainingRows(
  vectors: readonly (readonly number[])[],
  labels: readonly number[],
  weights: readonly number[] = vectors.map(() => 1),
): TrainingRows {
  const features = (vectors[0] ?? []).map((_, f) => `f${f}`);
  return {
    features,
    rowCount: vectors.length,
    values: Float64Array.from(features.flatMap((_, f) => vectors.map((vector) => vector[f] ?? 0))),
    labels: Uint8Array.from(labels),
    weights: Float64Array.from(weights),
  };
}

/** Lambda iff f0 + f1 > 1; f2 and f3 say nothing. */
export function diagonalRows(rowCount: number, name = 'diagonal'): TrainingRows {
  const random = randomFor(11, name);
  const vectors = Array.from({ length: rowCount }, () => [random(), random(), random(), random()]);
  return trainingRows(
    vectors,
    vectors.map(([a = 0, b = 0]) => (a + b > 1 ? 1 : 0)),
  );
}

export function vectorOf(rows: TrainingRows, row: number): Float64Array {
  return Float64Array.from(rows.features, (_, f) => rows.values[f * rows.rowCount + row] ?? 0);
}

export interface PairFacts {
  readonly slot: number;
  readonly workload: string;
  readonly payloadBytes: number;
  readonly ratePerS?: number;
  readonly utilityLambda: number;
  readonly utilityEcs: number;
  readonly isLadder?: boolean;
}

/** Pairs of a plan in which all named workloads have equal shares; label and weight follow from u. */
export function labelledRows(pairs: readonly PairFacts[]): LabelledRows {
  const workloads = [...new Set(pairs.map((pair) => pair.workload))];
  const scored = pairs.filter((pair) => pair.isLadder !== true);
  const shareOf = (pair: PairFacts): number =>
    pair.isLadder === true
      ? 0
      : 1 / workloads.length / scored.filter((one) => one.workload === pair.workload).length;
  const base = trainingRows(
    pairs.map((pair) => [pair.payloadBytes, pair.ratePerS ?? 1]),
    pairs.map((pair) => (pair.utilityLambda < pair.utilityEcs ? 1 : 0)),
    pairs.map((pair) => Math.abs(pair.utilityLambda - pair.utilityEcs)),
  );
  return {
    ...base,
    features: ['payload_bytes', 'recent_rate_ecs_per_s'],
    workloads,
    workload: Uint8Array.from(pairs, (pair) => workloads.indexOf(pair.workload)),
    slot: Int32Array.from(pairs, (pair) => pair.slot),
    utilityLambda: Float64Array.from(pairs, (pair) => pair.utilityLambda),
    utilityEcs: Float64Array.from(pairs, (pair) => pair.utilityEcs),
    share: Float64Array.from(pairs, shareOf),
  };
}

/** Lambda wins small payloads by 1, ECS large ones, in every slot alike; 40 pairs a slot. */
export function pairsByPayload(slots: number): PairFacts[] {
  const random = randomFor(5, 'pairs');
  return Array.from({ length: slots * 40 }, (_, index) => {
    const payloadBytes = Math.floor(random() * 1000);
    return {
      slot: 1 + Math.floor(index / 40),
      workload: index % 2 === 0 ? 'light' : 'heavy',
      payloadBytes,
      utilityLambda: payloadBytes < 500 ? 1 : 2,
      utilityEcs: payloadBytes < 500 ? 2 : 1,
    };
  });
}
