import { loadFeatures } from '../../domain/models/feature.ts';
import type { Database } from '../duckdb.ts';

/** As `LoadState` has it: the last minute, or the time since the session's first send. */
const windowUs = 60_000_000;
const shortestUs = 1_000_000;

/**
 * Adds `outcome`, `is_good`, `elapsed_ms` (until the client stopped waiting), the resampling block
 * `session`, and the load columns that are blank: of each session and workload, from rows sent
 * earlier alone (METHOD 4.7). Two rows of the same time do not see each other, because nobody knows
 * which was first.
 */
export async function createLoadedRows(database: Database, timeoutMs: number): Promise<void> {
  await createSentRows(database, timeoutMs);
  await createTicks(database);
  await createLoads(database);
  const own = loadFeatures.map(
    (field) => `coalesce(sent_row.${field}, load_row.${field}) as ${field}`,
  );
  await database.run(`
    create table loaded_row as
    select sent_row.* replace (${own.join(', ')}),
      ${loadFeatures
        .slice(0, 4)
        .map((field) => `sent_row.${field} is null`)
        .join(' or ')} as is_load_made
    from sent_row join load_row using (session, workload, at_us)`);
  for (const table of ['tick', 'sent_row', 'load_row']) await database.run(`drop table ${table}`);
}

async function createSentRows(database: Database, timeoutMs: number): Promise<void> {
  await database.run(`
    create table sent_row as
    select * replace (
        coalesce(session, made_session) as session,
        case when has_answer then latency_ms end as latency_ms
      ),
      session is null as is_session_made,
      coalesce(latency_ms, ${timeoutMs}) as elapsed_ms,
      case when has_answer then 'answered'
        when regexp_matches(lower(error), '${timeoutWords}') then 'timeout' else 'failed' end as outcome,
      has_answer and status_code between 200 and 399 and error is null as is_good
    from (${withMadeSessions})`);
  await database.run('alter table sent_row drop column made_session');
}

/** What was sent and what ended, at each time of a session and workload and until then. */
async function createTicks(database: Database): Promise<void> {
  await database.run(`
    create table tick as
    with moment as (
      select session, workload, platform, at_us, 1 as sent, 0 as ended from sent_row
      union all
      select session, workload, platform,
        at_us + greatest(1, round(1000 * elapsed_ms)::bigint), 0, 1
      from sent_row
    ),
    summed as (
      select session, workload, at_us, ${perPlatform(inTick)}
      from moment group by session, workload, at_us
    )
    select *, ${perPlatform(soFar)}
    from summed
    window so_far as (
        partition by session, workload order by at_us rows unbounded preceding),
      earlier as (
        partition by session, workload order by at_us
        rows between unbounded preceding and 1 preceding)`);
}

async function createLoads(database: Database): Promise<void> {
  await database.run(`
    create table load_row as
    with begun as (select session, min(at_us) as first_us from sent_row group by session),
    recent as (
      select tick.*, first_us, ${perPlatform(inMinute)}
      from (select * from tick where sent_lambda + sent_ecs > 0) tick
        join begun using (session)
        asof left join tick old
          on old.session = tick.session and old.workload = tick.workload
            and tick.at_us - ${windowUs} > old.at_us
    )
    select session, workload, at_us,
      all_sent_lambda - sent_lambda - all_ended_lambda as in_flight_lambda,
      all_sent_ecs - sent_ecs - all_ended_ecs as in_flight_ecs,
      recent_lambda * 1e6 / ${observedUs} as recent_rate_lambda_per_s,
      recent_ecs * 1e6 / ${observedUs} as recent_rate_ecs_per_s,
      (at_us - last_lambda) / 1000.0 as since_previous_lambda_ms,
      (at_us - last_ecs) / 1000.0 as since_previous_ecs_ms
    from recent`);
}

/** METHOD 2.2: after such a pause environments are cold again. */
const pauseUs = 300_000_000;
const hourUs = 3_600_000_000;

/** Where the file names no sessions: one after every pause, and load without a pause by hours. */
const withMadeSessions = `
  select * exclude (follows_pause, burst),
    strftime(make_timestamp(min(at_us) over (partition by burst)), '%Y-%m-%dT%H:%M:%SZ')
      || '+' || ((at_us - min(at_us) over (partition by burst)) // ${hourUs}) || 'h' as made_session
  from (
    select *, sum(follows_pause::integer) over (order by at_us rows unbounded preceding) as burst
    from (
      select *, coalesce(at_us - lag(at_us) over (order by at_us) > ${pauseUs}, false) as follows_pause
      from import_row where drop_reason is null and not is_broken))`;

const timeoutWords = 'time.?d?.?out|deadline';

const observedUs = `least(${windowUs}, greatest(${shortestUs}, at_us - first_us))`;

function perPlatform(columns: (platform: string) => string): string {
  return `${columns('lambda')}, ${columns('ecs')}`;
}

/** What happened at one time. */
function inTick(platform: string): string {
  const own = `filter (platform = '${platform}')`;
  return `
    coalesce(sum(sent) ${own}, 0) as sent_${platform},
    coalesce(sum(ended) ${own}, 0) as ended_${platform}`;
}

/** An end at a time is known to a send of that time; a send is known to later ones only. */
function soFar(platform: string): string {
  return `
    sum(sent_${platform}) over so_far as all_sent_${platform},
    sum(ended_${platform}) over so_far as all_ended_${platform},
    max(case when sent_${platform} > 0 then at_us end) over earlier as last_${platform}`;
}

/** Sent before, less what was sent more than a minute before. */
function inMinute(platform: string): string {
  const all = `all_sent_${platform}`;
  return `tick.${all} - tick.sent_${platform} - coalesce(old.${all}, 0) as recent_${platform}`;
}
