import { z } from 'zod';
import type { QuantileFigure } from '../../domain/dataset/measured.ts';
import type {
  CampaignProfile,
  LadderRow,
  LatencyEnds,
  LatencyRow,
  OutcomeRow,
} from '../../domain/dataset/profile.ts';
import { outcomes } from '../../domain/observation.ts';
import { type Plan, requireWorkload } from '../../domain/plan.ts';
import { platforms } from '../../domain/platform.ts';
import { rateAtUtilisation } from '../../domain/requests/ladder.ts';
import { unitIntervals } from '../../domain/statistics/unit-interval.ts';
import { type Database, quotedList } from '../duckdb.ts';
import { explainedReasons } from '../join/join-observations.ts';
import { isScored } from '../observations.ts';
import { requireCpuMs } from '../prices.ts';
import { ascendingLatencies, printableQuantile } from '../quantile.ts';
import { readLatencyGroups } from './latency-quantiles.ts';

type Totals = Pick<CampaignProfile, 'rows' | 'pairs' | 'joinedShare' | 'explainedShare'>;

/**
 * `joinedShare`: rows with their platform record. `explainedShare`: these and the rows for which it
 * is known why there is none (METHOD 1.6). Both 0 without rows.
 */
export async function readTotals(database: Database): Promise<Totals> {
  const totals = await database.readOne(
    `select
       count(*) as rows,
       count(*) filter (unjoined_reason is null) as joined,
       count(*) filter (unjoined_reason in (select unnest(${quotedList(explainedReasons)})))
         as explained,
       (
         select count(*) from (
           select 1 from observation where ${isScored} and arm is null
           group by slot, request_id having count(distinct platform) = 2
         )
       ) as pairs
     from observation`,
    z.object({
      rows: z.number(),
      joined: z.number(),
      explained: z.number(),
      pairs: z.number(),
    }),
  );
  const { rows, pairs, joined, explained } = totals;
  return {
    rows,
    pairs,
    joinedShare: rows === 0 ? 0 : joined / rows,
    explainedShare: rows === 0 ? 0 : (joined + explained) / rows,
  };
}

const latencyShape = z.object({
  workload: z.string(),
  platform: z.enum(platforms),
  latencies: z.array(z.number().nullable()),
  server_ms: z.array(z.number()),
  cold_starts: z.number(),
  cost_usd: z.number(),
});

/** In the plan's order. The price is per 1,000 requests, good or not. */
export async function readLatencies(database: Database, plan: Plan): Promise<LatencyRow[]> {
  const measured = await database.read(
    `select workload, platform,
       list(if(is_good, latency_ms, null)) as latencies,
       coalesce(list(server_ms) filter (is_good and server_ms is not null), []) as server_ms,
       count(*) filter (platform = 'lambda' and environment_sequence = 1) as cold_starts,
       sum(cost_usd::decimal(38, 18))::double / count(cost_usd) as cost_usd
     from costed_observation
     where ${isScored} and ladder_step is null
     group by workload, platform`,
    latencyShape,
  );
  return inPlanOrder(measured, plan).map((row) => {
    const ascending = ascendingLatencies(row.latencies);
    const serverMs = printableQuantile(ascendingLatencies(row.server_ms), 0.5);
    return {
      workload: row.workload,
      platform: row.platform,
      requests: ascending.length,
      good: ascending.filter(Number.isFinite).length,
      ...quantilesOf(ascending),
      ...(serverMs === undefined ? {} : { serverMsP50: serverMs }),
      coldStarts: row.cold_starts,
      marginalPer1000Usd: 1000 * row.cost_usd,
    };
  });
}

const stepShape = z.object({
  workload: z.string(),
  platform: z.enum(platforms),
  ladder_step: z.number(),
});

