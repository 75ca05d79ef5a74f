import type {
  LabelGroupFigures,
  LabelGroupName,
  LabelWeights,
} from '../../domain/dataset/measured.ts';
import type { LabelledRows } from '../../domain/models/training.ts';
import type { Plan } from '../../domain/plan.ts';
import { quantile } from '../../domain/statistics/statistics.ts';
import { shareOfSums, type UnitIntervals } from '../../domain/statistics/unit-interval.ts';
import { ceilingOf } from '../description/detectors.ts';
import type { LabelPass } from './label-pass.ts';

export interface LabelFigures {
  readonly labels: readonly LabelGroupFigures[];
  readonly labelWeights: readonly LabelWeights[];
}

/** Day and night of the plan's time zone, in hours. */
const dayBegins = 8;
const dayEnds = 20;

/** Labels by workload, by day and night, and by load; workloads in the plan's order. */
export async function labelFigures(
  pass: LabelPass,
  plan: Plan,
  intervals: UnitIntervals,
): Promise<LabelFigures> {
  const byWorkload = plan.workloads.map(({ name }, index) => ({
    name,
    rows: Array.from(pass.rows.workload.keys()).filter((row) => pass.rows.workload[row] === index),
  }));
  const labels = byWorkload.flatMap(({ name, rows }) =>
    groupsOf(pass, rows, plan).map(({ rows: own, ...group }) => ({
      workload: name,
      ...group,
      ...shareOf(pass.rows, own, intervals),
    })),
  );
  return { labels, labelWeights: await weightsOf(pass, byWorkload) };
}

interface Group {
  readonly group: LabelGroupName;
  readonly utilisation?: number;
  readonly rows: readonly number[];
}

function groupsOf(pass: LabelPass, rows: readonly number[], plan: Plan): Group[] {
  const everyday = rows.filter((row) => pass.ladderStep[row] === 0);
  const isDay = (row: number): boolean => {
    const hour = pass.hour[row] ?? 0;
    return hour >= dayBegins && hour < dayEnds;
  };
  const groups: Group[] = [
    { group: 'all', rows: everyday },
    { group: 'day', rows: everyday.filter(isDay) },
    { group: 'night', rows: everyday.filter((row) => !isDay(row)) },
    ...(plan.load.ladder?.utilisation ?? []).map(
      (utilisation, index): Group => ({
        group: 'step',
        utilisation,
        rows: rows.filter((row) => pass.ladderStep[row] === index + 1),
      }),
    ),
  ];
  return groups.filter((group) => group.rows.length > 0);
}

function shareOf(
  rows: LabelledRows,
  own: readonly number[],
  intervals: UnitIntervals,
): Pick<LabelGroupFigures, 'pairs' | 'slots' | 'lambdaShare' | 'interval'> {
  const slots = new Map<number, { hits: number; of: number }>();
  let hits = 0;
  for (const row of own) {
    const slot = slots.get(rows.slot[row] ?? 0) ?? { hits: 0, of: 0 };
    slots.set(rows.slot[row] ?? 0, slot);
    slot.of += 1;
    slot.hits += rows.labels[row] ?? 0;
    hits += rows.labels[row] ?? 0;
  }
  const counts = [...slots.values()];
  const columns = [counts.map((slot) => slot.hits), counts.map(({ of }) => of)];
  const interval = intervals(columns, shareOfSums);
  return {
    pairs: own.length,
    slots: counts.length,
    lambdaShare: hits / own.length,
    ...(interval === undefined
      ? {}
      : { interval: { lower: Math.max(0, interval.lower), upper: Math.min(1, interval.upper) } }),
  };
}

/** A single draw can differ from what is better on average: METHOD 4.4, 4.5. */
async function weightsOf(
  { rows, ladderStep }: LabelPass,
  byWorkload: readonly { readonly name: string; readonly rows: readonly number[] }[],
): Promise<LabelWeights[]> {
  if (rows.rowCount === 0) return [];
  const { cells } = await ceilingOf(rows);
  return byWorkload.flatMap(({ name, rows: own }) => {
    const everyday = own.filter((row) => ladderStep[row] === 0);
    if (everyday.length === 0) return [];
    const weights = everyday.map((row) => rows.weights[row] ?? 0).sort((a, b) => a - b);
    return [
      {
        workload: name,
        pairs: everyday.length,
        p10: quantile(weights, 0.1) ?? 0,
        p50: quantile(weights, 0.5) ?? 0,
        p90: quantile(weights, 0.9) ?? 0,
        asMajority: majorityShare(rows.labels, cells, { everyday, all: own }),
      },
    ];
  });
}

/** A cell of fewer rows says little about its majority (METHOD 4.5): there the workload's counts. */
const fewestOfCell = 30;

/** Of the everyday pairs, in-sample; the cells are filled by all pairs of the workload. */
function majorityShare(
  labels: ArrayLike<number>,
  cells: ArrayLike<number>,
  { everyday, all }: { readonly everyday: readonly number[]; readonly all: readonly number[] },
): number {
  const byCell = Map.groupBy(all, (row) => cells[row] ?? 0);
  const majorities = new Map(
    [...byCell].map(([cell, own]) => [
      cell,
      majorityOf(labels, own.length < fewestOfCell ? all : own),
    ]),
  );
  const same = everyday.filter((row) => labels[row] === majorities.get(cells[row] ?? 0));
  return same.length / everyday.length;
}

function majorityOf(labels: ArrayLike<number>, rows: readonly number[]): 0 | 1 {
  const lambda = rows.reduce((sum, row) => sum + (labels[row] ?? 0), 0);
  return 2 * lambda > rows.length ? 1 : 0;
}
