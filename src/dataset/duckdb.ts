import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBInstance, type DuckDBVector } from '@duckdb/node-api';
import { z } from 'zod';

/** Opens an empty database in memory, hands it over, and closes it whatever happens. */
export async function withDatabase<Result>(
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const { database, close } = await openDatabase();
  try {
    return await work(database);
  } finally {
    close();
  }
}

/** An empty database in memory for who keeps it longer than one call; `close` frees it. */
export interface OpenDatabase {
  readonly database: Database;
  close(): void;
}

/**
 * Two threads and one gigabyte, because a worker shares its machine with a load run; what does not
 * fit spills to the temporary folder.
 */
export async function openDatabase(): Promise<OpenDatabase> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: '1GB',
    temp_directory: join(tmpdir(), `crossover-duckdb-${process.pid}`),
    // Everything needed is linked in; a download in the middle of a campaign is not wanted.
    autoinstall_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    const close = (): void => {
      connection.closeSync();
      instance.closeSync();
    };
    try {
      await connection.run("set TimeZone = 'UTC'");
      return { database: new Database(connection), close };
    } catch (error) {
      connection.closeSync();
      throw error;
    }
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

export class Database {
  readonly #connection: DuckDBConnection;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  async run(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  /** All rows of a query, checked. Integers of any width come as numbers. */
  async read<Shape extends z.ZodType>(sql: string, shape: Shape): Promise<z.output<Shape>[]> {
    const reader = await this.#connection.runAndReadAll(sql);
    return z.array(shape).parse(reader.getRowObjectsJS().map(withNumbers));
  }

  /**
   * Numeric columns of a query as typed arrays, missing values as NaN: for results of which a row
   * object each would take ten times the memory.
   */
  async readNumbers(
    sql: string,
    columns: readonly string[],
  ): Promise<ReadonlyMap<string, Float64Array>> {
    const doubles = columns.map((column) => `coalesce(${column}::double, 'NaN'::double)`);
    const result = await this.#connection.run(`select ${doubles.join(', ')} from (${sql})`);
    const chunks = await result.fetchAllChunks();
    const rowCount = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
    const read = columns.map(() => new Float64Array(rowCount));
    let begin = 0;
    for (const chunk of chunks) {
      // Asking a chunk for its size is a call into the database.
      const own = { begin, count: chunk.rowCount };
      for (const [index, values] of read.entries()) {
        copyNumbers(chunk.getColumnVector(index), values, own);
      }
      begin += own.count;
      // Columns of a million rows take a while, and the process has other work.
      await setImmediate();
    }
    return new Map(columns.map((column, index) => [column, read[index] ?? new Float64Array(0)]));
  }

  /** The one row of an aggregate. */
  async readOne<Shape extends z.ZodType>(sql: string, shape: Shape): Promise<z.output<Shape>> {
    const [row, ...others] = await this.read(sql, shape);
    if (row === undefined || others.length > 0) {
      throw new Error(`Expected one row, got ${others.length + (row ? 1 : 0)}: ${sql}`);
    }
    return row;
  }

  /** A small table made from values of ours, so that no value is ever pasted into SQL. */
  async createTable(
    name: string,
    columns: Readonly<Record<string, string>>,
    rows: readonly Readonly<Record<string, string | number | boolean | null>>[],
  ): Promise<void> {
    const definitions = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
    await this.run(`create table ${name} (${definitions.join(', ')})`);
    if (rows.length === 0) return;
    const structure = JSON.stringify([columns]);
    await this.#connection.run(
      `insert into ${name} by name
       select unnest(from_json($rows::json, ${quoted(structure)}), recursive := true)`,
      { rows: JSON.stringify(rows) },
    );
  }
}

/** A text literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function quotedList(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(', ')}]`;
}

function copyNumbers(
  vector: DuckDBVector,
  values: Float64Array,
  { begin, count }: { readonly begin: number; readonly count: number },
): void {
  for (let row = 0; row < count; row += 1) values[begin + row] = Number(vector.getItem(row));
}

function withNumbers(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? Number(value) : value,
    ]),
  );
}
