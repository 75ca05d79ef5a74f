import { access, open } from 'node:fs/promises';
import { z } from 'zod';
import { type Database, quoted } from './duckdb.ts';
import { parseHeader } from './table-header.ts';

/** Formats of tables that come from elsewhere, by the ending of the file. */
const formats = {
  csv: 'csv',
  jsonl: 'json-lines',
  ndjson: 'json-lines',
  parquet: 'parquet',
} as const;

/** A table that somebody else wrote: CSV with a header, JSON lines or Parquet. */
export interface TableFile {
  readonly path: string;
  readonly format: (typeof formats)[keyof typeof formats];
  readonly columns: readonly string[];
  /** Of CSV: what stands between two values. */
  readonly delimiter?: string;
}

/** A table that cannot be opened at all: the reason in a sentence. */
export class UnreadableTable extends Error {
  override readonly name = 'UnreadableTable';
}

/** Looks at the file's columns. Throws `UnreadableTable`. */
export async function openTableFile(database: Database, path: string): Promise<TableFile> {
  const ending = /\.(\w+)$/.exec(path.toLowerCase())?.[1] ?? '';
  const format = isKnown(ending) ? formats[ending] : undefined;
  if (format === undefined) {
    const known = Object.keys(formats).map((name) => `.${name}`);
    throw new UnreadableTable(`${path} does not end in ${known.join(', ')}.`);
  }
  try {
    await access(path);
    if (format === 'csv') return { path, format, ...(await readHeader(path)) };
    const columns = await read[format](database, path);
    return { path, format, columns };
  } catch (error) {
    throw unreadable(path, error);
  }
}

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
  if (file.format !== 'csv') return { file, rejected: [] };
  const rejected = await database.read(
    `select distinct line::integer - 1 as record from ${table}_rejects order by record`,
    z.object({ record: z.number() }),
  );
  return { file, rejected: rejected.map(({ record }) => record) };
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
function csvSource({ path, columns, delimiter = ',' }: TableFile, table: string): TableSource {
  const names = columns.map((_, index) => `c${index}: 'VARCHAR'`);
  return {
    from: `read_csv(
      ${fileName(path)}, auto_detect = false, header = true, columns = {${names.join(', ')}},
      delim = ${quoted(delimiter)}, quote = '"', escape = '"', nullstr = '\u0001',
      null_padding = true, store_rejects = true, rejects_scan = '${table}_scans',
      rejects_table = '${table}_rejects', parallel = false)`,
    number: inOrder,
    isBroken: `c${columns.length - 1} is null`,
    valueOf: (column) => `c${columns.indexOf(column)}`,
  };
}

async function readHeader(path: string): Promise<Pick<TableFile, 'columns' | 'delimiter'>> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longestHeaderBytes), 0);
    return parseHeader(new TextDecoder().decode(buffer.subarray(0, bytesRead)));
  } finally {
    await file.close();
  }
}

const longestHeaderBytes = 65_536;

const nameRow = z.object({ name: z.string() });

const read = {
  /** The keys of the first thousand lines, since a key may be left out where it has no value. */
  'json-lines': async (database: Database, path: string): Promise<string[]> => {
    const rows = await database.read(
      `select unnest(json_keys(json)) as name
       from (
         select json
         from read_json_objects(
           ${fileName(path)}, format = 'newline_delimited', ignore_errors = true)
         limit 1000)
       where json_type(json) = 'OBJECT'`,
      nameRow,
    );
    return [...new Set(rows.map(({ name }) => name))];
  },
  parquet: async (database: Database, path: string): Promise<string[]> => {
    const rows = await database.read(
      `select column_name as name from (describe select * from read_parquet(${fileName(path)}))`,
      nameRow,
    );
    return rows.map(({ name }) => name);
  },
} as const;

function unreadable(path: string, error: unknown): UnreadableTable {
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return new UnreadableTable(`Cannot read ${path}: ${reason}`, { cause: error });
}

/** One file of exactly this name: without it, `[1]` in a folder's name would be a pattern. */
function fileName(path: string): string {
  return quoted(path.replaceAll(/[*?[]/g, '[$&]'));
}

function jsonPath(key: string): string {
  return `$."${key.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function isKnown(ending: string): ending is keyof typeof formats {
  return Object.hasOwn(formats, ending);
}
