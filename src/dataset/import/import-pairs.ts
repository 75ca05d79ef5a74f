import { z } from 'zod';
import { costFloorUsd, labelPair, type UtilityRule } from '../../domain/models/label.ts';
import { type SessionMean, SessionSums } from '../../domain/statistics/session-mean.ts';
import type { Database } from '../duckdb.ts';
import { pairKey } from './planned-rows.ts';

/** What the pairs of a workload say. */
export interface PairContrast {
  readonly workload: string;
  readonly pairs: number;
  /** Part of the pairs that Lambda wins by u (METHOD 4.2); absent without costs. */
  readonly lambdaShare?: SessionMean;
  /** Mean |u_E − u_L|: what a wrong choice costs. */
  readonly weight?: SessionMean;
  /** ln of Lambda's latency over Fargate's; a failure took until the deadline. */
  readonly latency: SessionMean;
  /** ln of Lambda's cost over Fargate's marginal one, both floored. */
  readonly cost?: SessionMean;
}

/** How outcomes are weighed, and the SLO of those workloads that have one. */
export interface ImportRule extends Omit<UtilityRule, 'sloLatencyMs'> {
  readonly sloLatencyMs: Readonly<Record<string, number>>;
}

/** Label and contrast per workload, with intervals over sessions (METHOD 6.3). */
export async function pairContrasts(database: Database, rule: ImportRule): Promise<PairContrast[]> {
  const names = await database.read(
    'select distinct workload from costed_row order by workload',
    z.object({ workload: z.string() }),
  );
  const workloads = names.map(({ workload }) => workload);
  const sessions = await database.readOne(
    'select count(distinct session) as count from costed_row',
    z.object({ count: z.number() }),
  );
  const columns = await database.readNumbers(pairQuery, pairColumns);
  const sums = workloads.map(() => new ContrastSums(sessions.count));
  const at = (column: (typeof pairColumns)[number], row: number): number =>
    columns.get(column)?.[row] ?? Number.NaN;
  for (const [row, workload] of (columns.get('workload') ?? []).entries()) {
    const name = workloads[workload];
    const slo = name === undefined ? undefined : rule.sloLatencyMs[name];
    sums[workload]?.add({
      session: at('session', row),
      lambda: outcomeOf('lambda', row, at),
      ecs: outcomeOf('ecs', row, at),
      rule: { ...rule, sloLatencyMs: slo },
    });
  }
  return workloads.flatMap((workload, index) => sums[index]?.contrast(workload) ?? []);
}

const pairColumns = [
  'workload',
  'session',
  'lambda_latency_ms',
  'lambda_is_good',
  'lambda_cost_usd',
  'ecs_latency_ms',
  'ecs_is_good',
  'ecs_cost_usd',
] as const;

/** The first attempt on each platform: what came later had seen the first one fail. */
const side = (platform: string): string => `
  select ${pairKey} as pair, workload_number, session_number, latency_ms, is_good, cost_usd
  from numbered where platform = '${platform}'
  qualify row_number() over (partition by pair order by attempt, at_us, n) = 1`;

const pairQuery = `
with numbered as (
  select *, dense_rank() over (order by workload) - 1 as workload_number,
    dense_rank() over (order by session) - 1 as session_number
  from costed_row
),
on_lambda as (${side('lambda')}),
on_ecs as (${side('ecs')})
select on_lambda.workload_number as workload, on_lambda.session_number as session,
  on_lambda.latency_ms as lambda_latency_ms, on_lambda.is_good::integer as lambda_is_good,
  on_lambda.cost_usd as lambda_cost_usd,
  on_ecs.latency_ms as ecs_latency_ms, on_ecs.is_good::integer as ecs_is_good,
  on_ecs.cost_usd as ecs_cost_usd
from on_lambda join on_ecs using (pair)
order by pair`;

interface Outcome {
  readonly latencyMs?: number;
  readonly isGood: boolean;
  /** NaN where it is unknown. */
  readonly costUsd: number;
}

function outcomeOf(
  platform: 'lambda' | 'ecs',
  row: number,
  at: (column: (typeof pairColumns)[number], row: number) => number,
): Outcome {
  const latencyMs = at(`${platform}_latency_ms`, row);
  return {
    isGood: at(`${platform}_is_good`, row) === 1,
    costUsd: at(`${platform}_cost_usd`, row),
    ...(Number.isNaN(latencyMs) ? {} : { latencyMs }),
  };
}

class ContrastSums {
  readonly #label: SessionSums;
  readonly #weight: SessionSums;
  readonly #latency: SessionSums;
  readonly #cost: SessionSums;
  #pairs = 0;

  constructor(sessions: number) {
    this.#label = new SessionSums(sessions);
    this.#weight = new SessionSums(sessions);
    this.#latency = new SessionSums(sessions);
    this.#cost = new SessionSums(sessions);
  }

  add(pair: {
    readonly session: number;
    readonly lambda: Outcome;
    readonly ecs: Outcome;
    readonly rule: Omit<UtilityRule, 'sloLatencyMs'> & {
      readonly sloLatencyMs: number | undefined;
    };
  }): void {
    const { session, lambda, ecs, rule } = pair;
    this.#pairs += 1;
    this.#latency.add(session, lnLatency(lambda, rule.timeoutMs) - lnLatency(ecs, rule.timeoutMs));
    if (Number.isNaN(lambda.costUsd) || Number.isNaN(ecs.costUsd)) return;
    this.#cost.add(session, lnCost(lambda.costUsd) - lnCost(ecs.costUsd));
    const { latencyWeight, timeoutMs, sloLatencyMs } = rule;
    const { label, weight } = labelPair(lambda, ecs, {
      rule: 'utility',
      latencyWeight,
      timeoutMs,
      ...(sloLatencyMs === undefined ? {} : { sloLatencyMs }),
    });
    this.#label.add(session, label);
    this.#weight.add(session, weight);
  }

  contrast(workload: string): PairContrast[] {
    const latency = this.#latency.mean();
    if (latency === undefined) return [];
    const [lambdaShare, weight, cost] = [
      this.#label.mean(),
      this.#weight.mean(),
      this.#cost.mean(),
    ];
    return [
      {
        workload,
        pairs: this.#pairs,
        latency,
        ...(lambdaShare === undefined ? {} : { lambdaShare }),
        ...(weight === undefined ? {} : { weight }),
        ...(cost === undefined ? {} : { cost }),
      },
    ];
  }
}

function lnLatency({ latencyMs, isGood }: Outcome, timeoutMs: number): number {
  return Math.log(Math.max(isGood && latencyMs !== undefined ? latencyMs : timeoutMs, 1e-3));
}

function lnCost(costUsd: number): number {
  return Math.log(Math.max(costUsd, costFloorUsd));
}
