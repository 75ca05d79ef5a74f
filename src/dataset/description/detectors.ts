import { setImmediate } from 'node:timers/promises';
import type { DetectorCheck } from '../../domain/dataset/dataset-description.ts';
import type { Finding, LabelledRows } from '../../domain/models/training.ts';
import { fewestToShow } from '../../domain/statistics/statistics.ts';
import { majorityAccuracy, quantileBins } from '../cells.ts';

/** METHOD 4.4. */
const staticClassShare = 0.05;

/**
 * 59: so many pairs without an exception show, with 95 % confidence, that a class is below 5 %. With
 * fewer, neither "static" nor the need for a router could be told.
 */
const fewestPairs = fewestToShow(1 - staticClassShare);

/** A router is judged on a third of the slots (METHOD 5.3), and five of a class must be in it. */
const fewestOfClass = 15;

/** Share of rows that their workload's majority may miss while the label is a function of it. */
const workloadExceptionShare = 0.01;

/** A cell of fewer rows says little about its majority (METHOD 4.5). */
const fewestOfCell = 30;

/**
 * What ends or fails a training (METHOD 4.4), on single-draw labels: too few rows, or no router
 * needed, or features that know the answer. Empty: go on.
 */
export async function findFindings(rows: LabelledRows): Promise<Finding[]> {
  for (const check of [checkPairs, checkClasses, checkWorkloads, checkSmallerClass]) {
    const { finding } = check(rows);
    if (finding !== undefined) return [finding];
  }
  const checks = await checkLeaks(rows, await ceilingOf(rows));
  return checks.flatMap(({ finding }) => finding ?? []);
}

/** Every detector with the number that it looked at, also where an earlier one has found something. */
export async function runDetectors(rows: LabelledRows, ceiling: Ceiling): Promise<DetectorCheck[]> {
  if (rows.rowCount === 0) return [checkPairs(rows)];
  return [
    ...[checkPairs, checkClasses, checkWorkloads, checkSmallerClass].map((check) => check(rows)),
    ...(await checkLeaks(rows, ceiling)),
  ];
}

/** Share of pairs of which the workload alone tells the label, in-sample. */
export function workloadMajority(rows: LabelledRows): number {
  return majorityAccuracy(rows, rows.workload, 1)[1];
}

/** What rules on workload, payload and load can tell of a label (METHOD 4.5). */
export interface Ceiling {
  /** Accuracy of the majority label per cell. NaN without rows. */
  readonly bracket: readonly [crossFitted: number, inSample: number];
  /**
   * The cell of each row: what the attainable oracle knows of a request (METHOD 6.1). A cell lies
   * within one workload.
   */
  readonly cells: ArrayLike<number>;
}

/**
 * How often a rule that knows workload, payload and load can be right: the accuracy of the majority
 * label per cell, [cross-fitted over slots, in-sample] (METHOD 4.5). Few rows cannot fill cells of
 * all three, so cells of the workload with one of them are tried as well, and the best rule counts.
 * Gives way to other work of the thread between the rules: a week of rows takes them a second.
 */
export async function ceilingOf(rows: LabelledRows): Promise<Ceiling> {
  const [first, ...others] = ceilingCells(rows);
  let best = { cells: first, bracket: majorityAccuracy(rows, first, fewestOfCell) };
  for (const cells of others) {
    await setImmediate();
    const bracket = majorityAccuracy(rows, cells, fewestOfCell);
    if (bracket[0] > best.bracket[0]) best = { cells, bracket };
  }
  return best;
}

function checkPairs({ rowCount }: LabelledRows): DetectorCheck {
  const check = { value: rowCount, unit: 'pairs', limit: fewestPairs, fires: 'below' } as const;
  const finding = tooFew(`${rowCount} pairs`, fewestPairs);
  return { detector: 'too-few-pairs', ...check, ...(rowCount < fewestPairs ? { finding } : {}) };
}

function tooFew(count: string, needed: number): Finding {
  return {
    kind: 'too-few-rows',
    message: `There are ${count} to learn from; at least ${needed} are needed. Collect more slots.`,
  };
}

interface SmallerClass {
  readonly size: number;
  readonly platform: 'Lambda' | 'Fargate';
  readonly other: 'Lambda' | 'Fargate';
}

function smallerClassOf(rows: LabelledRows): SmallerClass {
  const lambda = rows.labels.reduce((sum, label) => sum + label, 0);
  const size = Math.min(lambda, rows.rowCount - lambda);
  return lambda === size
    ? { size, platform: 'Lambda', other: 'Fargate' }
    : { size, platform: 'Fargate', other: 'Lambda' };
}

function checkClasses(rows: LabelledRows): DetectorCheck {
  const { size, other } = smallerClassOf(rows);
  const check = {
    detector: 'one-class',
    value: size / rows.rowCount,
    unit: 'share',
    limit: staticClassShare,
    fires: 'below',
  } as const;
  if (size >= staticClassShare * rows.rowCount) return check;
  const share = (100 * (rows.rowCount - size)) / rows.rowCount;
  const message =
    `${other} was better for ${share.toFixed(1)} % of ${rows.rowCount.toLocaleString('en-US')} pairs: ` +
    'a fixed choice per workload is enough, no router is needed.';
  return { ...check, finding: { kind: 'static', message } };
}

