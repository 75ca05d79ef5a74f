import type { LabelDescription, LabelGroup } from '../../domain/dataset/dataset-description.ts';
import type { LabelledRows } from '../../domain/models/training.ts';
import { type Plan, requireWorkload } from '../../domain/plan.ts';
import { rateAtUtilisation } from '../../domain/requests/ladder.ts';
import { mean, quantile } from '../../domain/statistics/statistics.ts';
import { requireCpuMs } from '../prices.ts';
import type { PairMarks } from './pair-marks.ts';

export interface DistributionInput {
  readonly rows: LabelledRows;
  readonly marks: PairMarks;
  readonly plan: Plan;
  /** Busy time of one request on one vCPU, per workload. */
  readonly cpuMs: Readonly<Record<string, number>>;
}

/** Labels and weights by workload and by load: the ladder's steps, and outside it the rate. */
export function labelDistribution(
  input: DistributionInput,
): Pick<LabelDescription, 'pairs' | 'balance' | 'byWorkload' | 'byLadderStep' | 'byRate'> {
  const { rows, marks } = input;
  const workloads = rows.workloads.map((workload, index) => {
    const own = rowsWhere(rows, (row) => rows.workload[row] === index);
    const isLadder = (row: number): boolean => (marks.ladderStep[row] ?? 0) > 0;
    return {
      workload,
      everyday: own.filter((row) => !isLadder(row)),
      ladder: own.filter(isLadder),
    };
  });
  return {
    pairs: rows.rowCount,
    balance: balanceOf(rows),
    byWorkload: workloads
      .filter(({ everyday }) => everyday.length > 0)
      .map(({ workload, everyday }) => groupOf(rows, workload, everyday)),
    byLadderStep: workloads.flatMap(({ workload, ladder }) => ladderSteps(input, workload, ladder)),
    byRate: workloads.flatMap(({ workload, everyday }) => rateBins(rows, workload, everyday)),
  };
}

function balanceOf(rows: LabelledRows): LabelDescription['balance'] {
  const total = rows.weights.reduce((sum, weight) => sum + weight, 0);
  const of = (label: 0 | 1): { readonly pairs: number; readonly weight: number } => {
    const own = rowsWhere(rows, (row) => rows.labels[row] === label);
    const weight = own.reduce((sum, row) => sum + (rows.weights[row] ?? 0), 0);
    return { pairs: own.length, weight: total === 0 ? 0 : weight / total };
  };
  return { lambda: of(1), ecs: of(0) };
}

function groupOf(rows: LabelledRows, workload: string, own: readonly number[]): LabelGroup {
  const weights = own.map((row) => rows.weights[row] ?? 0).sort((a, b) => a - b);
  return {
    workload,
    pairs: own.length,
    lambdaShare: own.filter((row) => rows.labels[row] === 1).length / own.length,
    weightMean: mean(weights),
    weightP50: quantile(weights, 0.5) ?? 0,
    weightP90: quantile(weights, 0.9) ?? 0,
  };
}

/** A step means the same utilisation, and so the same rate, in every slot. */
function ladderSteps(
  { rows, marks, plan, cpuMs }: DistributionInput,
  workload: string,
  ladder: readonly number[],
): LabelDescription['byLadderStep'] {
  const steps = [...Map.groupBy(ladder, (row) => marks.ladderStep[row] ?? 0)];
  return steps
    .sort(([a], [b]) => a - b)
    .map(([step, own]) => {
      const utilisation = plan.load.ladder?.utilisation[step - 1];
      if (utilisation === undefined) {
        throw new Error(`There are pairs of ladder step ${step}, which the plan does not have.`);
      }
      const cpu = requireCpuMs(cpuMs, workload);
      const ratePerS = rateAtUtilisation(requireWorkload(plan, workload), utilisation, cpu);
      return { ...groupOf(rows, workload, own), step, utilisation, ratePerS };
    });
}

const mostBins = 4;
/** A bin of fewer says little about its share of labels (METHOD 4.5). */
const fewestOfBin = 30;

/** About equally many pairs in each bin; equal rates share one. */
function rateBins(
  rows: LabelledRows,
  workload: string,
  everyday: readonly number[],
): LabelDescription['byRate'] {
  const begin = rows.features.indexOf('recent_rate_ecs_per_s') * rows.rowCount;
  const rateOf = (row: number): number => rows.values[begin + row] ?? 0;
  const ascending = everyday.map(rateOf).sort((a, b) => a - b);
  const count = Math.max(1, Math.min(mostBins, Math.floor(everyday.length / fewestOfBin)));
  const edges = Array.from(
    { length: count - 1 },
    (_, index) => ascending[Math.floor(((index + 1) * ascending.length) / count)] ?? 0,
  );
  const bins = Map.groupBy(everyday, (row) => edges.filter((edge) => rateOf(row) >= edge).length);
  return [...bins]
    .sort(([a], [b]) => a - b)
    .map(([, own]) => {
      const rates = own.map(rateOf).sort((a, b) => a - b);
      const [fromPerS, toPerS] = [rates[0] ?? 0, rates.at(-1) ?? 0];
      return { ...groupOf(rows, workload, own), fromPerS, toPerS };
    });
}

function rowsWhere({ rowCount }: LabelledRows, isWanted: (row: number) => boolean): number[] {
  const wanted: number[] = [];
  for (let row = 0; row < rowCount; row += 1) if (isWanted(row)) wanted.push(row);
  return wanted;
}
