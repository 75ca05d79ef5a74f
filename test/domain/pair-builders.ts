import type {
  ArmOutcomes,
  PairColumns,
  PlatformOutcomes,
} from '../../src/domain/rivals/pair-columns.ts';
import { labelledRows } from '../learning/builders.ts';

/** One request of an evaluation; latencies double as u unless u is said. */
export interface MadeOutcome {
  readonly block?: number;
  readonly workload?: string;
  readonly payloadBytes?: number;
  readonly lambdaMs: number;
  readonly ecsMs: number;
  readonly lambdaU?: number;
  readonly ecsU?: number;
  readonly lambdaUsd?: number;
  /** Where the hybrid sent it; absent: it has no outcome there. */
  readonly hybrid?: 'lambda' | 'ecs';
}

/** Pairs in the order given; a hybrid had what the pure arm of its choice had. */
export function pairColumns(made: readonly MadeOutcome[]): PairColumns {
  const pairs = made.map((own) => ({
    block: 1,
    workload: 'heavy',
    payloadBytes: 1,
    lambdaU: own.lambdaMs,
    ecsU: own.ecsMs,
    lambdaUsd: 0,
    ...own,
  }));
  const rows = labelledRows(
    pairs.map(({ block, workload, payloadBytes, lambdaU, ecsU }) => ({
      slot: block,
      workload,
      payloadBytes,
      utilityLambda: lambdaU,
      utilityEcs: ecsU,
    })),
  );
  const column = (of: (pair: (typeof pairs)[number]) => number): Float64Array =>
    Float64Array.from(pairs, of);
  const lambda: PlatformOutcomes = {
    latencyMs: column(({ lambdaMs }) => lambdaMs),
    utility: column(({ lambdaU }) => lambdaU),
    billedUsd: column(({ lambdaUsd }) => lambdaUsd),
  };
  const ecs: PlatformOutcomes = {
    latencyMs: column(({ ecsMs }) => ecsMs),
    utility: column(({ ecsU }) => ecsU),
    billedUsd: column(() => 0),
  };
  const hybrid: ArmOutcomes = {
    arm: 'hybrid',
    utility: column((pair) =>
      pair.hybrid === undefined ? Number.NaN : pair.hybrid === 'lambda' ? pair.lambdaU : pair.ecsU,
    ),
    isLambda: column((pair) =>
      pair.hybrid === undefined ? Number.NaN : Number(pair.hybrid === 'lambda'),
    ),
  };
  const groups = Map.groupBy(pairs, ({ block, workload }) => `${block}/${workload}`);
  return {
    workloads: rows.workloads,
    workload: rows.workload,
    block: rows.slot,
    lambda,
    ecs,
    arms: [
      { arm: 'lambda-only', utility: lambda.utility, isLambda: column(() => 1) },
      { arm: 'ecs-only', utility: ecs.utility, isLambda: column(() => 0) },
      ...(pairs.some((pair) => pair.hybrid !== undefined) ? [hybrid] : []),
    ],
    rows,
    cells: Int32Array.from(rows.workload),
    scored: [...groups.values()].map((own) => ({
      block: own[0]?.block ?? 0,
      workload: own[0]?.workload ?? '',
      requests: own.length,
    })),
  };
}
