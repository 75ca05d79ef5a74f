import { z } from 'zod';
import type { LatencyDistribution } from '../../domain/dataset/measured.ts';
import type { Plan } from '../../domain/plan.ts';
import { canPrintQuantile } from '../../domain/statistics/statistics.ts';
import type { UnitIntervals } from '../../domain/statistics/unit-interval.ts';
import type { Database } from '../duckdb.ts';
import { rankInSql, readLatencyGroups } from './latency-quantiles.ts';
import { bySideAndWorkload } from './measured-order.ts';

/** Needs the table `measured`. In the order of parts, workloads of the plan, and sides. */
export async function readLatencyDistributions(
  database: Database,
  plan: Plan,
  intervals: UnitIntervals,
): Promise<LatencyDistribution[]> {
  const groups = await readLatencyGroups(database, {
    from: 'measured',
    where: 'is_scored and ladder_step is null',
    keys: ['part', 'side', 'workload'],
    latency: 'latency',
    unit: 'unit',
    quantiles: ['p50', 'p95', 'p99'],
    intervals,
  });
  const curves = await readCurves(database);
  const inside = await readInsideSlo(database, 'latency');
  return bySideAndWorkload(
    groups.map(({ keys, ...group }) => {
      const place = placeShape.parse(keys);
      const insideSlo = inside.get(placeKey(place));
      return {
        ...place,
        ...group,
        ...(insideSlo === undefined ? {} : { insideSlo }),
        curve: curves.get(placeKey(place)) ?? [],
      };
    }),
    plan,
  );
}

export const placeShape = z.object({
  part: z.enum(['collection', 'evaluation']),
  side: z.string(),
  workload: z.string(),
});

export function placeKey(place: z.output<typeof placeShape>): string {
  return `${place.part}/${place.side}/${place.workload}`;
}

/** Good requests inside the SLO, of workloads that have one. */
export async function readInsideSlo(
  database: Database,
  latency: 'latency' | 'planned_latency',
): Promise<ReadonlyMap<string, number>> {
  const rows = await database.read(
    `select part, side, workload, count(*) filter (${latency} <= slo_ms) as inside
     from measured where is_scored and ladder_step is null and slo_ms is not null
     group by part, side, workload`,
    placeShape.extend({ inside: z.number() }),
  );
  return new Map(rows.map((row) => [placeKey(row), row.inside]));
}

/** Fine enough for a line, coarse enough for thirty of them on a page. */
const curveShares = [
  0.01,
  0.02,
  ...Array.from({ length: 31 }, (_, index) => (5 + 3 * index) / 100),
  0.97,
  0.98,
  0.99,
  0.995,
  0.999,
];

/** Of the groups of `latency_group`; a share that only few requests lie above is left out. */
async function readCurves(
  database: Database,
): Promise<ReadonlyMap<string, LatencyDistribution['curve']>> {
  const rows = await database.read(
    `select part, side, workload, requests,
       list_transform(
         [${curveShares.join(', ')}]::double[],
         lambda share: nullif(sorted[${rankInSql('share', 'requests')}], 'infinity'::double)
       ) as latencies
     from latency_group`,
    placeShape.extend({ requests: z.number(), latencies: z.array(z.number().nullable()) }),
  );
  return new Map(
    rows.map((row) => [
      placeKey(row),
      curveShares.flatMap((share, index) => {
        const latencyMs = row.latencies[index] ?? undefined;
        const isShown = latencyMs !== undefined && canPrintQuantile(row.requests, share);
        return isShown ? [{ share, latencyMs }] : [];
      }),
    ]),
  );
}
