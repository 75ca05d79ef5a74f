import { z } from 'zod';
import type { CampaignPart, PlannedSendRow, RunFigures } from '../../domain/dataset/measured.ts';
import type { Plan } from '../../domain/plan.ts';
import { sendLagLimitMs } from '../../domain/send-lag.ts';
import type { UnitIntervals } from '../../domain/statistics/unit-interval.ts';
import { type Database, quotedList } from '../duckdb.ts';
import { explainedReasons } from '../join/join-observations.ts';
import { placeKey, placeShape, readInsideSlo } from './latency-distributions.ts';
import { readLatencyGroups } from './latency-quantiles.ts';
import { bySideAndWorkload } from './measured-order.ts';

/** One of each load run, the first to begin first. Needs the table `measured`. */
export async function readRuns(database: Database): Promise<RunFigures[]> {
  const runs = await database.read(runQuery, runShape);
  return runs.map(({ lag_p50, lag_p99, not_issued, in_flight, ...run }) => ({
    ...run,
    notIssued: not_issued,
    inFlight: in_flight,
    ...(lag_p50 === null ? {} : { lagMsP50: lag_p50 }),
    ...(lag_p99 === null ? {} : { lagMsP99: lag_p99 }),
  }));
}

const runShape = z.object({
  run: z.string(),
  part: z.enum(['collection', 'evaluation']),
  unit: z.number(),
  rows: z.number(),
  joined: z.number(),
  explained: z.number(),
  unrecorded: z.number(),
  not_issued: z.number(),
  lag_p50: z.number().nullable(),
  lag_p99: z.number().nullable(),
  in_flight: z.number(),
});

const runQuery = `
select run, part, unit,
  count(*) as rows,
  count(*) filter (unjoined_reason is null) as joined,
  count(*) filter (unjoined_reason in (select unnest(${quotedList(explainedReasons)})))
    as explained,
  count(*) filter (outcome = 'unrecorded') as unrecorded,
  count(*) filter (outcome = 'not-issued') as not_issued,
  quantile_cont(send_lag_ms, 0.5) as lag_p50,
  quantile_cont(send_lag_ms, 0.99) as lag_p99,
  coalesce(max(in_flight), 0) as in_flight
from measured group by run, part, unit order by min(planned_at), run
`;

/**
 * METHOD 1.4: where a run was late, what its part of the campaign measured, from the actual and from
 * the planned send. Undefined where no run was. Needs the table `measured`.
 */
export async function readPlannedSends(
  database: Database,
  input: {
    readonly plan: Plan;
    readonly runs: readonly RunFigures[];
    readonly intervals: UnitIntervals;
  },
): Promise<PlannedSendRow[] | undefined> {
  const late = input.runs.filter(({ lagMsP99 = 0 }) => lagMsP99 > sendLagLimitMs);
  if (late.length === 0) return undefined;
  const parts = [...new Set(late.map(({ part }) => part))];
  const actual = await readFrom(database, 'latency', { parts, intervals: input.intervals });
  const planned = await readFrom(database, 'planned_latency', {
    parts,
    intervals: input.intervals,
  });
  return bySideAndWorkload(
    [...actual.values()].flatMap(({ place, figures }) => {
      const other = planned.get(placeKey(place));
      return other === undefined ? [] : [{ ...place, actual: figures, planned: other.figures }];
    }),
    input.plan,
  );
}

type Measured = PlannedSendRow['actual'];

async function readFrom(
  database: Database,
  latency: 'latency' | 'planned_latency',
  {
    parts,
    intervals,
  }: {
    readonly parts: readonly CampaignPart[];
    readonly intervals: UnitIntervals;
  },
): Promise<
  ReadonlyMap<string, { readonly place: z.output<typeof placeShape>; readonly figures: Measured }>
> {
  const groups = await readLatencyGroups(database, {
    from: 'measured',
    where: `is_scored and ladder_step is null and list_contains(${quotedList(parts)}, part)`,
    keys: ['part', 'side', 'workload'],
    latency,
    unit: 'unit',
    quantiles: ['p50', 'p95', 'p99'],
    intervals,
  });
  const inside = await readInsideSlo(database, latency);
  return new Map(
    groups.map(({ keys, ...group }) => {
      const place = placeShape.parse(keys);
      const insideSlo = inside.get(placeKey(place));
      const figures = { ...group, ...(insideSlo === undefined ? {} : { insideSlo }) };
      return [placeKey(place), { place, figures }];
    }),
  );
}
