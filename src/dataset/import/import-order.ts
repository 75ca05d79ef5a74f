import { z } from 'zod';
import { type Platform, platforms } from '../../domain/platform.ts';
import { studentQuantile } from '../../domain/statistics/distributions.ts';
import { type SessionMean, sessionMean } from '../../domain/statistics/session-mean.ts';
import { mean, standardDeviation } from '../../domain/statistics/statistics.ts';
import type { Interval } from '../../domain/verdict/bootstrap.ts';
import type { Database } from '../duckdb.ts';
import { pairKey } from './planned-rows.ts';

/** How the two platforms stood in time, and what their order may have done (METHOD 4.7). */
export interface ImportOrder {
  /** `one-after-the-other` allows no confident verdict: what differs may be the hour. */
  readonly kind: 'at-the-same-time' | 'one-after-the-other' | 'one-platform';
  /** Time in which both were under load, as a part of the shorter platform's time, in [0, 1]. */
  readonly overlap: number;
  readonly stretches: readonly Stretch[];
  /** Second minus first, in ln latency, per platform; absent where it cannot be estimated. */
  readonly position: Readonly<Partial<Record<Platform, PositionEffect>>>;
}

/** One platform under load without a pause for the other. */
export interface Stretch {
  readonly platform: Platform;
  readonly session: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: number;
}

export interface PositionEffect {
  /** ln ratio: 0.02 is 2 % slower when second. */
  readonly mean: number;
  readonly interval?: Interval;
  /** Sessions, or rounds of two stretches, that it is of. */
  readonly units: number;
}

/** Below it platforms are taken to have run one after the other. */
const leastOverlap = 0.5;
/** A block that changes platform this much less often than by chance was sent in stretches. */
const fewSwitches = 0.1;

export async function importOrder(database: Database): Promise<ImportOrder> {
  const stretches = await readStretches(database);
  const present = new Set(stretches.map(({ platform }) => platform));
  if (present.size < 2) {
    return { kind: 'one-platform', overlap: 0, stretches: shown(stretches), position: {} };
  }
  const overlap = overlapOf(stretches);
  const isTogether = overlap >= leastOverlap;
  return {
    kind: isTogether ? 'at-the-same-time' : 'one-after-the-other',
    overlap,
    stretches: shown(stretches),
    position: isTogether ? await pairPosition(database) : roundPosition(stretches),
  };
}

const mostStretches = 20;

function shown(stretches: readonly MeasuredStretch[]): Stretch[] {
  return stretches.slice(0, mostStretches).map(({ residual: _, ...stretch }) => stretch);
}

/** With its mean ln latency over what its workloads usually have on the platform. */
interface MeasuredStretch extends Stretch {
  readonly residual: number;
}

const stretchRow = z.object({
  platform: z.enum(platforms),
  session: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  rows: z.number(),
  residual: z.number().nullable(),
});

/** A session (and window) is one stretch per platform, or as many as it was sent in. */
async function readStretches(database: Database): Promise<MeasuredStretch[]> {
  const unit = `session, coalesce("window", '')`;
  const rows = await database.read(
    `with turned as (
       select *, coalesce("window", '') as part,
         coalesce(platform <> lag(platform) over (partition by ${unit} order by at_us, n), false)
           as turns
       from costed_row
     ),
     numbered as (
       select *, sum(turns::integer) over (partition by session, part order by at_us, n) as run
       from turned
     ),
     unit as (
       select session, part,
         count(*) filter (turns) < ${fewSwitches} * 2 * count(*) filter (platform = 'lambda')
           * count(*) filter (platform = 'ecs') / count(*) as is_in_stretches
       from numbered group by session, part
     ),
     usual as (
       select workload, platform, median(ln(greatest(latency_ms, 0.001))) as usual_ln
       from costed_row where is_good group by workload, platform
     )
     select platform, session,
       min(at_us) / 1000.0 as "fromMs", max(at_us / 1000.0 + elapsed_ms) as "toMs",
       count(*) as rows,
       median(ln(greatest(latency_ms, 0.001)) - usual_ln) filter (is_good) as residual
     from numbered join unit using (session, part) left join usual using (workload, platform)
     group by session, part, platform, case when is_in_stretches then run end
     order by "fromMs", platform desc`,
    stretchRow,
  );
  return rows.map(({ residual, ...row }) => ({ ...row, residual: residual ?? Number.NaN }));
}

