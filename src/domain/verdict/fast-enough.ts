/** Which arms are fast enough (METHOD 6.0). */

import type { SloPlan } from '../plan.ts';
import { clopperPearsonLower } from '../statistics/statistics.ts';
import { weightedSum } from './bootstrap.ts';
import type { EvaluationTable, WorkloadColumns } from './evaluation-table.ts';
import type { LatencyEstimates } from './latency-contrast.ts';
import { sampledLower, sampledUpper } from './sampled-interval.ts';
import type { Sampling } from './sampling.ts';
import type { SpeedFinding } from './verdict.ts';

export interface SpeedQuestion {
  readonly table: EvaluationTable;
  readonly sampling: Sampling;
  /** Per workload of the table; undefined where the plan sets none. */
  readonly slos: readonly (SloPlan | undefined)[];
  readonly estimates: LatencyEstimates | undefined;
  readonly margin: number;
}

export interface ArmSpeed {
  readonly workloads: readonly WorkloadSpeed[];
  readonly isFastEnough: boolean;
  /** Per resample, whether every workload's point estimate passes. */
  readonly passes: Uint8Array;
  /** Part of the resamples with the same result as the measurement. */
  readonly stability: number;
}

export interface WorkloadSpeed {
  readonly attainment: number;
  /** One-sided 95 %: the lower of the bootstrap's bound and Clopper-Pearson's. */
  readonly attainmentLower: number;
  readonly finding: SpeedFinding;
}

interface Tested extends WorkloadSpeed {
  readonly passes: (row: number) => boolean;
}

/**
 * A fast-enough test must have the same result in so many resamples (METHOD 6.0); in more of them
 * where it is looked at more than once (METHOD 6.5, Bonferroni).
 */
export function stableShare({ looks }: Pick<Sampling, 'looks'>): number {
  return 1 - 0.05 / looks;
}

/** One entry per arm of the table. */
export function armSpeeds(question: SpeedQuestion): ArmSpeed[] {
  return question.table.arms.map((columns, arm) => {
    const tested = columns.workloads.map((_, workload) => testWorkload(question, arm, workload));
    const isFastEnough = tested.every(({ finding }) => finding === 'shown');
    const passes = Uint8Array.from({ length: question.sampling.resamples.count }, (_, row) =>
      tested.every((test) => test.passes(row)) ? 1 : 0,
    );
    const same = passes.reduce((sum, pass) => sum + ((pass === 1) === isFastEnough ? 1 : 0), 0);
    return { workloads: tested, isFastEnough, passes, stability: same / passes.length };
  });
}

function testWorkload(question: SpeedQuestion, arm: number, workload: number): Tested {
  const columns = question.table.arms[arm]?.workloads[workload];
  if (columns === undefined) throw new Error(`No arm ${arm} with a workload ${workload}.`);
  const bounds = attainmentOf(question, columns);
  const slo = question.slos[workload];
  if (slo === undefined) return { ...bounds, ...withoutSlo(question, arm, workload) };
  return {
    ...bounds,
    finding: findingOf({
      passes: bounds.attainment >= slo.attainment,
      isShown: bounds.attainmentLower >= slo.attainment,
    }),
    passes: (row) => (bounds.resampled[row] ?? 0) >= slo.attainment,
  };
}

function attainmentOf(
  { sampling }: SpeedQuestion,
  columns: WorkloadColumns,
): Omit<WorkloadSpeed, 'finding'> & { readonly resampled: Float64Array } {
  const hits = columns.insideSlo.reduce((sum, value) => sum + value, 0);
  const requests = columns.requests.reduce((sum, value) => sum + value, 0);
  const resampled = Float64Array.from(
    sampling.resamples.rows,
    (weights) => weightedSum(columns.insideSlo, weights) / weightedSum(columns.requests, weights),
  );
  const attainment = requests === 0 ? 0 : hits / requests;
  const bootstrapLower = sampledLower(sampling, { estimate: attainment, resampled }, 0.05);
  // Looked at more than once, it must hold at every look (Bonferroni).
  const exactLower = clopperPearsonLower(hits, requests, 0.05 / sampling.looks);
  return {
    attainment,
    attainmentLower: Math.max(0, Math.min(bootstrapLower, exactLower)),
    resampled,
  };
}

/** Without an SLO: not worse than the fastest arm within the margin. */
function withoutSlo(
  { sampling, estimates, margin }: SpeedQuestion,
  arm: number,
  workload: number,
): Pick<Tested, 'finding' | 'passes'> {
  if (estimates === undefined) return { finding: 'not-shown', passes: () => false };
  const delta = Math.log1p(margin);
  const measured = estimates.measured.map((ofArm) => ofArm[workload] ?? Number.NaN);
  const columns = estimates.resampled.map((ofArm) => ofArm[workload] ?? new Float64Array());
  const own = columns[arm] ?? new Float64Array();
  const fastest = measured.indexOf(Math.min(...measured));
  const toFastest = own.map((value, row) => value - (columns[fastest]?.[row] ?? Number.NaN));
  const behind = (measured[arm] ?? Number.NaN) - (measured[fastest] ?? Number.NaN);
  const upper = sampledUpper(sampling, { estimate: behind, resampled: toFastest }, 0.05);
  const hasAnswer = Number.isFinite(measured[arm]);
  return {
    finding: findingOf({
      passes: hasAnswer && behind < delta,
      isShown: hasAnswer && (arm === fastest || upper < delta),
    }),
    passes: (row) => {
      const best = Math.min(...columns.map((column) => column[row] ?? Number.NaN));
      return (own[row] ?? Number.NaN) - best < delta;
    },
  };
}

function findingOf({
  passes,
  isShown,
}: {
  readonly passes: boolean;
  readonly isShown: boolean;
}): SpeedFinding {
  if (isShown) return 'shown';
  return passes ? 'not-shown' : 'missed';
}
