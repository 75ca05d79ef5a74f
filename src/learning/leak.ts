import type { Finding, LabelledRows } from '../domain/models/training.ts';

/**
 * A model that is significantly better on unseen slots than the labels' own noise allows has seen
 * the answer (METHOD 4.4, 4.5). Accuracy is held against the in-sample ceiling of the dataset and
 * that of the very rows it was judged on: the slots' ladders take turns, so a few slots may hold
 * more of an easy workload than the whole.
 */
export function findLeak(
  rows: LabelledRows,
  judged: {
    readonly accuracy: number;
    readonly ceilingInSample: number;
    readonly importance: Readonly<Record<string, number>>;
  },
): Finding | undefined {
  const ceiling = Math.max(judged.ceilingInSample, majorityPerCell(rows));
  const standardError = Math.sqrt((ceiling * (1 - ceiling)) / rows.rowCount);
  const isFarAbove = 1 - judged.accuracy < (1 - ceiling) / leakErrorPart;
  if (!isFarAbove || judged.accuracy <= ceiling + leakZ * standardError) return undefined;

  const feature = mostImportant(judged.importance);
  return {
    kind: 'leak',
    feature,
    message:
      `The model is right on ${percent(judged.accuracy)} of ${rows.rowCount} rows it had not seen, ` +
      `while the majority of each cell reaches ${percent(ceiling)}: a feature holds the answer. ` +
      `Look at "${feature}" first, which decides most.`,
  };
}

/** One-sided 0.1 %: the finding ends a training, so chance alone should hardly ever raise it. */
const leakZ = 3.09;

/**
 * With many rows a small difference is significant too, and cells know less of a situation than all
 * features together: a leak leaves less than a third of the errors (METHOD 4.4: *far* above).
 */
const leakErrorPart = 3;

/** Cells smaller than this go by their whole workload (METHOD 4.5). */
const smallestCell = 30;

/** Accuracy of the majority label per workload, payload quarter and load quarter, in sample. */
function majorityPerCell(rows: LabelledRows): number {
  const payload = quarters(column(rows, 'payload_bytes'));
  const load = quarters(column(rows, 'recent_rate_ecs_per_s'));
  const cells = new Map<string, [number, number]>();
  for (let row = 0; row < rows.rowCount; row += 1) {
    const key = `${rows.workload[row]}/${payload[row]}/${load[row]}`;
    count(cells, key, rows.labels[row] ?? 0);
  }
  const rest = new Map<string, [number, number]>();
  let right = 0;
  for (const [key, [ecs, lambda]] of cells) {
    if (ecs + lambda >= smallestCell) {
      right += Math.max(ecs, lambda);
      continue;
    }
    const workload = key.slice(0, key.indexOf('/'));
    count(rest, workload, 0, ecs);
    count(rest, workload, 1, lambda);
  }
  for (const [ecs, lambda] of rest.values()) right += Math.max(ecs, lambda);
  return right / rows.rowCount;
}

function count(cells: Map<string, [number, number]>, key: string, label: number, by = 1): void {
  const cell = cells.get(key) ?? [0, 0];
  cell[label === 1 ? 1 : 0] += by;
  cells.set(key, cell);
}

/** Empty when the rows have no such feature: then it makes no cells. */
function column(rows: LabelledRows, name: string): Float64Array {
  const f = rows.features.indexOf(name);
  return f === -1
    ? new Float64Array(rows.rowCount)
    : rows.values.subarray(f * rows.rowCount, (f + 1) * rows.rowCount);
}

/** 0 to 3: the quarter of its column that each value lies in. */
function quarters(values: Float64Array): Uint8Array {
  const sorted = values.slice().sort();
  const cuts = [0.25, 0.5, 0.75].map((share) => sorted[Math.floor(share * sorted.length)] ?? 0);
  return Uint8Array.from(values, (value) => cuts.filter((cut) => value > cut).length);
}

function mostImportant(importance: Readonly<Record<string, number>>): string {
  const [first] = Object.entries(importance).sort(([, a], [, b]) => b - a);
  return first?.[0] ?? 'unknown';
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
