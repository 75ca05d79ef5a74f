/**
 * The three families on about 40,000 simulated pairs, and scikit-learn and xgboost on the same rows in
 * the same run: accuracy on later slots with the paired difference to the reference, training time,
 * how long the event loop was held up, how soon a cancelled fit ends, one decision in process.
 * Prints tables, then one line of JSON.
 *
 *   node bench/models.ts [family]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeScorer } from '../src/domain/models/scorer.ts';
import type { LabelledRows } from '../src/domain/models/training.ts';
import { type FamilyName, familyNames, type LearningPlan } from '../src/domain/plan.ts';
import { createGradientBoosting } from '../src/learning/gradient-boosting/gradient-boosting.ts';
import { scoreRows } from '../src/learning/judge.ts';
import { rocAuc } from '../src/learning/metrics.ts';
import type { FamilyParams, FittedModel, ModelFamily } from '../src/learning/model-family.ts';
import { createNeuralNetwork } from '../src/learning/neural-network/neural-network.ts';
import { createRandomForest } from '../src/learning/random-forest/random-forest.ts';
import { measureCancel, measureDecisions, measureFit } from './models/measure.ts';
import { benchRows } from './models/rows.ts';
import { type ReferenceTimes, trainReferences } from './references/references.ts';

const [only] = process.argv.slice(2);
const learning: LearningPlan = {
  families: familyNames,
  trees: 200,
  rowsPerTree: 2000,
  maxDepth: 15,
  tune: false,
  keepSchedule: false,
};
const families: Readonly<Record<FamilyName, ModelFamily>> = {
  'random-forest': createRandomForest(),
  'gradient-boosting': createGradientBoosting(),
  'neural-network': createNeuralNetwork(),
};
const paramsOf = (name: FamilyName): FamilyParams => families[name].defaults(learning);
const wallSWanted: Readonly<Record<FamilyName, number>> = {
  'random-forest': 60,
  'gradient-boosting': 25,
  'neural-network': 25,
};

const folder = await mkdtemp(join(tmpdir(), 'crossover-bench-'));
try {
  const { train, test } = await benchRows(folder);
  const lambda = test.labels.reduce((sum, label) => sum + label, 0) / test.rowCount;
  console.log(
    `${train.rowCount} rows to fit, ${test.rowCount} of later slots to judge on; ` +
      `Lambda is better for ${(100 * lambda).toFixed(1)} % of these\n`,
  );
  const references = await trainReferences(join(folder, 'references'), {
    train,
    test,
    params: {
      'random-forest': paramsOf('random-forest'),
      'gradient-boosting': paramsOf('gradient-boosting'),
      'neural-network': paramsOf('neural-network'),
    },
    logged: heavyTailed(train.features),
  });
  const results = [];
  for (const name of familyNames.filter((family) => only === undefined || family === only)) {
    results.push(
      await measure(name, train, test, {
        scores: references.scores[name],
        times: references.times[name],
      }),
    );
  }
  for (const figures of results) {
    console.log(figures.name);
    console.table(tableOf(figures));
  }
  const facts = { node: process.version, cpus: availableParallelism(), rows: train.rowCount };
  console.log(
    JSON.stringify({ bench: 'models', ...facts, libraries: references.libraries, results }),
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measure(
  name: FamilyName,
  train: LabelledRows,
  test: LabelledRows,
  reference: { readonly scores: Float64Array; readonly times: ReferenceTimes },
) {
  const family = families[name];
  const params = paramsOf(name);
  const fit = await measureFit(family, train, params);
  const scores = await scoresOf(fit.model, test);
  const decisions = measureDecisions(fit.model, test);
  const cancelMs = [
    await measureCancel(family, train, params),
    await measureCancel(family, train, params),
    await measureCancel(family, train, params),
  ];
  const [ours, theirs] = [rightRows(test, scores), rightRows(test, reference.scores)];
  return {
    name,
    accuracy: share(ours),
    accuracyReference: share(theirs),
    differencePoints: pairedDifference(ours, theirs),
    rocAuc: rocAuc(test.labels, scores) ?? Number.NaN,
    rocAucReference: rocAuc(test.labels, reference.scores) ?? Number.NaN,
    wallS: fit.wallS,
    wallSReference: reference.times.wallS,
    cpuS: fit.cpuS,
    cpuSReference: reference.times.cpuS,
    rowsUsed: fit.model.rowsUsed ?? train.rowCount,
    lagMsMax: fit.lagMsMax,
    cancelMs,
    ...decisions,
  };
}

type Figures = Awaited<ReturnType<typeof measure>>;

function tableOf(figures: Figures): Readonly<Record<string, string>> {
  const beside = (own: number, theirs: number, digits: number): string =>
    `${own.toFixed(digits)}, reference ${theirs.toFixed(digits)}`;
  const ratio = (own: number, theirs: number): string =>
    `${beside(own, theirs, 1)}, ratio ${(own / theirs).toFixed(1)}`;
  const [mean, lower, upper] = figures.differencePoints.map((points) => points.toFixed(2));
  return {
    accuracy: beside(figures.accuracy, figures.accuracyReference, 4),
    'difference to the reference, points': `${mean} [${lower}, ${upper}]`,
    'ROC-AUC': beside(figures.rocAuc, figures.rocAucReference, 4),
    [`fit, wall, s (<= ${wallSWanted[figures.name]})`]: ratio(
      figures.wallS,
      figures.wallSReference,
    ),
    'fit, CPU, s': ratio(figures.cpuS, figures.cpuSReference),
    'rows used': String(figures.rowsUsed),
    'event loop held up, ms (<= 250)': figures.lagMsMax.toFixed(0),
    'cancel to last thread gone, ms (<= 2000)': spread(figures.cancelMs, 0),
    'one decision, p50, us (<= 15)': spread(figures.p50Us, 1),
    'one decision, p99, us (<= 80)': spread(figures.p99Us, 1),
  };
}

async function scoresOf(model: FittedModel, rows: LabelledRows): Promise<Float64Array> {
  return await scoreRows(decodeScorer(model.scorer, rows.features.length), rows);
}

/** The columns whose spread is of orders of magnitude: what the network's own scaling takes as well. */
function heavyTailed(features: readonly string[]): number[] {
  return [...features.keys()].filter((f) => !/^(hour|day)_|^workload=/.test(features[f] ?? ''));
}

function rightRows(rows: LabelledRows, scores: Float64Array): Uint8Array {
  return Uint8Array.from(scores, (score, row) => Number(Number(score > 0.5) === rows.labels[row]));
}

function share(right: Uint8Array): number {
  return right.reduce((sum, one) => sum + one, 0) / right.length;
}

/** Row by row, so that what is hard for both does not widen the interval. Normal, 95 %, in points. */
function pairedDifference(ours: Uint8Array, theirs: Uint8Array): readonly number[] {
  const differences = Float64Array.from(ours, (right, row) => right - (theirs[row] ?? 0));
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const reach = 1.96 * Math.sqrt(squares / (differences.length - 1) / differences.length);
  return [mean, mean - reach, mean + reach].map((value) => 100 * value);
}

function spread(values: readonly number[], digits: number): string {
  const ascending = values.toSorted((a, b) => a - b);
  const [min, median, max] = [0, 0.5, 1].map((at) =>
    (ascending[Math.floor(at * (ascending.length - 1))] ?? Number.NaN).toFixed(digits),
  );
  return `${median} (${min} to ${max})`;
}
