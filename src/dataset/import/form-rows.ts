import { microsOf, numberOf } from '../cell-values.ts';
import { type Database, quoted } from '../duckdb.ts';
import { type ImportField, importFields, numberFields } from './import-form.ts';
import type { ColumnPattern, FieldSource, ImportFile, ImportRequest } from './import-request.ts';
import type { SourceTable } from './source-table.ts';

interface FormInput {
  readonly request: ImportRequest;
  readonly file: ImportFile;
  readonly source: SourceTable;
}

/** Text of every field of the form, before anything is checked: the rows of file `number`, from 1. */
export async function appendFormTexts(
  database: Database,
  input: FormInput & { readonly number: number },
): Promise<void> {
  const { request, file, source, number } = input;
  const drops = [platformMissing(request, file, source), workloadMissing(request, source)];
  const fields = importFields.map((field) => `${textOf(field, input)} as ${field}_text`);
  const select = `
    select ${number} as file, n, is_broken, fault,
      coalesce(drop_reason, ${drops.join(', ')}) as drop_reason, ${fields.join(', ')}
    from ${source.table}`;
  // Whichever file is the first that can be read.
  await database.run(`create table if not exists import_text as ${select} limit 0`);
  await database.run(`insert into import_text by name ${select}`);
  await database.run(`drop table ${source.table}`);
}

const nothing = 'null::varchar';

function textOf(field: ImportField, { request, file, source }: FormInput): string {
  if (field === 'platform') return platformText(request, file, source);
  if (field === 'workload' && request.workloadFrom !== undefined) {
    return extracted(request.workloadFrom, source);
  }
  return mappedText(field, request, source);
}

function mappedText(field: ImportField, { columns }: ImportRequest, source: SourceTable): string {
  const mapped = columns[field];
  if (mapped === undefined) return source.fields[field] ?? nothing;
  return multiplied(source.valueOf(mapped.column) ?? nothing, mapped);
}

/** What is no number stays as it is, so that it is found later. */
function multiplied(text: string, { factor }: FieldSource): string {
  return factor === undefined
    ? text
    : `coalesce((${numberOf(text)} * ${factor}::double)::varchar, ${text})`;
}

function platformText(request: ImportRequest, file: ImportFile, source: SourceTable): string {
  if (file.platform !== undefined) return quoted(file.platform);
  const { lambda, ecs } = request.platformPatterns;
  if (lambda !== undefined || ecs !== undefined) {
    const isLambda = lambda === undefined ? 'false' : matches(lambda, source);
    const isEcs = ecs === undefined ? 'false' : matches(ecs, source);
    return `case when ${isLambda} and ${isEcs} then 'both patterns'
      when ${isLambda} then 'lambda' when ${isEcs} then 'ecs' end`;
  }
  if (request.platformFrom !== undefined) return extracted(request.platformFrom, source);
  return mappedText('platform', request, source);
}

/** Rows of something else, such as a health check, are no part of the experiment. */
function platformMissing(request: ImportRequest, file: ImportFile, source: SourceTable): string {
  const { platformPatterns, platformFrom } = request;
  const hasPatterns = Object.keys(platformPatterns).length > 0 || platformFrom !== undefined;
  if (file.platform !== undefined || !hasPatterns) return nothing;
  const text = platformText(request, file, source);
  return `case when not is_broken and ${text} is null
    then 'matches no pattern of a platform' end`;
}

function workloadMissing({ workloadFrom }: ImportRequest, source: SourceTable): string {
  if (workloadFrom === undefined) return nothing;
  return `case when not is_broken and ${extracted(workloadFrom, source)} is null
    then 'matches no pattern of a workload' end`;
}

function matches({ column, pattern }: ColumnPattern, source: SourceTable): string {
  return `regexp_matches(coalesce(${source.valueOf(column) ?? nothing}, ''), ${quoted(pattern)})`;
}