/** A step means the same utilisation, and so the same rate, in every slot. */
export async function readLadder(
  database: Database,
  plan: Plan,
  cpuMs: Readonly<Record<string, number>>,
): Promise<LadderRow[]> {
  const groups = await readLatencyGroups(database, {
    from: 'observation',
    where: `${isScored} and ladder_step is not null`,
    keys: ['ladder_step', 'workload', 'platform'],
    latency: "if(is_good, latency_ms, 'infinity'::double)",
    unit: 'slot',
    quantiles: ['p50', 'p95'],
    intervals: unitIntervals(plan.seed),
  });
  const rows = groups.map(({ keys, requests, units, p50, p95 }) => {
    const { workload, platform, ladder_step: step } = stepShape.parse(keys);
    const utilisation = plan.load.ladder?.utilisation[step - 1];
    if (utilisation === undefined) {
      throw new Error(`There are rows of ladder step ${step}, which the plan does not have.`);
    }
    const ratePerS = rateAtUtilisation(
      requireWorkload(plan, workload),
      utilisation,
      requireCpuMs(cpuMs, workload),
    );
    return {
      workload,
      platform,
      step,
      utilisation,
      ratePerS,
      requests,
      slots: units,
      ...(p50 === undefined ? {} : { p50: p50.valueMs }),
      ...(p95 === undefined ? {} : { p95: p95.valueMs }),
      ...(hasEnds(p50) ? { p50Interval: endsOf(p50) } : {}),
      ...(hasEnds(p95) ? { p95Interval: endsOf(p95) } : {}),
    };
  });
  return inPlanOrder(rows, plan);
}

function hasEnds(figure: QuantileFigure | undefined): figure is QuantileFigure {
  return figure?.lowerMs !== undefined || figure?.upperMs !== undefined;
}

function endsOf({ lowerMs, upperMs }: QuantileFigure): LatencyEnds {
  return {
    ...(lowerMs === undefined ? {} : { lowerMs }),
    ...(upperMs === undefined ? {} : { upperMs }),
  };
}

/** Every outcome with every reason for a missing platform record, the most frequent first. */
export async function readOutcomes(database: Database): Promise<OutcomeRow[]> {
  const measured = await database.read(
    `select outcome, unjoined_reason as reason, count(*) as rows
     from observation group by all order by rows desc, outcome, reason`,
    z.object({ outcome: z.enum(outcomes), reason: z.string().nullable(), rows: z.number() }),
  );
  return measured.map(({ outcome, reason, rows }) => ({
    outcome,
    ...(reason === null ? {} : { reason }),
    rows,
  }));
}

/**
 * METHOD 1.1. Requests are not the same in first and second place, so workloads are compared with
 * themselves and weighted by their rows. Nothing for a platform that was never in both places.
 */
export async function readPositionEffect(
  database: Database,
): Promise<CampaignProfile['positionEffect']> {
  const measured = await database.read(
    `with place as (
       select workload, platform,
         avg(ln(latency_ms)) filter (position = 1) as first_log,
         avg(ln(latency_ms)) filter (position = 2) as second_log,
         count(*) as rows
       from observation
       where ${isScored} and ladder_step is null and arm is null and is_good and latency_ms > 0
       group by workload, platform
     )
     select platform,
       sum(rows * (second_log - first_log)) / sum(rows) as log_ratio,
       sum(rows) as pairs
     from place
     where first_log is not null and second_log is not null
     group by platform order by platform desc`,
    z.object({ platform: z.enum(platforms), log_ratio: z.number(), pairs: z.number() }),
  );
  return measured.map(({ platform, log_ratio, pairs }) => ({
    platform,
    logRatio: log_ratio,
    pairs,
  }));
}

function inPlanOrder<Row extends { readonly workload: string; readonly platform: string }>(
  rows: readonly Row[],
  plan: Plan,
): Row[] {
  return plan.workloads.flatMap(({ name }) =>
    platforms.flatMap((platform) =>
      rows.filter((row) => row.workload === name && row.platform === platform),
    ),
  );
}

/** Only those that may be printed. */
function quantilesOf(
  ascending: readonly number[],
): Readonly<Partial<Record<'p50' | 'p95' | 'p99', number>>> {
  const p50 = printableQuantile(ascending, 0.5);
  const p95 = printableQuantile(ascending, 0.95);
  const p99 = printableQuantile(ascending, 0.99);
  return {
    ...(p50 === undefined ? {} : { p50 }),
    ...(p95 === undefined ? {} : { p95 }),
    ...(p99 === undefined ? {} : { p99 }),
  };
}
