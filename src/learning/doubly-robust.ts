/**
 * The value of a routing policy from requests that each went to one platform (METHOD 4.8): the
 * doubly robust estimator of M. Dudík, J. Langford & L. Li, ICML 2011,
 * `mean_i m̂(x_i,π(x_i)) + 1{a_i=π(x_i)}/ê(a_i|x_i)·(y_i − m̂(x_i,a_i))`.
 * m̂ and ê are means of a cell (workload x payload bin x load bin), which is enough for what is
 * known of imported rows: it is right as soon as one of both is, and cells need no model. Both come
 * from other sessions than the row's own.
 */
import type { LoggedRows } from '../domain/models/logged-rows.ts';
import { type SessionMean, SessionSums } from '../domain/statistics/session-mean.ts';
import { type LoggedCells, loggedCells } from './logged-cells.ts';

/** No weight 1/ê is then above 20, the cap of METHOD 4.8. */
const leastPropensity = 0.05;
const leastRows = 10;
const mostFolds = 5;

/** 1 = lambda, 0 = ecs, for a row; `fold` is told so that a policy may be learned from the others. */
export type LoggedPolicy = (row: number, fold: number) => 0 | 1;

/** Share-weighted by the rows as they are. Lower is better where the outcome is a cost or a time. */
export interface PolicyValue {
  readonly policy: string;
  /** Of the rows in evaluable cells; absent where there is none. */
  readonly value?: SessionMean;
  /** Mean of the rows that were sent where the policy sends them: what a plain average says. */
  readonly naive?: number;
  /** Between which values all rows together lie, whatever the cells that are not evaluable hold. */
  readonly bounds: { readonly lower: number; readonly upper: number };
}

export interface LoggedValues {
  /** Part of the rows in cells of which the log says nothing about one of the platforms. */
  readonly notEvaluableShare: number;
  readonly cells: number;
  readonly values: readonly PolicyValue[];
  /** Best-static as learned from all rows; a workload of which nothing can be told is left out. */
  readonly bestStatic: Readonly<Record<string, 'lambda' | 'ecs'>>;
}

/** Values lambda-only, ecs-only, best-static and further policies by one outcome per row. */
export function valuePolicies(
  rows: LoggedRows,
  outcome: Float64Array,
  further: Readonly<Record<string, LoggedPolicy>> = {},
): LoggedValues {
  const logged = new Logged(rows, outcome);
  const all = logged.bestStatic(undefined);
  const byFold = Array.from({ length: logged.folds }, (_, fold) => logged.bestStatic(fold));
  const policies: Readonly<Record<string, LoggedPolicy>> = {
    'lambda-only': () => 1,
    'ecs-only': () => 0,
    // Where nothing can be told it stays on Lambda.
    'best-static': (row, fold) => byFold[fold]?.[rows.workload[row] ?? 0] ?? 1,
    ...further,
  };
  return {
    notEvaluableShare: logged.notEvaluableShare,
    cells: logged.usedCells,
    values: Object.entries(policies).map(([policy, choose]) => logged.value(policy, choose)),
    bestStatic: Object.fromEntries(
      rows.workloads.flatMap((workload, index) => {
        const choice = all[index];
        return choice === undefined ? [] : [[workload, choice === 1 ? 'lambda' : 'ecs']];
      }),
    ),
  };
}

/** Counts and sums of the outcome, per cell and platform: entry `2 * cell + platform`. */
interface Tally {
  readonly counts: Float64Array;
  readonly sums: Float64Array;
}

class Logged {
  readonly #rows: LoggedRows;
  readonly #outcome: Float64Array;
  readonly #cells: LoggedCells;
  readonly #all: Tally;
  /** Without the rows of the fold. */
  readonly #without: readonly Tally[];
  /** Entry `cells * fold + cell`. */
  readonly #isEvaluable: Uint8Array;
  readonly #ranges: ReadonlyMap<number, { readonly least: number; readonly most: number }>;
  readonly folds: number;

