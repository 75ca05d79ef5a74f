import type { TableFile } from '../tables/table-file.ts';
import type { LoadedTable } from '../tables/table-load.ts';
import type { ImportField } from './import-form.ts';

/**
 * A file as rows of requests, still in the words of the tool that wrote it. The table has `n`,
 * `is_broken`, `drop_reason` (why a row is no request, else null) and `fault` (what contradicts
 * itself, else null).
 */
export interface SourceTable {
  readonly loaded: LoadedTable;
  readonly table: string;
  /** In SQL: the text in a column; undefined where the file has no such column. */
  readonly valueOf: (column: string) => string | undefined;
  /** In SQL: fields that the tool's own columns give; a mapping goes before them. */
  readonly fields: Readonly<Partial<Record<ImportField, string>>>;
  /** What has to be known about the rows, in sentences. */
  readonly notes: readonly string[];
}

export interface SourceInput {
  readonly file: TableFile;
  /** From 1: part of the names of tables, and of ids that are made. */
  readonly number: number;
  /** Columns that mapping and patterns name. */
  readonly columns: readonly string[];
}
