/**
 * k6's CSV output has one row per metric and no id of a request. It writes the rows of one request
 * together, beginning with `http_reqs`, all with the same time and tags (k6, `output/csv/output.go`
 * and `lib/netext/httpext/tracer.go`): so a request is an `http_reqs` row and the `http_req_*` rows
 * up to the next one. The time is that of the last byte, in whole seconds unless
 * K6_CSV_TIME_FORMAT is unix_nano.
 */
import { z } from 'zod';
import { microsOf, numberOf } from '../cell-values.ts';
import type { Database } from '../duckdb.ts';
import { loadTable } from '../tables/table-load.ts';
import { addedFields, type ImportField } from './import-form.ts';
import type { SourceInput, SourceTable } from './source-table.ts';

/** Of these columns the rows of one request have the same values. */
const sharedColumns = ['timestamp', 'name', 'url', 'method', 'status', 'error_code'] as const;

const k6Columns = [
  'metric_name',
  'metric_value',
  ...sharedColumns,
  'error',
  'scenario',
  'extra_tags',
  'metadata',
] as const;

export async function loadK6(
  database: Database,
  { file, number, columns }: SourceInput,
): Promise<SourceTable> {
  const tags = columns.flatMap((column) => tagOf(column) ?? []);
  const others = [...columns, ...addedFields(file.columns)].filter(
    (column) => tagOf(column) === undefined,
  );
  const known = [...new Set([...k6Columns, ...others])].filter((column) =>
    file.columns.includes(column),
  );
  const aliasOf = (column: string): string | undefined => {
    const index = known.indexOf(column);
    return index === -1 ? undefined : `c${index}`;
  };
  const metrics = `metric_${number}`;
  const text = (column: string): string => aliasOf(column) ?? 'null::varchar';
  const loaded = await loadTable(
    database,
    file,
    metrics,
    Object.fromEntries(known.map((column, index) => [`c${index}`, column])),
  );
  const table = `source_${number}`;
  const starts = await startingMetric(database, metrics, text('metric_name'));
  await database.run(
    `create table ${table} as ${requestQuery({ metrics, starts, text, columns: known.length })}`,
  );
  await database.run(`drop table ${metrics}`);
  const textIn = (column: string): string | undefined => {
    const tag = tagOf(column);
    return tag === undefined ? aliasOf(column) : tagValue(tag, text);
  };
  return {
    loaded,
    table,
    valueOf: textIn,
    fields: { ...fieldsOf(number, text), ...addedOf(file.columns, aliasOf) },
    notes: [
      ...notes,
      ...(await precisionNotes(database, table, text('timestamp'))),
      ...tagNotes(tags),
    ],
  };
}

const isRequestMetric = "(metric = 'http_reqs' or starts_with(metric, 'http_req_'))";

/** Requests, and behind them the rows of which none was made, with the reason. */
function requestQuery(input: {
  readonly metrics: string;
  /** The metric that a request begins with. */
  readonly starts: string;
  readonly text: TextOf;
  readonly columns: number;
}): string {
  const { metrics, starts, text, columns } = input;
  const aliases = Array.from({ length: columns }, (_, index) => `c${index}`);
  const shared = sharedColumns.map((column) => `coalesce(${text(column)}, '')`);
  return `
    with numbered as (
      select *, ${text('metric_name')} as metric, ${numberOf(text('metric_value'))} as value,
        coalesce(metric = '${starts}', false) as starts,
        concat_ws('|', ${shared.join(', ')}) as shared
      from ${metrics}
    ),
    placed as (
      select *, sum(starts::integer) over (order by n) as request from numbered
    ),
    request as (
      select
        min(n) as n,
        ${aliases.map((alias) => `arg_min(${alias}, n) as ${alias}`).join(', ')},
        min(value) filter (metric = 'http_req_duration') as duration_ms,
        min(value) filter (metric = 'http_req_blocked') as blocked_ms,
        max(value) filter (metric = 'http_req_failed') as failed,
        count(distinct shared) > 1 or count(*) > count(distinct metric) as is_torn
      from placed
      where ${isRequestMetric} and request > 0 and not is_broken
      group by request
    )
    select n, false as is_broken, null::varchar as drop_reason,
      case when is_torn then 'mixed' when duration_ms is null then 'incomplete' end as fault,
      * exclude (n, is_torn)
    from request
    union all by name
    select n, is_broken,
      case when not is_broken then
        case when ${isRequestMetric} then 'metric ' || metric || ' before the first request of the file'
        else 'metric ' || coalesce(metric, '(blank)') || ', which is of no single request' end
      end as drop_reason,
      ${aliases.join(', ')}
    from placed
    where is_broken or coalesce(not (${isRequestMetric}), true) or request = 0`;
}

