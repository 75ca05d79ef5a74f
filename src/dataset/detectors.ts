import { fewestToShow } from '../domain/statistics.ts';
import type { Finding, LabelledRows } from '../domain/training.ts';
import { majorityAccuracy, quantileBins } from './cells.ts';

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
export function findFindings(rows: LabelledRows): Finding[] {
  const lambda = rows.labels.reduce((sum, label) => sum + label, 0);
  const smaller = Math.min(lambda, rows.rowCount - lambda);
  if (rows.rowCount < fewestPairs) return [tooFew(`${rows.rowCount} pairs`, fewestPairs)];
  const finding = staticByClass(rows, lambda, smaller) ?? staticByWorkload(rows);
  if (finding !== undefined) return [finding];
  if (smaller < fewestOfClass) {
    const platform = lambda === smaller ? 'Lambda' : 'Fargate';
    return [tooFew(`${smaller} pairs that ${platform} won`, fewestOfClass)];
  }
  return leaks(rows);
}

/**
 * How often a rule that knows workload, payload and load can be right: the accuracy of the majority
 * label per cell, [cross-fitted over slots, in-sample] (METHOD 4.5). Few rows cannot fill cells of
 * all three, so cells of the workload with one of them are tried as well, and the best rule counts.
 * NaN without rows.
 */
export function ceilingBracket(
  rows: LabelledRows,
): readonly [crossFitted: number, inSample: number] {
  const brackets = ceilingCells(rows).map((cells) => majorityAccuracy(rows, cells, fewestOfCell));
  return brackets.reduce((best, bracket) => (bracket[0] > best[0] ? bracket : best));
}

function tooFew(count: string, needed: number): Finding {
  return {
    kind: 'too-few-rows',
    message: `There are ${count} to learn from; at least ${needed} are needed. Collect more slots.`,
  };
}

function staticByClass(rows: LabelledRows, lambda: number, smaller: number): Finding | undefined {
  if (smaller >= staticClassShare * rows.rowCount) return undefined;
  const winner = lambda === smaller ? 'Fargate' : 'Lambda';
  const share = (100 * (rows.rowCount - smaller)) / rows.rowCount;
  return {
    kind: 'static',
    message:
      `${winner} was better for ${share.toFixed(1)} % of ${rows.rowCount} pairs: ` +
      'a fixed choice per workload is enough, no router is needed.',
  };
}

function staticByWorkload(rows: LabelledRows): Finding | undefined {
  const [, accuracy] = majorityAccuracy(rows, rows.workload, 1);
  if (1 - accuracy >= workloadExceptionShare) return undefined;
  return {
    kind: 'static',
    message:
      `The workload alone tells the better platform of ${(100 * accuracy).toFixed(1)} % of ` +
      `${rows.rowCount} pairs: a fixed choice per workload is enough, no router is needed.`,
  };
}

/**
 * A feature leaks when it alone, within a workload, removes two thirds of the errors that the
 * ceiling leaves, by three standard errors: what is known before a request is routed cannot tell
 * that much about one draw, only its outcome can.
 */
function leaks(rows: LabelledRows): Finding[] {
  const [, ceiling] = ceilingBracket(rows);
  const standardError = Math.sqrt((ceiling * (1 - ceiling)) / rows.rowCount);
  return numericFeaturesOf(rows).flatMap(({ name, values }): Finding[] => {
    const [accuracy] = majorityAccuracy(rows, featureCells(rows, values), fewestOfCell);
    const isLeak = 1 - accuracy < (1 - ceiling) / 3 && accuracy > ceiling + 3 * standardError;
    if (!isLeak) return [];
    const message =
      `"${name}" alone predicts ${(100 * accuracy).toFixed(1)} % of the labels, while no rule on ` +
      `workload, payload and load gets above ${(100 * ceiling).toFixed(1)} %: it knows the answer. ` +
      'Look at how it is recorded; it must be known before the request is sent.';
    return [{ kind: 'leak', feature: name, message }];
  });
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
  const inFlightBins = Int32Array.from(inFlight, (count) => Math.min(count, 2));
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
  return Int32Array.from(fine, (bin, row) => (coarse[row] ?? 0) * fineCount + bin);
}
