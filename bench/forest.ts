/**
 * The random forest's two claims: 200 trees on 40,000 x 13 rows within 60 s of wall time on 2 CPUs,
 * and one decision within 15 us (median). Beside them, how long the event loop was held up and how
 * soon a cancelled fit ends. Prints a table, then one line of JSON.
 *
 *   node bench/forest.ts [trees]
 */
import { availableParallelism } from 'node:os';
import { decodeForest, type Forest, scoreForest } from '../src/domain/forest.ts';
import { type Random, randomFor } from '../src/domain/random.ts';
import type { TrainingRows } from '../src/domain/training.ts';
import { accuracy, confusionOf, rocAuc } from '../src/learning/metrics.ts';
import type { FittedModel } from '../src/learning/model-family.ts';
import { createRandomForest } from '../src/learning/random-forest/random-forest.ts';

const trainRows = 40_000;
const testRows = 10_000;
const rounds = 7;
const params = {
  trees: Number(process.argv[2] ?? 200),
  rowsPerTree: 2000,
  maxDepth: 15,
  minRows: 9,
  bins: 64,
};

const train = syntheticRows(trainRows, 'train');
const test = syntheticRows(testRows, 'test');
const fit = await measureFit(train);
const forest = decodeForest(fit.model.scorer, train.features.length);
const quality = judge(forest, test);
const decisions = measureDecisions(forest, test);
const cancelMs = [
  await measureCancel(train),
  await measureCancel(train),
  await measureCancel(train),
];

const figures = {
  bench: 'forest',
  node: process.version,
  cpus: availableParallelism(),
  rows: trainRows,
  features: train.features.length,
  ...params,
  nodes: forest.link.length,
  wallS: round(fit.wallS),
  cpuS: round(fit.cpuS),
  lagMsMax: round(fit.lagMsMax),
  ...quality,
  decisionUsP50: spread(decisions.map((one) => one.p50)),
  decisionUsP99: spread(decisions.map((one) => one.p99)),
  cancelMs: spread(cancelMs),
};
console.table({
  'fit, wall (s), <= 60': figures.wallS,
  'fit, CPU (s)': figures.cpuS,
  'event loop lag, max (ms), <= 250': figures.lagMsMax,
  'cancel to last thread gone (ms)': text(figures.cancelMs),
  'one decision, p50 (us), <= 15': text(figures.decisionUsP50),
  'one decision, p99 (us)': text(figures.decisionUsP99),
  'accuracy on 10,000 other rows': quality.accuracy,
  'ROC-AUC on 10,000 other rows': quality.rocAuc,
});
console.log(JSON.stringify(figures));

