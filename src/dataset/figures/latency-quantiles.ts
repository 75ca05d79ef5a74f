import { z } from 'zod';
import type {
  LatencyGroup,
  QuantileFigure,
  QuantileFigures,
  QuantileName,
} from '../../domain/dataset/measured.ts';
import { canPrintQuantile } from '../../domain/statistics/statistics.ts';
import { shareOfSums, type UnitIntervals } from '../../domain/statistics/unit-interval.ts';
import type { Interval } from '../../domain/verdict/bootstrap.ts';
import type { Database } from '../duckdb.ts';

export interface QuantileQuestion {
  /** A table or view. */
  readonly from: string;
  readonly where: string;
  /** Columns that make the groups. */
  readonly keys: readonly string[];
  /** SQL of the latency to a good answer in ms, infinite without one; never null. */
  readonly latency: string;
  /** SQL of what is drawn again: the slot or block. */
  readonly unit: string;
  readonly quantiles: readonly QuantileName[];
  readonly intervals: UnitIntervals;
}

/** A group with the values of its keys, in the order in which the database gives them. */
export type KeyedGroup = LatencyGroup & { readonly keys: Readonly<Record<string, unknown>> };

/**
 * Quantiles of pooled rows (never averages of quantiles), with intervals over slots or blocks by
 * Woodruff's way: the share of requests below the quantile is a figure of sums, its interval is
 * METHOD 6.3's, and the rows at these shares are the ends of the quantile's interval.
 *
 * Source: R. Woodruff, Confidence Intervals for Medians and Other Position Measures, JASA 47, 1952.
 *
 * Leaves the table `latency_group` behind: `id`, the keys, `sorted`.
 */
export async function readLatencyGroups(
  database: Database,
  question: QuantileQuestion,
): Promise<KeyedGroup[]> {
  await createGroups(database, question);
  const groups = await database.read(groupQuery(question), groupShape);
  const cuts = await readCuts(database, question);
  const wanted = cuts.flatMap((cut) => boundsOf(cut, question.intervals));
  const values = await readRanks(database, wanted);
  return groups.map(({ id, requests, good, units, ...keys }) => ({
    keys,
    requests,
    good,
    units,
    ...figuresOf(
      cuts.filter((cut) => cut.id === id),
      values,
    ),
  }));
}

export const quantileOf: Readonly<Record<QuantileName, number>> = {
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
};

/** The place of a quantile among n sorted values, as `rankOf` of the domain has it. */
export function rankInSql(share: string, n: string): string {
  return `greatest(1, ceil(${share} * ${n} - 1e-9))::bigint`;
}

async function createGroups(database: Database, question: QuantileQuestion): Promise<void> {
  const { from, where, keys, latency, unit } = question;
  await database.run(`
    create or replace temp table latency_group as
    select row_number() over (order by ${keys.join(', ')}) as id, *
    from (
      select ${keys.join(', ')}, list_sort(list(${latency})) as sorted,
        count(*) as requests, count(*) filter (isfinite(${latency})) as good,
        count(distinct ${unit}) as units
      from ${from} where ${where} group by ${keys.join(', ')}
    )`);
}

const groupShape = z.looseObject({
  id: z.number(),
  requests: z.number(),
  good: z.number(),
  units: z.number(),
});

const groupQuery = ({ keys }: QuantileQuestion): string =>
  `select id, ${keys.join(', ')}, requests, good, units from latency_group order by id`;

type Cut = z.output<typeof cutShape>;

const cutShape = z.object({
  id: z.number(),
  name: z.enum(['p50', 'p90', 'p95', 'p99']),
  requests: z.number(),
  value: z.number(),
  hits: z.array(z.number()),
  of: z.array(z.number()),
});

/** Of each printable quantile: its value, and per slot how many requests are not above it. */
async function readCuts(database: Database, question: QuantileQuestion): Promise<Cut[]> {
  const { from, where, keys, latency, unit, quantiles } = question;
  const shares = quantiles.map((name) => `('${name}', ${quantileOf[name]}::double)`).join(', ');
  const cuts = await database.read(
    `with cut as (
       select id, ${keys.join(', ')}, name, requests,
         sorted[${rankInSql('q', 'requests')}] as value
       from latency_group, (values ${shares}) as asked(name, q)
     ),
     counted as (
       select id, name, requests, value, ${unit} as unit,
         count(*) filter (${latency} <= value) as hits, count(*) as n
       from (select * from ${from} where ${where}) as row
       join cut using (${keys.join(', ')})
       where isfinite(value)
       group by all
     )
     select id, name, requests, value,
       list(hits::integer order by unit) as hits, list(n::integer order by unit) as of
     from counted group by id, name, requests, value order by id, name`,
    cutShape,
  );
  return cuts.filter(({ requests, name }) => canPrintQuantile(requests, quantileOf[name]));
}

type End = 'lower' | 'upper';

interface WantedRank {
  readonly id: number;
  readonly name: QuantileName;
  readonly which: End;
  readonly share: number;
}

/** Where the share below the quantile may be too high, the true quantile lies lower. */
function boundsOf({ id, name, hits, of }: Cut, intervals: UnitIntervals): WantedRank[] {
  const interval = intervals([hits, of], shareOfSums);
  if (interval === undefined) return [];
  const share = hits.reduce((sum, value) => sum + value, 0) / of.reduce((sum, n) => sum + n, 0);
  const { lower, upper }: Interval = interval;
  return [
    { id, name, which: 'lower', share: quantileOf[name] - (upper - share) },
    { id, name, which: 'upper', share: quantileOf[name] + (share - lower) },
  ];
}

async function readRanks(
  database: Database,
  wanted: readonly WantedRank[],
): Promise<ReadonlyMap<string, number>> {
  if (wanted.length === 0) return new Map();
  await database.run('drop table if exists wanted_rank');
  await database.createTable(
    'wanted_rank',
    { id: 'BIGINT', name: 'VARCHAR', which: 'VARCHAR', share: 'DOUBLE' },
    wanted.map((rank) => ({ ...rank })),
  );
  const values = await database.read(
    `select id, name, which, sorted[${rankInSql('share', 'requests')}] as value
     from wanted_rank join latency_group using (id)
     where share > 0 and share <= 1 and isfinite(value)`,
    z.object({ id: z.number(), name: z.string(), which: z.string(), value: z.number() }),
  );
  return new Map(values.map(({ id, name, which, value }) => [`${id}/${name}/${which}`, value]));
}

function figuresOf(cuts: readonly Cut[], values: ReadonlyMap<string, number>): QuantileFigures {
  return Object.fromEntries(
    cuts.map(({ id, name, value }) => {
      const lowerMs = values.get(`${id}/${name}/lower`);
      const upperMs = values.get(`${id}/${name}/upper`);
      const figure: QuantileFigure = {
        valueMs: value,
        ...(lowerMs === undefined ? {} : { lowerMs }),
        ...(upperMs === undefined ? {} : { upperMs }),
      };
      return [name, figure];
    }),
  );
}