function checkWorkloads(rows: LabelledRows): DetectorCheck {
  const accuracy = workloadMajority(rows);
  const check = {
    detector: 'function-of-workload',
    value: accuracy,
    unit: 'share',
    limit: 1 - workloadExceptionShare,
    fires: 'above',
  } as const;
  if (1 - accuracy >= workloadExceptionShare) return check;
  const message =
    `The workload alone tells the better platform of ${(100 * accuracy).toFixed(1)} % of ` +
    `${rows.rowCount} pairs: a fixed choice per workload is enough, no router is needed.`;
  return { ...check, finding: { kind: 'static', message } };
}

function checkSmallerClass(rows: LabelledRows): DetectorCheck {
  const { size, platform } = smallerClassOf(rows);
  const check = { value: size, unit: 'pairs', limit: fewestOfClass, fires: 'below' } as const;
  const finding = tooFew(`${size} pairs that ${platform} won`, fewestOfClass);
  return { detector: 'too-few-of-a-class', ...check, ...(size < fewestOfClass ? { finding } : {}) };
}

/**
 * A feature leaks when it alone, within a workload, removes two thirds of the errors that the
 * ceiling leaves, by three standard errors: what is known before a request is routed cannot tell
 * that much about one draw, only its outcome can.
 */
async function checkLeaks(rows: LabelledRows, { bracket }: Ceiling): Promise<DetectorCheck[]> {
  const [, ceiling] = bracket;
  const standardError = Math.sqrt((ceiling * (1 - ceiling)) / rows.rowCount);
  const limit = Math.max(1 - (1 - ceiling) / 3, ceiling + 3 * standardError);
  const checks: DetectorCheck[] = [];
  for (const { name, values } of numericFeaturesOf(rows)) {
    await setImmediate();
    const [accuracy] = majorityAccuracy(rows, featureCells(rows, values), fewestOfCell);
    const check = {
      detector: 'leak',
      feature: name,
      value: accuracy,
      unit: 'share',
      limit,
      fires: 'above',
    } as const;
    const isLeak = 1 - accuracy < (1 - ceiling) / 3 && accuracy > ceiling + 3 * standardError;
    checks.push(isLeak ? { ...check, finding: leakOf(name, accuracy, ceiling) } : check);
  }
  return checks;
}

function leakOf(feature: string, accuracy: number, ceiling: number): Finding {
  const message =
    `"${feature}" alone predicts ${(100 * accuracy).toFixed(1)} % of the labels, while no rule on ` +
    `workload, payload and load gets above ${(100 * ceiling).toFixed(1)} %: it knows the answer. ` +
    'Look at how it is recorded; it must be known before the request is sent.';
  return { kind: 'leak', feature, message };
}

function numericFeaturesOf(
  rows: LabelledRows,
): { readonly name: string; readonly values: Float64Array }[] {
  return rows.features.flatMap((name, index) => {
    if (name.startsWith('workload=')) return [];
    const begin = index * rows.rowCount;
    return [{ name, values: rows.values.subarray(begin, begin + rows.rowCount) }];
  });
}

const mostBins = 20;

/** Quantile bins within each workload, as fine as cells of enough rows allow. */
function featureCells(rows: LabelledRows, values: Float64Array): Int32Array {
  // Ties and rounding take a row or two from a bin.
  const bins = quantileBins(rows, values, { mostBins, rowsOfBin: fewestOfCell + 2 });
  return crossed(rows.workload, bins, mostBins);
}

/**
 * Workload x payload (three bins) x load of its service: the rate of the last minute (four bins) and
 * what is in flight (none, one, more); and the workload with each of these alone.
 */
function ceilingCells(rows: LabelledRows): readonly [ArrayLike<number>, ...ArrayLike<number>[]] {
  const [payload, rate, inFlight] = [
    columnOf(rows, 'payload_bytes'),
    columnOf(rows, 'recent_rate_ecs_per_s'),
    columnOf(rows, 'in_flight_ecs'),
  ];
  const payloadBins = quantileBins(rows, payload, { mostBins: 3, rowsOfBin: 1 });
  const rateBins = quantileBins(rows, rate, { mostBins: 4, rowsOfBin: 1 });
  const inFlightBins = new Int32Array(inFlight).map((count) => Math.min(count, 2));
  const loadCells = crossed(crossed(rows.workload, rateBins, 4), inFlightBins, 3);
  const alone = [payload, rate, inFlight].map((values) => featureCells(rows, values));
  return [crossed(loadCells, payloadBins, 3), ...alone];
}

function columnOf(rows: LabelledRows, name: string): Float64Array {
  const index = rows.features.indexOf(name);
  if (index < 0) throw new Error(`No feature "${name}"; there are ${rows.features.join(', ')}.`);
  return rows.values.subarray(index * rows.rowCount, (index + 1) * rows.rowCount);
}

function crossed(coarse: ArrayLike<number>, fine: Int32Array, fineCount: number): Int32Array {
  const cells = new Int32Array(fine.length);
  for (let row = 0; row < cells.length; row += 1) {
    cells[row] = (coarse[row] ?? 0) * fineCount + (fine[row] ?? 0);
  }
  return cells;
}