function overlapOf(stretches: readonly Stretch[]): number {
  const [lambda, ecs] = platforms.map((platform) =>
    merged(stretches.filter((stretch) => stretch.platform === platform)),
  );
  if (lambda === undefined || ecs === undefined) return 0;
  let bothMs = 0;
  for (const one of lambda) {
    for (const other of ecs) {
      bothMs += Math.max(0, Math.min(one.toMs, other.toMs) - Math.max(one.fromMs, other.fromMs));
    }
  }
  const shorterMs = Math.min(lengthOf(lambda), lengthOf(ecs));
  return shorterMs === 0 ? 0 : bothMs / shorterMs;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Of spans in the order of their beginnings. */
function merged(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const { fromMs, toMs } of spans) {
    const last = joined.at(-1);
    if (last === undefined || fromMs > last.toMs) joined.push({ fromMs, toMs });
    else joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, toMs) };
  }
  return joined;
}

function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
}

/** Two stretches that follow one another are a round; each platform is now first, now second. */
function roundPosition(stretches: readonly MeasuredStretch[]): ImportOrder['position'] {
  const places = new Map<Platform, { first: number[]; second: number[] }>(
    platforms.map((platform) => [platform, { first: [], second: [] }]),
  );
  for (let index = 0; index + 1 < stretches.length; index += 1) {
    const [first, second] = [stretches[index], stretches[index + 1]];
    if (first === undefined || second === undefined || first.platform === second.platform) continue;
    places.get(first.platform)?.first.push(first.residual);
    places.get(second.platform)?.second.push(second.residual);
    index += 1;
  }
  return Object.fromEntries(
    [...places].flatMap(([platform, { first, second }]) => {
      const effect = welch(first.filter(Number.isFinite), second.filter(Number.isFinite));
      return effect === undefined ? [] : [[platform, effect]];
    }),
  );
}

/** Welch's t on the values of the stretches; undefined where a place has fewer than two. */
function welch(first: readonly number[], second: readonly number[]): PositionEffect | undefined {
  if (first.length < 2 || second.length < 2) return undefined;
  const [one, two] = [first, second].map(
    (values) => standardDeviation(values) ** 2 / values.length,
  );
  if (one === undefined || two === undefined) return undefined;
  const difference = mean(second) - mean(first);
  const units = first.length + second.length;
  const spread = one + two;
  if (spread === 0)
    return { mean: difference, interval: { lower: difference, upper: difference }, units };
  const freedom = spread ** 2 / (one ** 2 / (first.length - 1) + two ** 2 / (second.length - 1));
  const half = studentQuantile(0.975, freedom) * Math.sqrt(spread);
  return {
    mean: difference,
    interval: { lower: difference - half, upper: difference + half },
    units,
  };
}

/** Within pairs: how much slower a platform is for having been sent to second. */
async function pairPosition(database: Database): Promise<ImportOrder['position']> {
  const rows = await database.read(
    `with pair as (
       select ${pairKey} as pair, min(at_us) as first_us, max(at_us) as last_us
       from costed_row where attempt = 1 group by pair having count(distinct platform) = 2
     ),
     placed as (
       select session, platform, at_us > first_us as is_second,
         ln(greatest(latency_ms, 0.001))
           - avg(ln(greatest(latency_ms, 0.001))) over (partition by workload, platform) as residual
       from costed_row join pair on pair = ${pairKey}
       where attempt = 1 and is_good and first_us < last_us
     )
     select platform, session, avg(residual) filter (is_second) as second,
       avg(residual) filter (not is_second) as first
     from placed group by platform, session
     having second is not null and first is not null order by platform, session`,
    z.object({
      platform: z.enum(platforms),
      session: z.string(),
      second: z.number(),
      first: z.number(),
    }),
  );
  return Object.fromEntries(
    platforms.flatMap((platform) => {
      const own = rows.filter((row) => row.platform === platform);
      const effect = sessionMean(
        own.map(({ first, second }) => second - first),
        own.map(() => 1),
      );
      return effect === undefined ? [] : [[platform, effectOf(effect)]];
    }),
  );
}

function effectOf({ mean: value, interval, sessions }: SessionMean): PositionEffect {
  return { mean: value, units: sessions, ...(interval === undefined ? {} : { interval }) };
}
