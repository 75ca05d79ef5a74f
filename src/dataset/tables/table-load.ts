import { z } from 'zod';
import { type Database, quoted } from '../duckdb.ts';
import { fileName, type TableFile, unreadable } from './table-file.ts';
import { scanText, type TextScan } from './table-scan.ts';

/** What `loadTable` made of a file. */
export interface LoadedTable {
  readonly file: TableFile;
  /**
   * Records of a CSV file, from 1 after the header and with blank lines counted, that are not in
   * the table: too many values, a quote that does not end, bytes that are not UTF-8.
   */
  readonly rejected: readonly number[];
}

/**
 * Makes a table of a file: `n` (from 1, in the order of the file), `is_broken` (a row without its
 * values: too few of them, or no JSON object), and one text column per wanted column, trimmed, null
 * when blank. `wanted` gives each column of the table the name of the file's column; undefined
 * makes it null everywhere. Throws `UnreadableTable`.
 */
export async function loadTable(
  database: Database,
  file: TableFile,
  table: string,
  wanted: Readonly<Record<string, string | undefined>>,
): Promise<LoadedTable> {
  const scan = file.text === undefined ? undefined : await scanText(file.path, file.text);
  if (scan?.fault !== undefined) throw unreadable(file.path, new Error(scan.fault));
  const source = sourceOf(file, table);
  const values = Object.entries(wanted).map(([name, column]) => {
    const value = column === undefined ? 'null::varchar' : source.valueOf(column);
    return `nullif(trim(${value}), '') as ${name}`;
  });
  try {
    await database.run(`
      create table ${table} as
      select (${source.number})::integer as n, ${source.isBroken} as is_broken, ${values.join(', ')}
      from ${source.from}`);
  } catch (error) {
    throw unreadable(file.path, error);
  }
  const rejected = file.format === 'csv' ? await rejectedRecords(database, table) : [];
  if (scan !== undefined) await accountForAll(database, { file, table, rejected, scan });
  return { file, rejected };
}

async function rejectedRecords(database: Database, table: string): Promise<number[]> {
  const found = await database.read(
    `select distinct line::integer - 1 as record from ${table}_rejects order by record`,
    z.object({ record: z.number() }),
  );
  return found.map(({ record }) => record);
}

/**
 * Every record of a text is a row or rejected. DuckDB leaves out one whose quotes do not end, or
 * makes a row of it; it is added to `rejected`, or marked as broken.
 */
async function accountForAll(
  database: Database,
  input: {
    readonly file: TableFile;
    readonly table: string;
    readonly rejected: number[];
    readonly scan: TextScan;
  },
): Promise<void> {
  const { file, table, rejected, scan } = input;
  const { rows } = await database.readOne(
    `select count(*) as rows from ${table}`,
    z.object({ rows: z.number() }),
  );
  const { unended } = scan;
  if (unended !== undefined && !rejected.includes(unended)) {
    if (rows + rejected.length < scan.records) rejected.push(unended);
    else await database.run(`update ${table} set is_broken = true where n = ${rows}`);
  }
  const read = rows + rejected.length;
  if (read === scan.records) return;
  throw unreadable(
    file.path,
    new Error(`of its ${scan.records} records ${read} can be told apart. Look at its quotes`),
  );
}

interface TableSource {
  readonly from: string;
  readonly number: string;
  readonly isBroken: string;
  readonly valueOf: (column: string) => string;
}

const inOrder = 'row_number() over ()';

function sourceOf(file: TableFile, table: string): TableSource {
  const path = fileName(file.path);
  switch (file.format) {
    case 'csv':
      return csvSource(file, table);
    case 'json-lines':
      return {
        from: `read_json_objects(${path}, format = 'newline_delimited', ignore_errors = true)`,
        number: inOrder,
        // Lines that are no JSON come as null.
        isBroken: "json is null or json_type(json) <> 'OBJECT'",
        valueOf: (column) => `json_extract_string(json, ${quoted(jsonPath(column))})`,
      };
    case 'parquet':
      return {
        from: `read_parquet(${path}, file_row_number = true)`,
        number: 'file_row_number + 1',
        isBroken: 'false',
        valueOf: (column) => `"${column.replaceAll('"', '""')}"::varchar`,
      };
    default:
      return file.format satisfies never;
  }
}

/**
 * Everything is text under names of ours, because names in a header may repeat. No dialect is
 * guessed: a guess that fails on a broken row would lose rows. A value that is missing at the end
 * is null and so differs from an empty one, as nothing in the file means null.
 */
function csvSource({ path, columns, text }: TableFile, table: string): TableSource {
  const names = columns.map((_, index) => `c${index}: 'VARCHAR'`);
  return {
    from: `read_csv(
      ${fileName(path)}, auto_detect = false, header = true, columns = {${names.join(', ')}},
      delim = ${quoted(text?.delimiter ?? ',')}, quote = '"', escape = '"', nullstr = '\u0001',
      null_padding = true, store_rejects = true, rejects_scan = '${table}_scans',
      rejects_table = '${table}_rejects', parallel = false)`,
    number: inOrder,
    isBroken: `c${columns.length - 1} is null`,
    valueOf: (column) => `c${columns.indexOf(column)}`,
  };
}

function jsonPath(key: string): string {
  return `$."${key.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
