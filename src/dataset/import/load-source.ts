import type { Database } from '../duckdb.ts';
import { loadTable } from '../tables/table-load.ts';
import { addedFields, findField, type ImportField, importFields } from './import-form.ts';
import type { PresetName } from './import-request.ts';
import { loadK6 } from './k6.ts';
import type { SourceInput, SourceTable } from './source-table.ts';

export async function loadSource(
  database: Database,
  input: SourceInput,
  preset: PresetName | undefined,
): Promise<SourceTable> {
  switch (preset) {
    case 'k6':
      return await loadK6(database, input);
    case 'jmeter':
      return await loadJmeter(database, input);
    case 'artillery':
      return await loadPlain(database, input, { name: 'workload', latency: 'latency_ms' });
    case undefined:
      return await loadPlain(database, input, {});
    default:
      return preset satisfies never;
  }
}

/** `others`: fields under names that only this tool gives them. */
async function loadPlain(
  database: Database,
  { file, number, columns }: SourceInput,
  others: Readonly<Record<string, ImportField>>,
): Promise<SourceTable> {
  const found = new Map<ImportField, string>();
  for (const [name, field] of Object.entries(others)) {
    if (file.columns.includes(name)) found.set(field, name);
  }
  for (const field of importFields) {
    const column = findField(file.columns, field);
    if (column !== undefined) found.set(field, column);
  }
  const wanted = [...found.values(), ...columns];
  const source = await loadColumns(database, { file, number, columns: wanted });
  const fields = Object.fromEntries(
    [...found].map(([field, column]) => [field, source.valueOf(column)]),
  );
  return { ...source, fields, notes: [] };
}

const transactionPrefix = 'Number of samples in transaction';

/**
 * JMeter's JTL in CSV. `elapsed` runs from before the send, connecting included, to the last byte;
 * `timeStamp` is the send, as JMeter's own properties have it (sampleresult.timestamp.start=true).
 */
async function loadJmeter(
  database: Database,
  { file, number, columns }: SourceInput,
): Promise<SourceTable> {
  const own = jmeterColumns.filter((column) => file.columns.includes(column));
  const more = addedFields(file.columns);
  const wanted = [...own, ...more, ...columns];
  const source = await loadColumns(database, { file, number, columns: wanted });
  const text = (column: (typeof jmeterColumns)[number]): string =>
    source.valueOf(column) ?? 'null::varchar';
  const code = text('responseCode');
  const hasStatus = `regexp_full_match(coalesce(${code}, ''), '[0-9]{3}')`;
  const isTransaction = `starts_with(coalesce(${text('responseMessage')}, ''), '${transactionPrefix}')`;
  await database.run(`
    update ${source.table} set drop_reason = 'sums up a JMeter transaction and is no request'
    where ${isTransaction}`);
  return {
    ...source,
    fields: {
      request_id: `'${number}.' || n`,
      sent_at: text('timeStamp'),
      workload: text('label'),
      payload_bytes: text('sentBytes'),
      latency_ms: text('elapsed'),
      status_code: `case when ${hasStatus} then ${code} end`,
      error: `case
        when not ${hasStatus} then coalesce(${code}, 'no response code')
        when lower(${text('success')}) = 'false' and ${code} < '400'
          then coalesce(${text('failureMessage')}, 'an assertion failed') end`,
      ...Object.fromEntries(more.map((field) => [field, source.valueOf(field)])),
    },
    notes: [
      'JMeter: timeStamp is taken as the send and elapsed as send to last byte, connecting ' +
        'included; sentBytes counts headers too. A failed assertion is a failed request.',
    ],
  };
}

const jmeterColumns = [
  'timeStamp',
  'elapsed',
  'label',
  'responseCode',
  'responseMessage',
  'success',
  'failureMessage',
  'sentBytes',
] as const;

async function loadColumns(
  database: Database,
  { file, number, columns }: SourceInput,
): Promise<Pick<SourceTable, 'loaded' | 'table' | 'valueOf'>> {
  const table = `source_${number}`;
  const known = [...new Set(columns)].filter((column) => file.columns.includes(column));
  const wanted = Object.fromEntries(known.map((column, index) => [`c${index}`, column]));
  const loaded = await loadTable(database, file, table, {
    ...wanted,
    drop_reason: undefined,
    fault: undefined,
  });
  return {
    loaded,
    table,
    valueOf: (column) => {
      const index = known.indexOf(column);
      return index === -1 ? undefined : `c${index}`;
    },
  };
}