/** The pattern's first group, or all of its match. */
function extracted({ column, pattern }: ColumnPattern, source: SourceTable): string {
  const group = /(^|[^\\])\((?!\?)/.test(pattern) ? 1 : 0;
  const text = source.valueOf(column) ?? nothing;
  return `nullif(trim(regexp_extract(${text}, ${quoted(pattern)}, ${group})), '')`;
}

/**
 * Makes the table `import_row` of `import_text`: typed values, null where blank or wrong. A blank
 * attempt is the first; an answer is a status that is not 0.
 */
export async function createImportRows(database: Database, request: ImportRequest): Promise<void> {
  await createConstants(database, request);
  const numbers = numberFields.map((field) => `${numberOf(`${field}_text`)} as ${field}`);
  await database.run(`
    create table import_row as
    with typed as (
      select
        file, n, is_broken, fault, drop_reason,
        request_id_text as request_id,
        ${microsOf('sent_at_text')} as at_us, sent_at_text,
        platform_text, ${platformWord('platform_text')} as platform,
        workload_text as workload,
        payload_bytes_text, latency_ms_text, status_code_text,
        ${numberOf('payload_bytes_text')} as payload_bytes,
        ${numberOf('latency_ms_text')} as latency_ms,
        ${numberOf('status_code_text')} as status_code,
        error_text as error, pair_id_text as pair_id,
        cold_start_text, ${booleanOf('cold_start_text')} as cold_start,
        window_text as "window", load_pattern_text as load_pattern, session_text as session,
        ${numberFields.map((field) => `${field}_text`).join(', ')},
        ${numbers.join(', ')}
      from import_text
    )
    select typed.* replace (
        coalesce(attempt, 1) as attempt,
        coalesce(payload_bytes, own.own_payload_bytes, every.own_payload_bytes) as payload_bytes,
        coalesce(memory_mb, case when platform = 'lambda'
          then coalesce(own.own_memory_mb, every.own_memory_mb) end) as memory_mb
      ),
      coalesce(status_code, 0) <> 0 as has_answer,
      row_number() over (
        partition by request_id, platform, coalesce(attempt, 1), drop_reason order by file, n) > 1
        and drop_reason is null and request_id is not null as is_duplicate,
      pair_id is not null and drop_reason is null and row_number() over (
        partition by pair_id, workload, platform, coalesce(attempt, 1), drop_reason order by file, n) > 1
        as is_pair_double
    from typed
      left join own_value own on own.own_workload = workload
      left join own_value every on every.own_workload = '*'`);
  await database.run('drop table import_text');
}

async function createConstants(
  database: Database,
  { payloadBytes, memoryMb }: ImportRequest,
): Promise<void> {
  const workloads = [...new Set([...Object.keys(payloadBytes), ...Object.keys(memoryMb)])];
  await database.createTable(
    'own_value',
    { own_workload: 'VARCHAR', own_payload_bytes: 'DOUBLE', own_memory_mb: 'DOUBLE' },
    workloads.map((workload) => ({
      own_workload: workload,
      own_payload_bytes: payloadBytes[workload] ?? null,
      own_memory_mb: memoryMb[workload] ?? null,
    })),
  );
}

/** Names under which the two platforms go, letters only. */
const platformWords = {
  lambda: ['lambda', 'awslambda'],
  ecs: ['ecs', 'fargate', 'awsfargate', 'ecsfargate', 'awsecs'],
};

function platformWord(text: string): string {
  const letters = `regexp_replace(lower(${text}), '[^a-z]', '', 'g')`;
  const isOne = (words: readonly string[]): string =>
    `${letters} in (${words.map(quoted).join(', ')})`;
  return `case when ${isOne(platformWords.lambda)} then 'lambda' when ${isOne(platformWords.ecs)} then 'ecs' end`;
}

function booleanOf(text: string): string {
  return `case when lower(${text}) in ('true', 't', 'yes', '1', '1.0', 'cold') then true
    when lower(${text}) in ('false', 'f', 'no', '0', '0.0', 'warm') then false end`;
}
