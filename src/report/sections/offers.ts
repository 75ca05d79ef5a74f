import type { Plan } from '../../domain/plan.ts';
import type { Verdict } from '../../domain/verdict/verdict.ts';
import { fastEnoughWord } from '../answer.ts';
import { wayName } from './baselines-tables.ts';

/** A way of serving the whole load, with its price for 1,000 good requests and its latency. */
export interface NamedOffer {
  readonly name: string;
  /** Of what was run, or computed from it. */
  readonly kind: 'measured' | 'computed';
  readonly costUsd: number;
  readonly lowerUsd: number;
  readonly upperUsd: number;
  readonly latencyMs: number;
  readonly isAnswer: boolean;
  /** `yes`, `no` or `not shown`. */
  readonly fastEnough?: string;
}

/** Arms first, then rivals; those without a price or a latency are left out. */
export function offersOf(verdict: Verdict, plan: Plan): NamedOffer[] {
  const measured = verdict.arms.flatMap((arm): NamedOffer[] => {
    const latencyMs = weightedQuantile(
      plan,
      arm.workloads.map((row) => ({
        workload: row.workload,
        valueMs: verdict.quantile === undefined ? undefined : row[verdict.quantile],
      })),
    );
    if (latencyMs === undefined || !Number.isFinite(arm.costPer1000Usd)) return [];
    return [
      {
        name: arm.arm,
        kind: 'measured',
        costUsd: arm.costPer1000Usd,
        lowerUsd: arm.costPer1000Lower,
        upperUsd: arm.costPer1000Upper,
        latencyMs,
        isAnswer: arm.arm === verdict.answer,
        fastEnough: fastEnoughWord(arm),
      },
    ];
  });
  const computed = (verdict.baselines?.baselines ?? []).flatMap((row): NamedOffer[] => {
    const latencyMs = weightedQuantile(
      plan,
      row.workloads.map(({ workload, quantileMs }) => ({ workload, valueMs: quantileMs })),
    );
    if (latencyMs === undefined || !Number.isFinite(row.costPer1000Usd)) return [];
    return [
      {
        name: wayName(row.baseline),
        kind: 'computed',
        costUsd: row.costPer1000Usd,
        lowerUsd: row.costPer1000Lower,
        upperUsd: row.costPer1000Upper,
        latencyMs,
        isAnswer: false,
      },
    ];
  });
  return [...measured, ...computed];
}

/**
 * exp(Σ share·ln q) over all workloads of the plan, as the latency contrast weighs them (METHOD
 * 6.2); undefined where one of them has no printable quantile.
 */
function weightedQuantile(
  { workloads }: Plan,
  rows: readonly { readonly workload: string; readonly valueMs: number | undefined }[],
): number | undefined {
  let sum = 0;
  for (const { name, share } of workloads) {
    const valueMs = rows.find(({ workload }) => workload === name)?.valueMs;
    if (valueMs === undefined || !(valueMs > 0) || !Number.isFinite(valueMs)) return undefined;
    sum += share * Math.log(valueMs);
  }
  return Math.exp(sum);
}
