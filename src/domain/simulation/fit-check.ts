import { type Arm, arms } from '../arm.ts';
import { canPrintQuantile, quantile } from '../statistics/statistics.ts';
import type { ArmBlockCost, ArmCell } from '../verdict/verdict.ts';

/** What the fitted simulator says about blocks that were measured, beside what they gave. */
export interface FitCheck {
  readonly rows: readonly FitRow[];
  readonly blocks: number;
  /** The largest relative error of the rows that judge. */
  readonly worst: number;
  /** Some quantile could be checked, and no row is off by more than `trustedError`. */
  readonly isTrusted: boolean;
}

export interface FitRow {
  readonly arm: Arm;
  /** Absent of a cost, which is the arm's. */
  readonly workload?: string;
  readonly figure: 'p50' | 'p95' | 'cost' | 'cold share';
  /** Milliseconds, USD per 1,000 good requests, or a share. */
  readonly measured: number;
  readonly predicted: number;
  /** Of a share in points, because of few cold starts a ratio is chance; otherwise relative. */
  readonly error: number;
}

/** METHOD 7.3 asks for 12 % of medians; twice the margin of a question is no longer an answer. */
export const trustedError = 0.2;

export interface CheckedCell extends ArmCell {
  readonly coldStarts: number;
}

/** One side of the comparison; both are of the same blocks. */
export interface CheckedSide {
  readonly cells: readonly CheckedCell[];
  readonly costs: readonly ArmBlockCost[];
}

/** A figure that one side cannot print is left out. */
export function fitCheck(input: {
  readonly measured: CheckedSide;
  readonly predicted: CheckedSide;
}): FitCheck {
  const { measured, predicted } = input;
  const groups = Map.groupBy(measured.cells, ({ arm, workload }) => `${arm}/${workload}`);
  const rows = [
    ...[...groups.values()].flatMap((cells) => latencyRows(cells, predicted.cells)),
    ...costRows(measured.costs, predicted.costs),
  ];
  const worst = Math.max(0, ...rows.map(({ error }) => Math.abs(error)));
  const blocks = new Set(measured.cells.map(({ block }) => block)).size;
  return { rows, blocks, worst, isTrusted: checksLatency(rows) && worst <= trustedError };
}

/** With few requests no quantile can be printed, and nothing is known of how fast the model is. */
function checksLatency(rows: readonly FitRow[]): boolean {
  return rows.some(({ figure }) => figure === 'p50' || figure === 'p95');
}

function latencyRows(own: readonly CheckedCell[], predicted: readonly CheckedCell[]): FitRow[] {
  const [first] = own;
  if (first === undefined) return [];
  const { arm, workload } = first;
  const theirs = predicted.filter((cell) => cell.arm === arm && cell.workload === workload);
  const rows = (['p50', 'p95'] as const).flatMap((figure): FitRow[] => {
    const q = figure === 'p50' ? 0.5 : 0.95;
    const [measuredMs, predictedMs] = [quantileOf(own, q), quantileOf(theirs, q)];
    if (measuredMs === undefined || predictedMs === undefined) return [];
    return [ratioRow({ arm, workload, figure, measured: measuredMs, predicted: predictedMs })];
  });
  const [measured, ours] = [coldShare(own), coldShare(theirs)];
  if (measured === undefined || ours === undefined) return rows;
  const cold = { arm, workload, figure: 'cold share' as const, measured, predicted: ours };
  return [...rows, { ...cold, error: ours - measured }];
}

function costRows(measured: readonly ArmBlockCost[], predicted: readonly ArmBlockCost[]): FitRow[] {
  return arms.flatMap((arm) => {
    const [own, theirs] = [per1000Usd(arm, measured), per1000Usd(arm, predicted)];
    if (own === undefined || theirs === undefined) return [];
    return [ratioRow({ arm, figure: 'cost', measured: own, predicted: theirs })];
  });
}

function per1000Usd(arm: Arm, costs: readonly ArmBlockCost[]): number | undefined {
  const own = costs.filter((cost) => cost.arm === arm);
  const good = own.reduce((sum, cost) => sum + cost.good, 0);
  if (good === 0) return undefined;
  return (1000 * own.reduce((sum, cost) => sum + cost.allInUsd, 0)) / good;
}

function ratioRow(row: Omit<FitRow, 'error'>): FitRow {
  return { ...row, error: row.predicted / row.measured - 1 };
}

/** Printed only with at least 10 exceedances, and where it is an answer (METHOD 6.2). */
function quantileOf(cells: readonly ArmCell[], q: number): number | undefined {
  const latencies = Float64Array.from(cells.flatMap(({ latenciesMs }) => latenciesMs)).sort();
  if (!canPrintQuantile(latencies.length, q)) return undefined;
  const latencyMs = quantile(latencies, q);
  return latencyMs !== undefined && Number.isFinite(latencyMs) ? latencyMs : undefined;
}

function coldShare(cells: readonly CheckedCell[]): number | undefined {
  const requests = cells.reduce((sum, cell) => sum + cell.lambdaRequests, 0);
  if (requests === 0) return undefined;
  return cells.reduce((sum, cell) => sum + cell.coldStarts, 0) / requests;
}
