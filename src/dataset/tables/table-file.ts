import { open, stat } from 'node:fs/promises';
import { z } from 'zod';
import { type Database, quoted } from '../duckdb.ts';
import { parseHeader, type TextForm } from './table-header.ts';

/** Formats of tables that come from elsewhere, by the ending of the file. */
const formats = {
  csv: 'csv',
  /** What JMeter calls its CSV. */
  jtl: 'csv',
  jsonl: 'json-lines',
  ndjson: 'json-lines',
  parquet: 'parquet',
} as const;

/** A table that somebody else wrote: CSV with a header, JSON lines or Parquet. */
export interface TableFile {
  readonly path: string;
  readonly format: (typeof formats)[keyof typeof formats];
  readonly columns: readonly string[];
  /** Absent for Parquet, which is no text. */
  readonly text?: TextForm;
}

/** A table that cannot be opened at all: the reason in a sentence. */
export class UnreadableTable extends Error {
  override readonly name = 'UnreadableTable';
}

/** Looks at the file's columns. Throws `UnreadableTable`. */
export async function openTableFile(database: Database, path: string): Promise<TableFile> {
  const ending = /\.(\w+)$/.exec(path.toLowerCase())?.[1] ?? '';
  const format = isKnown(ending) ? formats[ending] : undefined;
  if (format === undefined) throw new UnreadableTable(wrongEnding(path, ending));
  try {
    if (!(await stat(path)).isFile()) throw new Error('it is a folder or device, not a file');
    if (format === 'parquet') {
      return { path, format, columns: await parquetColumns(database, path) };
    }
    const head = await readHead(path);
    if (head.trim() === '') throw new Error('it is empty, so there is nothing to send');
    if (head.includes('\0')) throw new Error(notText);
    if (/^\uFEFF?\s*<\?xml/.test(head)) throw new Error(isXml);
    if (format === 'csv') return { path, format, ...headerOf(head) };
    return { path, format, text: jsonForm(head), columns: await jsonColumns(database, path) };
  } catch (error) {
    throw unreadable(path, error);
  }
}

const packed = ['gz', 'zip', 'zst', 'bz2', 'xz'];

function wrongEnding(path: string, ending: string): string {
  const advice = packed.includes(ending)
    ? 'Unpack it first.'
    : 'A table in text is called .csv, whether commas, semicolons, tabs or | separate its values.';
  return `${path} does not end in .csv, .jsonl, .ndjson or .parquet. ${advice}`;
}

const isXml = 'it is XML. JMeter writes CSV with jmeter.save.saveservice.output_format=csv';
const notText = 'it is no text in UTF-8, as it has zero bytes. Save it as UTF-8';

function headerOf(head: string): Pick<TableFile, 'columns'> & { readonly text: TextForm } {
  const { columns, form } = parseHeader(head);
  if (columns.length === 0) throw new Error('its first line is empty instead of a header');
  return { columns, text: form };
}

function jsonForm(head: string): TextForm {
  if (head.startsWith('\uFEFF')) {
    throw new Error('it begins with a byte order mark, which JSON does not have. Remove it');
  }
  return { lineBreak: '\n', bomBytes: 0 };
}

/** The beginning of a text, with the mark that it may begin with. */
async function readHead(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longestHeaderBytes), 0);
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    return decoder.decode(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

const longestHeaderBytes = 65_536;

const nameRow = z.object({ name: z.string() });

/** The keys of the first thousand lines, since a key may be left out where it has no value. */
async function jsonColumns(database: Database, path: string): Promise<string[]> {
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
}

async function parquetColumns(database: Database, path: string): Promise<string[]> {
  const rows = await database.read(
    `select column_name as name from (describe select * from read_parquet(${fileName(path)}))`,
    nameRow,
  );
  return rows.map(({ name }) => name);
}

/** With the first line of an error's message as the reason. */
export function unreadable(path: string, error: unknown): UnreadableTable {
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return new UnreadableTable(`Cannot read ${path}: ${reason?.replace(/\.$/, '')}.`, {
    cause: error,
  });
}

/** One file of exactly this name: without it, `[1]` in a folder's name would be a pattern. */
export function fileName(path: string): string {
  return quoted(path.replaceAll(/[*?[]/g, '[$&]'));
}

function isKnown(ending: string): ending is keyof typeof formats {
  return Object.hasOwn(formats, ending);
}
