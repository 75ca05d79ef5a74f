import type { TableFile } from '../tables/table-file.ts';
import type { RequestProblem } from './request-problems.ts';

export const requestColumns = [
  'time',
  'workload',
  'payloadBytes',
  'requestId',
  'estimatedMs',
  'memoryMb',
] as const;
/** What a column of a request log means; the last three are only described. */
export type RequestColumn = (typeof requestColumns)[number];

/**
 * Names that a request log mostly has: first those of a consolidated workload table, then those of
 * the import form (METHOD 4.7) and short ones.
 */
const classicNames: Readonly<Record<RequestColumn, readonly string[]>> = {
  time: ['timestamp', 'sent_at', 'planned_at', 'time', 'at'],
  workload: ['workload_category', 'workload', 'category'],
  payloadBytes: ['payload_size_bytes', 'payload_bytes', 'bytes'],
  requestId: ['request_id', 'id'],
  estimatedMs: ['estimated_exec_time_ms'],
  memoryMb: ['memory_requirement_mb'],
};

/** The file's column for every meaning; undefined where it has none. */
export type ColumnChoice = Readonly<Record<RequestColumn, string | undefined>>;

/** Finds the classic names among a file's columns; `named` goes before them. */
export function chooseColumns(
  columns: readonly string[],
  named: Readonly<Partial<Record<RequestColumn, string>>> = {},
): ColumnChoice {
  const choose = (meaning: RequestColumn): string | undefined => {
    const wanted = named[meaning];
    const names = wanted === undefined ? classicNames[meaning] : [wanted];
    return names.map((name) => findColumn(columns, name)).find((found) => found !== undefined);
  };
  return {
    time: choose('time'),
    workload: choose('workload'),
    payloadBytes: choose('payloadBytes'),
    requestId: choose('requestId'),
    estimatedMs: choose('estimatedMs'),
    memoryMb: choose('memoryMb'),
  };
}

/** Whether a column is called as in a consolidated workload table, which a plan takes for granted. */
export function isClassic(meaning: RequestColumn, column: string): boolean {
  return findAlike([column], classicNames[meaning][0] ?? '') !== undefined;
}

/** One problem for each column that is named and not there. `adviceFor`: how to say its name. */
export function missingColumns(
  file: Pick<TableFile, 'columns'>,
  named: Readonly<Partial<Record<RequestColumn, string>>>,
  found: ColumnChoice,
  adviceFor: (meaning: RequestColumn) => string,
): RequestProblem[] {
  const has = columnsText(file.columns);
  return requestColumns.flatMap((meaning): RequestProblem[] => {
    const name = named[meaning];
    if (name === undefined || found[meaning] !== undefined) return [];
    const message =
      `There is no column "${name}" for ${columnWords[meaning]}. The file has ${has}. ` +
      adviceFor(meaning);
    return [{ kind: 'missing-column', message }];
  });
}

/** A file of something else may have thousands of columns, and long ones. */
const mostColumns = 20;
const longestColumn = 40;

function columnsText(columns: readonly string[]): string {
  if (columns.length === 0) return 'no columns';
  const shown = columns
    .slice(0, mostColumns)
    .map((name) => (name.length > longestColumn ? `${name.slice(0, longestColumn)}...` : name));
  const left = columns.length - shown.length;
  return `the columns ${shown.join(', ')}${left === 0 ? '' : ` and ${left} more`}`;
}

const columnWords: Readonly<Record<RequestColumn, string>> = {
  time: 'the time',
  workload: 'the workload',
  payloadBytes: 'the size of the payload',
  requestId: "the request's id",
  estimatedMs: 'the estimated time',
  memoryMb: 'the memory',
};

/** Exactly of that name, else of a name that differs in case, spaces and punctuation only. */
function findColumn(columns: readonly string[], name: string): string | undefined {
  return columns.find((column) => column === name) ?? findAlike(columns, name);
}

/** The one name that is `name` when only letters and digits count; undefined if several are. */
export function findAlike(names: readonly string[], name: string): string | undefined {
  const alike = names.filter((candidate) => lettersOf(candidate) === lettersOf(name));
  return alike.length === 1 ? alike[0] : undefined;
}

function lettersOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}