/** A file out of which somebody has taken only the durations has them as its requests. */
async function startingMetric(database: Database, table: string, metric: string): Promise<string> {
  const { counters } = await database.readOne(
    `select count(*) as counters from ${table} where ${metric} = 'http_reqs'`,
    z.object({ counters: z.number() }),
  );
  return counters > 0 ? 'http_reqs' : 'http_req_duration';
}

type TextOf = (column: string) => string;

/**
 * `http_req_duration` is sending, waiting and receiving; `http_req_blocked` before it is looking up,
 * connecting and TLS. Together they are what METHOD 2.1 calls latency.
 */
function fieldsOf(number: number, text: TextOf): Partial<Record<ImportField, string>> {
  const latencyMs = '(duration_ms + coalesce(blocked_ms, 0))';
  const hasAnswer = `coalesce(${text('status')}, '0') <> '0'`;
  return {
    request_id: `'${number}.' || n`,
    sent_at: `case when duration_ms is null then ${text('timestamp')}
      else (${microsOf(text('timestamp'))} - round(1000 * ${latencyMs})::bigint)::varchar end`,
    workload: text('name'),
    latency_ms: `${latencyMs}::varchar`,
    status_code: text('status'),
    error: `case
      when not ${hasAnswer} then coalesce(${text('error')}, 'k6 error ' || ${text('error_code')}, 'no answer')
      when ${text('status')} >= '400' then ${text('error')}
      when failed > 0 then coalesce(${text('error')}, 'not the expected response') end`,
  };
}

function addedOf(
  columns: readonly string[],
  aliasOf: (column: string) => string | undefined,
): Partial<Record<ImportField, string>> {
  return Object.fromEntries(
    addedFields(columns).flatMap((field) => {
      const alias = aliasOf(field);
      return alias === undefined ? [] : [[field, alias]];
    }),
  );
}

/** The name in `tag:<name>`. */
function tagOf(column: string): string | undefined {
  return /^tag:([\w.-]+)$/.exec(column)?.[1];
}

/** Tags and metadata of the script, as k6 writes them: `name=value&other=value`. */
function tagValue(tag: string, text: TextOf): string {
  const all = `concat_ws('&', ${text('extra_tags')}, ${text('metadata')})`;
  const name = tag.replaceAll('.', '\\.');
  return `nullif(regexp_extract(${all}, '(?:^|&)${name}=([^&]*)', 1), '')`;
}

const notes = [
  'k6: a request is an http_reqs row and the http_req_* rows behind it; its send is the time of the ' +
    'row less its latency, which is http_req_blocked + http_req_duration.',
];

async function precisionNotes(
  database: Database,
  table: string,
  timestamp: string,
): Promise<string[]> {
  const { whole } = await database.readOne(
    `select coalesce(bool_and(${microsOf(timestamp)} % 1000000 = 0), false) as whole
     from ${table} where drop_reason is null and not is_broken`,
    z.object({ whole: z.boolean() }),
  );
  if (!whole) return [];
  return [
    'k6: times are whole seconds, so sends are known to a second and load columns no better. ' +
      'Run k6 with K6_CSV_TIME_FORMAT=unix_nano for exact ones.',
  ];
}

function tagNotes(tags: readonly string[]): string[] {
  if (tags.length > 0) return [];
  return [
    'k6: nothing in this output says which requests belong together, so they are not paired. Tag ' +
      'them in the script (tags: { pair: id }) and give --column pair_id=tag:pair.',
  ];
}
