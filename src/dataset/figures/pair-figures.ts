import { z } from 'zod';
import type { PairingRow, PositionRow } from '../../domain/dataset/measured.ts';
import type { Plan } from '../../domain/plan.ts';
import { platforms } from '../../domain/platform.ts';
import { sum } from '../../domain/statistics/statistics.ts';
import type { SumFigure, UnitIntervals } from '../../domain/statistics/unit-interval.ts';
import type { Database } from '../duckdb.ts';
import { byWorkload } from './measured-order.ts';
import { isMixedLoad } from './measured-rows.ts';

/**
 * METHOD 1.1: what coming second in a pair does to the latency, of good answers to the mixed load.
 * Nothing for a platform that was never in both places. Needs the table `measured`.
 */
export async function readPositions(
  database: Database,
  plan: Plan,
  intervals: UnitIntervals,
): Promise<PositionRow[]> {
  const rows = await database.read(positionQuery, positionShape);
  return byWorkload(
    rows.map(({ workload, platform, n1, sum1, n2, sum2 }): PositionRow => {
      const columns = [sum1, n1, sum2, n2];
      const interval = intervals(columns, secondOverFirst);
      return {
        workload,
        platform,
        first: sum(n1),
        second: sum(n2),
        slots: n1.length,
        logRatio: secondOverFirst(columns.map(sum)),
        ...(interval === undefined ? {} : { interval }),
      };
    }),
    plan,
  );
}

const secondOverFirst: SumFigure = ([sum1 = 0, n1 = 0, sum2 = 0, n2 = 0]) => sum2 / n2 - sum1 / n1;

const sums = z.array(z.number());

const positionShape = z.object({
  workload: z.string(),
  platform: z.enum(platforms),
  n1: sums,
  sum1: sums,
  n2: sums,
  sum2: sums,
});

const positionQuery = `
with slot as (
  select workload, platform, unit,
    count(*) filter (position = 1) as n1,
    coalesce(sum(ln(latency_ms)) filter (position = 1), 0) as sum1,
    count(*) filter (position = 2) as n2,
    coalesce(sum(ln(latency_ms)) filter (position = 2), 0) as sum2
  from measured
  where ${isMixedLoad} and is_good and latency_ms > 0
  group by workload, platform, unit
)
select workload, platform,
  list(n1::integer order by unit) as n1, list(sum1 order by unit) as sum1,
  list(n2::integer order by unit) as n2, list(sum2 order by unit) as sum2
from slot group by workload, platform
having sum(slot.n1) > 0 and sum(slot.n2) > 0
order by workload, platform desc
`;

/** Pairs of good answers to the mixed load. Nothing where a correlation does not exist. */
export async function readPairings(
  database: Database,
  plan: Plan,
  intervals: UnitIntervals,
): Promise<PairingRow[]> {
  const rows = await database.read(pairingQuery, pairingShape);
  return byWorkload(
    rows.flatMap(({ workload, n, x, y, xx, yy, xy }): PairingRow[] => {
      const columns = [n, x, y, xx, yy, xy];
      const correlation = correlationOf(columns.map(sum));
      if (!Number.isFinite(correlation)) return [];
      const interval = intervals(columns, correlationOf);
      return [
        {
          workload,
          pairs: sum(n),
          slots: n.length,
          correlation,
          ...(interval === undefined ? {} : { interval }),
        },
      ];
    }),
    plan,
  );
}

/** Fewer pairs than that lie on a line by chance. */
const fewestPairs = 10;

/** Pearson's, from sums of the centred logarithms. */
const correlationOf: SumFigure = ([n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0]) => {
  if (n < fewestPairs) return Number.NaN;
  const spread = Math.sqrt((xx - (x * x) / n) * (yy - (y * y) / n));
  return spread > 0 ? (xy - (x * y) / n) / spread : Number.NaN;
};

const pairingShape = z.object({
  workload: z.string(),
  n: sums,
  x: sums,
  y: sums,
  xx: sums,
  yy: sums,
  xy: sums,
});

/** Logarithms less their workload's mean, so that sums of squares keep their digits. */
const pairingQuery = `
with good as (
  select workload, unit, request_id, platform, ln(latency_ms) as log
  from measured where ${isMixedLoad} and is_good and latency_ms > 0
),
pair as (
  select workload, unit, on_lambda.log as x, on_ecs.log as y
  from (select * from good where platform = 'lambda') as on_lambda
  join (select * from good where platform = 'ecs') as on_ecs using (workload, unit, request_id)
),
centred as (
  select workload, unit,
    x - avg(x) over (partition by workload) as x, y - avg(y) over (partition by workload) as y
  from pair
),
slot as (
  select workload, unit, count(*) as n, sum(x) as x, sum(y) as y,
    sum(x * x) as xx, sum(y * y) as yy, sum(x * y) as xy
  from centred group by workload, unit
)
select workload, list(n::integer order by unit) as n,
  ${['x', 'y', 'xx', 'yy', 'xy'].map((sum) => `list(${sum} order by unit) as ${sum}`).join(', ')}
from slot group by workload order by workload
`;
