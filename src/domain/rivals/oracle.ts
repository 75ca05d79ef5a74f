/** The best that what is known of a request can give: the same rule for models and for arms. */
import type { LabelledRows } from '../models/training.ts';

/** A cell of fewer pairs says little; its rows go by what such rows of their workload have in common. */
const fewestOfCell = 30;

/** As many folds as the ceiling has (METHOD 4.5). */
const mostFolds = 5;

/**
 * The attainable oracle (METHOD 6.1): what the platform with the better expected u in a row's cell
 * is, where the expectation comes from the slots of the other folds. `cells` has one number per row
 * and a cell lies within one workload: the cells of the ceiling, of which the dataset knows how they
 * are made. A cell that the other folds do not have goes by its workload. Ladder rows get a choice and
 * have no say. Blocks of an evaluation count as its slots.
 */
export function oracleChoice(rows: LabelledRows, cells: ArrayLike<number>): OracleChoice {
  const slots = [...new Set(rows.slot)].sort((a, b) => a - b);
  if (slots.length < 2) return inSampleOracleChoice(rows, cells);
  const count = Math.min(mostFolds, slots.length);
  const foldOfSlot = new Map(slots.map((slot, place) => [slot, place % count]));
  const folds = Int32Array.from(rows.slot, (slot) => foldOfSlot.get(slot) ?? 0);
  return choose(rows, cells, { folds, count });
}

/** Whether a row goes to Lambda. */
export type OracleChoice = (row: number) => boolean;

/** The same with expectations from the very rows: never worse on them than a table of workloads. */
export function inSampleOracleChoice(rows: LabelledRows, cells: ArrayLike<number>): OracleChoice {
  return choose(rows, cells, { folds: new Int32Array(rows.rowCount), count: 1 });
}

interface Folds {
  /** The fold of each row. With one fold, nothing is left out. */
  readonly folds: Int32Array;
  readonly count: number;
}

/** Of the scored rows of a cell, all of them and of each fold. */
interface CellStake {
  /** Σ share · (u_lambda − u_ecs): below 0, Lambda is expected to be better. */
  stake: number;
  rows: number;
  readonly stakeOfFold: Float64Array;
  readonly rowsOfFold: Float64Array;
}

function choose(
  rows: LabelledRows,
  cells: ArrayLike<number>,
  { folds, count }: Folds,
): OracleChoice {
  const keys = keysOfCells(rows, cells);
  const byCell = stakesOf(rows, keys, { folds, count });
  const byWorkload = stakesOf(rows, rows.workload, { folds, count });
  return (row) => {
    const fold = count > 1 ? folds[row] : undefined;
    const ofCell = stakeOutside(byCell.get(keys[row] ?? 0), fold);
    const stake = ofCell ?? stakeOutside(byWorkload.get(rows.workload[row] ?? 0), fold);
    return (stake ?? 0) < 0;
  };
}

function stakesOf(
  rows: LabelledRows,
  keys: ArrayLike<number>,
  { folds, count }: Folds,
): ReadonlyMap<number, CellStake> {
  const stakes = new Map<number, CellStake>();
  for (let row = 0; row < rows.rowCount; row += 1) {
    const share = rows.share[row] ?? 0;
    if (share === 0) continue;
    const key = keys[row] ?? 0;
    const cell = stakes.get(key) ?? {
      stake: 0,
      rows: 0,
      stakeOfFold: new Float64Array(count),
      rowsOfFold: new Float64Array(count),
    };
    const stake = share * ((rows.utilityLambda[row] ?? 0) - (rows.utilityEcs[row] ?? 0));
    const fold = folds[row] ?? 0;
    cell.stake += stake;
    cell.rows += 1;
    cell.stakeOfFold[fold] = (cell.stakeOfFold[fold] ?? 0) + stake;
    cell.rowsOfFold[fold] = (cell.rowsOfFold[fold] ?? 0) + 1;
    stakes.set(key, cell);
  }
  return stakes;
}

/** Undefined when the other folds have no row of the cell. */
function stakeOutside(cell: CellStake | undefined, fold: number | undefined): number | undefined {
  if (cell === undefined || fold === undefined) return cell?.stake;
  const left = cell.rows - (cell.rowsOfFold[fold] ?? 0);
  return left === 0 ? undefined : cell.stake - (cell.stakeOfFold[fold] ?? 0);
}

/** Small cells of a workload become one, numbered −1 and below. */
function keysOfCells(rows: LabelledRows, cells: ArrayLike<number>): Int32Array {
  const sizes = new Map<number, number>();
  for (let row = 0; row < rows.rowCount; row += 1) {
    if ((rows.share[row] ?? 0) === 0) continue;
    const cell = cells[row] ?? 0;
    sizes.set(cell, (sizes.get(cell) ?? 0) + 1);
  }
  return Int32Array.from(rows.workload, (workload, row) => {
    const cell = cells[row] ?? 0;
    return (sizes.get(cell) ?? 0) >= fewestOfCell ? cell : -1 - workload;
  });
}
