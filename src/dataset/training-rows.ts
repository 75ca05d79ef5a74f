import { setImmediate } from 'node:timers/promises';
import { featureNames } from '../domain/models/feature.ts';
import { cappedWeights } from '../domain/models/label.ts';
import type { LabelledRows } from '../domain/models/training.ts';
import type { Plan } from '../domain/plan.ts';
import { withDatabase } from './duckdb.ts';
import { type LabelledPair, type LabelledRowsInput, openLabelledPairs } from './labelled-pairs.ts';

/**
 * Labelled pairs in order of slot and request. Lead-in, `unrecorded` and `not-issued` are left out;
 * ladder rows are in (they train models), with a share of 0 (they judge none, METHOD 1.8).
 * `workloads`, and with it the one-hot, always has all workloads of the plan, so that the columns
 * do not depend on the capacity decision. Beside the result, memory holds a few slots at a time.
 * `mark` is called for each in this order, for what else is to be known of a pair.
 */
export async function labelledRows(
  input: LabelledRowsInput,
  mark?: (pair: LabelledPair['pair']) => void,
): Promise<LabelledRows> {
  return await withDatabase(async (database) => {
    const pairs = await openLabelledPairs(database, input);
    const rows = emptyRows(
      featureNames(pairs.selection.workloads),
      pairs.selection.workloads,
      pairs.count,
    );
    let row = 0;
    for (const slots of pairs.batches) {
      for (const labelled of await pairs.ofSlots(slots)) {
        writeRow(rows, row, labelled);
        mark?.(labelled.pair);
        row += 1;
        // The process has other work: a million pairs take seconds.
        if (row % rowsAtOnce === 0) await setImmediate();
      }
    }
    const { plan } = input;
    return { ...rows, weights: cappedWeights(rows.weights), share: spreadShares(rows, plan) };
  });
}

const rowsAtOnce = 10_000;

/** All of one size from the beginning: growing them would hold everything twice. */
export function emptyRows(
  features: readonly string[],
  workloads: readonly string[],
  rowCount: number,
): LabelledRows {
  return {
    features,
    rowCount,
    values: new Float64Array(rowCount * features.length),
    labels: new Uint8Array(rowCount),
    weights: new Float64Array(rowCount),
    workloads,
    workload: new Uint8Array(rowCount),
    slot: new Int32Array(rowCount),
    utilityLambda: new Float64Array(rowCount),
    utilityEcs: new Float64Array(rowCount),
    share: new Float64Array(rowCount),
  };
}

/** A share of 1 marks the rows that judge a router; `spreadShares` makes shares of the marks. */
function writeRow(
  rows: LabelledRows,
  row: number,
  { pair, label: own, vector }: LabelledPair,
): void {
  rows.labels[row] = own.label;
  rows.weights[row] = own.weight;
  rows.utilityLambda[row] = own.utilityLambda;
  rows.utilityEcs[row] = own.utilityEcs;
  rows.workload[row] = pair.workload;
  rows.slot[row] = pair.slot;
  rows.share[row] = pair.isLadder ? 0 : 1;
  const values = vector();
  for (let feature = 0; feature < values.length; feature += 1) {
    rows.values[feature * rows.rowCount + row] = values[feature] ?? 0;
  }
}

/** The plan's share of a workload spread over its marked rows; those of the workloads present make 1. */
export function spreadShares({ workload, share: marks }: LabelledRows, plan: Plan): Float64Array {
  const counts = plan.workloads.map(() => 0);
  for (const [row, index] of workload.entries())
    counts[index] = (counts[index] ?? 0) + (marks[row] ?? 0);
  const present = plan.workloads.filter((_, index) => counts[index] !== 0);
  const total = present.reduce((sum, { share }) => sum + share, 0);
  const perRow = plan.workloads.map(({ share }, index) => share / total / (counts[index] ?? 1));
  return marks.map((mark, row) => (mark === 0 ? 0 : (perRow[workload[row] ?? 0] ?? 0)));
}