  constructor(rows: LoggedRows, outcome: Float64Array) {
    this.#rows = rows;
    this.#outcome = outcome;
    this.#cells = loggedCells(rows);
    // With one session there are no others to learn from: then every second row is one.
    this.folds = rows.sessions > 1 ? Math.min(mostFolds, rows.sessions) : 2;
    this.#all = this.#tally(() => true);
    this.#without = Array.from({ length: this.folds }, (_, fold) =>
      this.#tally((row) => this.#foldOf(row) !== fold),
    );
    this.#isEvaluable = Uint8Array.from({ length: this.folds * this.#cells.count }, (_, place) =>
      this.#isCellEvaluable(place % this.#cells.count, Math.floor(place / this.#cells.count)),
    );
    this.#ranges = rangesOf(rows, outcome);
  }

  get usedCells(): number {
    return new Set(this.#cells.of).size;
  }

  get notEvaluableShare(): number {
    let outside = 0;
    for (let row = 0; row < this.#rows.rowCount; row += 1) if (!this.#isKnown(row)) outside += 1;
    return this.#rows.rowCount === 0 ? 0 : outside / this.#rows.rowCount;
  }

  value(policy: string, choose: LoggedPolicy): PolicyValue {
    const { rowCount, sessions } = this.#rows;
    const evaluated = new SessionSums(sessions);
    const bounds = { lower: 0, upper: 0 };
    const naive = { sum: 0, count: 0 };
    for (let row = 0; row < rowCount; row += 1) {
      const action = choose(row, this.#foldOf(row));
      const outcome = this.#outcome[row] ?? 0;
      const isTaken = this.#rows.platform[row] === action;
      if (isTaken) {
        naive.sum += outcome;
        naive.count += 1;
      }
      if (this.#isKnown(row)) {
        const score = this.#score(row, action);
        evaluated.add(this.#rows.session[row] ?? 0, score);
        bounds.lower += score / rowCount;
        bounds.upper += score / rowCount;
        continue;
      }
      // What was sent there is known; what was not lies somewhere in what the workload ever had.
      const range = this.#ranges.get(this.#rows.workload[row] ?? 0);
      bounds.lower += (isTaken ? outcome : (range?.least ?? outcome)) / rowCount;
      bounds.upper += (isTaken ? outcome : (range?.most ?? outcome)) / rowCount;
    }
    const value = evaluated.mean();
    return {
      policy,
      bounds,
      ...(value === undefined ? {} : { value }),
      ...(naive.count === 0 ? {} : { naive: naive.sum / naive.count }),
    };
  }

  /** Per workload the platform with the lower mean of m̂ over its rows in evaluable cells. */
  bestStatic(fold: number | undefined): readonly (0 | 1 | undefined)[] {
    const tally = fold === undefined ? this.#all : this.#without[fold];
    const sums = this.#rows.workloads.map(() => ({ ecs: 0, lambda: 0, rows: 0 }));
    for (let row = 0; row < this.#rows.rowCount; row += 1) {
      if (this.#foldOf(row) === fold || tally === undefined) continue;
      const cell = this.#cells.of[row] ?? 0;
      const workload = sums[this.#rows.workload[row] ?? 0];
      if (!this.#isKnown(row) || workload === undefined) continue;
      workload.ecs += this.#mean(tally, cell, 0);
      workload.lambda += this.#mean(tally, cell, 1);
      workload.rows += 1;
    }
    return sums.map(({ ecs, lambda, rows }) => {
      if (rows === 0) return undefined;
      return lambda <= ecs ? 1 : 0;
    });
  }

  #score(row: number, action: 0 | 1): number {
    const tally = this.#without[this.#foldOf(row)] ?? this.#all;
    const cell = this.#cells.of[row] ?? 0;
    const predicted = this.#mean(tally, cell, action);
    if (this.#rows.platform[row] !== action) return predicted;
    const outcome = this.#outcome[row] ?? 0;
    return predicted + (outcome - predicted) / propensity(tally, cell, action);
  }

  /** m̂. */
  #mean({ counts, sums }: Tally, cell: number, action: 0 | 1): number {
    const place = 2 * cell + action;
    return (sums[place] ?? 0) / Math.max(1, counts[place] ?? 0);
  }

  #isKnown(row: number): boolean {
    const place = this.#cells.count * this.#foldOf(row) + (this.#cells.of[row] ?? 0);
    return this.#isEvaluable[place] === 1;
  }

  /** By what the other sessions say: a platform that only this one has seen is not known. */
  #isCellEvaluable(cell: number, fold: number): 0 | 1 {
    const tally = this.#without[fold] ?? this.#all;
    const isEvaluable = ([0, 1] as const).every(
      (action) =>
        (this.#all.counts[2 * cell + action] ?? 0) >= leastRows &&
        propensity(tally, cell, action) >= leastPropensity,
    );
    return isEvaluable ? 1 : 0;
  }

  #foldOf(row: number): number {
    const unit = this.#rows.sessions > 1 ? (this.#rows.session[row] ?? 0) : row;
    return unit % this.folds;
  }

  #tally(isOf: (row: number) => boolean): Tally {
    const counts = new Float64Array(2 * this.#cells.count);
    const sums = new Float64Array(2 * this.#cells.count);
    for (let row = 0; row < this.#rows.rowCount; row += 1) {
      if (!isOf(row)) continue;
      const place = 2 * (this.#cells.of[row] ?? 0) + (this.#rows.platform[row] ?? 0);
      counts[place] = (counts[place] ?? 0) + 1;
      sums[place] = (sums[place] ?? 0) + (this.#outcome[row] ?? 0);
    }
    return { counts, sums };
  }
}

/** ê: the part of a cell's rows that went to a platform; 0 without rows. */
function propensity({ counts }: Tally, cell: number, action: 0 | 1): number {
  const own = counts[2 * cell + action] ?? 0;
  const total = own + (counts[2 * cell + 1 - action] ?? 0);
  return total === 0 ? 0 : own / total;
}

function rangesOf(
  rows: LoggedRows,
  outcome: Float64Array,
): Map<number, { readonly least: number; readonly most: number }> {
  const ranges = new Map<number, { least: number; most: number }>();
  for (const [row, value] of outcome.entries()) {
    const workload = rows.workload[row] ?? 0;
    const range = ranges.get(workload) ?? { least: value, most: value };
    ranges.set(workload, {
      least: Math.min(range.least, value),
      most: Math.max(range.most, value),
    });
  }
  return ranges;
}
