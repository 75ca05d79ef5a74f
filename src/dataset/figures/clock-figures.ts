import { z } from 'zod';
import type { ClockRow } from '../../domain/dataset/measured.ts';
import type { Plan } from '../../domain/plan.ts';
import { platforms } from '../../domain/platform.ts';
import type { UnitIntervals } from '../../domain/statistics/unit-interval.ts';
import type { Database } from '../duckdb.ts';
import { readLatencyGroups } from './latency-quantiles.ts';
import { byWorkload } from './measured-order.ts';
import { isMixedLoad } from './measured-rows.ts';

/**
 * The collection's mixed load by hour of the day or day of the week, on the clock of the plan's
 * time zone. A weekday of one week is one day: its rows have no interval (METHOD 6.3). Needs the
 * table `measured`.
 */
export async function readClock(
  database: Database,
  {
    plan,
    by,
    intervals,
  }: {
    readonly plan: Plan;
    readonly by: 'hour' | 'weekday';
    readonly intervals: UnitIntervals;
  },
): Promise<ClockRow[]> {
  const groups = await readLatencyGroups(database, {
    from: 'measured',
    where: isMixedLoad,
    keys: [by === 'hour' ? 'local_hour' : 'local_day', 'platform', 'workload'],
    latency: 'latency',
    unit: 'unit',
    quantiles: ['p50', 'p95'],
    intervals: by === 'hour' ? intervals : () => undefined,
  });
  return byWorkload(
    groups.map(({ keys, ...group }) => {
      const { local_hour, local_day, platform, workload } = keyShape.parse(keys);
      return { at: local_hour ?? local_day ?? 0, workload, platform, ...group };
    }),
    plan,
  );
}

const keyShape = z.object({
  local_hour: z.number().optional(),
  local_day: z.number().optional(),
  platform: z.enum(platforms),
  workload: z.string(),
});