async function measureFit(rows: TrainingRows): Promise<{
  readonly model: FittedModel;
  readonly wallS: number;
  readonly cpuS: number;
  readonly lagMsMax: number;
}> {
  let lagMsMax = 0;
  let lastMs = performance.now();
  const ticker = setInterval(() => {
    const nowMs = performance.now();
    lagMsMax = Math.max(lagMsMax, nowMs - lastMs - 10);
    lastMs = nowMs;
  }, 10);
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const model = await createRandomForest().fit(rows, params, {
    seed: 42,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  // One more turn, so that a fit that ended by blocking is seen.
  await new Promise((resolve) => setTimeout(resolve, 20));
  clearInterval(ticker);
  const cpu = process.cpuUsage(cpuBefore);
  return {
    model,
    wallS: (performance.now() - startedMs) / 1000,
    cpuS: (cpu.user + cpu.system) / 1e6,
    lagMsMax,
  };
}

/** From the abort to the settled fit, by when all threads have ended. */
async function measureCancel(rows: TrainingRows): Promise<number> {
  const controller = new AbortController();
  let abortedMs = 0;
  setTimeout(() => {
    abortedMs = performance.now();
    controller.abort(new Error('cancelled by the bench'));
  }, 1500);
  const fitting = createRandomForest().fit(rows, params, {
    seed: 1,
    signal: controller.signal,
    onProgress: () => undefined,
  });
  const [outcome] = await Promise.allSettled([fitting]);
  if (outcome.status === 'fulfilled') throw new Error('The fit ended before it was cancelled.');
  return performance.now() - abortedMs;
}

/** Single decisions on rows in random order, timed one by one; the rounds show the spread. */
function measureDecisions(
  scored: Forest,
  rows: TrainingRows,
): { readonly p50: number; readonly p99: number }[] {
  const vectors = Array.from({ length: rows.rowCount }, (_, row) => vectorOf(rows, row));
  let sum = 0;
  return Array.from({ length: rounds }, () => {
    const micros = vectors.map((vector) => {
      const before = performance.now();
      sum += scoreForest(scored, vector);
      return (performance.now() - before) * 1000;
    });
    if (!Number.isFinite(sum)) throw new Error('A score is no number.');
    micros.sort((a, b) => a - b);
    return { p50: quantile(micros, 0.5), p99: quantile(micros, 0.99) };
  });
}

function judge(scored: Forest, rows: TrainingRows) {
  const scores = Float64Array.from({ length: rows.rowCount }, (_, row) =>
    scoreForest(scored, vectorOf(rows, row)),
  );
  return {
    accuracy: round(accuracy(confusionOf(rows.labels, scores, 0.5)), 4),
    rocAuc: round(rocAuc(rows.labels, scores) ?? Number.NaN, 4),
  };
}

/**
 * Requests of four workloads with heavy-tailed sizes and times; the label follows a cost and latency
 * rule with logistic noise and 3 % flips.
 */
function syntheticRows(rowCount: number, name: string): TrainingRows {
  const random = randomFor(42, 'bench', name);
  const features = ['payload_kb', 'execution_s', 'memory_mb', 'hour', 'day', 'in_flight']
    .concat(['rate', 'transfer_mb', 'idle_s'])
    .concat(['light', 'thumbnail', 'medium', 'heavy']);
  const values = new Float64Array(features.length * rowCount);
  const labels = new Uint8Array(rowCount);
  for (let row = 0; row < rowCount; row += 1) {
    const { vector, label } = syntheticRow(random);
    for (const [f, value] of vector.entries()) values[f * rowCount + row] = value;
    labels[row] = label;
  }
  return { features, rowCount, values, labels, weights: new Float64Array(rowCount).fill(1) };
}

function syntheticRow(random: Random): { readonly vector: number[]; readonly label: number } {
  const workload = Math.floor(random() * 4);
  const scale = [0.02, 0.15, 0.6, 2.5][workload] ?? 1;
  const payloadKb = scale * 40 * Math.exp(normal(random));
  const executionS = scale * Math.exp(0.5 * normal(random));
  const memoryMb = [128, 256, 512, 1024][Math.floor(random() * 4)] ?? 128;
  const hour = Math.floor(random() * 24);
  const day = Math.floor(random() * 7);
  const rate = Math.exp(1.2 * normal(random)) * (1 + Math.sin((hour * Math.PI) / 12));
  const inFlight = Math.floor(rate * executionS * 2 * random() + 3 * random());
  const transferMb = (payloadKb / 1024) * (0.5 + random());
  const idleS = -Math.log(1 - random()) / Math.max(rate, 0.01);
  const oneHot = [0, 1, 2, 3].map((index) => (index === workload ? 1 : 0));
  const score =
    0.9 -
    1.1 * Math.log1p(executionS * 4) -
    0.35 * Math.log1p(rate) +
    0.25 * Math.log1p(inFlight) +
    0.4 * Math.log(1024 / memoryMb) -
    0.3 * Math.log1p(idleS / 60) +
    0.1 * Math.log1p(payloadKb);
  const isLambda = random() < 1 / (1 + Math.exp(-3 * score));
  const isFlipped = random() < 0.03;
  return {
    vector: [
      payloadKb,
      executionS,
      memoryMb,
      hour,
      day,
      inFlight,
      rate,
      transferMb,
      idleS,
      ...oneHot,
    ],
    label: isLambda === isFlipped ? 0 : 1,
  };
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function vectorOf(rows: TrainingRows, row: number): Float64Array {
  return Float64Array.from(rows.features, (_, f) => rows.values[f * rows.rowCount + row] ?? 0);
}

function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.floor(share * (ascending.length - 1))] ?? Number.NaN;
}

function spread(values: readonly number[]) {
  const ascending = values.toSorted((a, b) => a - b);
  return {
    min: round(ascending[0] ?? Number.NaN),
    median: round(quantile(ascending, 0.5)),
    max: round(ascending[ascending.length - 1] ?? Number.NaN),
  };
}

function text({ min, median, max }: ReturnType<typeof spread>): string {
  return `${median} (${min} to ${max})`;
}

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
