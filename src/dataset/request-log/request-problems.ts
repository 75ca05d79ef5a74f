import { PermanentFailure } from '../../domain/failures.ts';

export const requestProblemKinds = [
  'unreadable',
  'changed',
  'missing-column',
  'no-rows',
  'unparsable-row',
  'unparsable-time',
  'out-of-order',
  'missing-workload',
  'unknown-workload',
  'unparsable-size',
  'negative-size',
  'missing-value',
  'unparsable-number',
  'duplicate-id',
  'unknown-platform',
  'contradiction',
  'missing-price',
] as const;
export type RequestProblemKind = (typeof requestProblemKinds)[number];

/** Rows of each kind that are named; the others are counted. */
export const namedRows = 10;

/** One kind of thing that is wrong with a request log. */
export interface RequestProblem {
  readonly kind: RequestProblemKind;
  /** In a sentence, with the first row numbers and what to do. */
  readonly message: string;
  /** How many rows have it; absent where it is the file's. */
  readonly count?: number;
  /** The first ten: lines of a text file (its header is line 1), rows of a Parquet file. */
  readonly rows?: readonly number[];
}

/** A request log that cannot be used, with everything that is wrong with it at once. */
export class SourceProblems extends PermanentFailure {
  readonly path: string;
  readonly problems: readonly RequestProblem[];

  constructor(path: string, problems: readonly RequestProblem[], options?: ErrorOptions) {
    const lines = problems.map(({ message }) => `\n  ${message}`).join('');
    super('InvalidPlan', `The request log ${path} cannot be used:${lines}`, options);
    this.path = path;
    this.problems = problems;
  }
}

/** Said of a file that has no row at all. */
export const noRows: RequestProblem = {
  kind: 'no-rows',
  message: 'The file has no rows, so there is nothing to send.',
};

/** What is said of rows: '3 rows have a negative size (...): lines 4, 9, 12, first "-1".' */
export function rowProblem(input: {
  readonly kind: RequestProblemKind;
  readonly count: number;
  /** The first of them. */
  readonly rows: readonly number[];
  readonly placeWord: 'line' | 'row';
  /** What stands in the first of them; absent where it is blank or no one value. */
  readonly value?: string;
  /** For one row and for several: "has a negative size". */
  readonly says: readonly [one: string, many: string];
  readonly advice?: string;
}): RequestProblem {
  const { kind, count, rows, placeWord, value, says, advice } = input;
  const [one, many] = says;
  const subject = count === 1 ? `1 row ${one}` : `${count} rows ${many}`;
  const more = count > rows.length ? ` and ${count - rows.length} more` : '';
  const places = `${placeWord}${rows.length === 1 ? '' : 's'} ${rows.join(', ')}${more}`;
  const first = value === undefined ? '' : `, ${count === 1 ? '' : 'first '}"${shortened(value)}"`;
  const message = `${subject}: ${places}${first}.${advice === undefined ? '' : ` ${advice}`}`;
  return { kind, message, count, rows };
}

const longestValue = 40;

/** In one line: a value of a file may be of any length and have line breaks in it. */
function shortened(value: string): string {
  const text = value.replaceAll(/\p{C}+/gu, ' ');
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}...`;
}
