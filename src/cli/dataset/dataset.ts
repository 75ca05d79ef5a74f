import { resolve } from 'node:path';

import { isClassic } from '../../dataset/request-log/request-columns.ts';
import type { RequestProblem } from '../../dataset/request-log/request-problems.ts';
import {
  type CategoryProfile,
  type NamedColumns,
  profileRequests,
  type QuantityProfile,
  type RateProfile,
  type RequestProfile,
} from '../../dataset/request-log/request-profile.ts';
import { durationText } from '../../plan/words.ts';
import { entry, roundedDuration, sentence, table } from '../check/check-text.ts';
import type { CliServices } from '../services.ts';

/**
 * Profiles a request log, for `load.source`. Returns the exit code: 2 when the log has problems, for
 * which a plan with it would be refused.
 */
export async function describeRequests(
  { output }: Pick<CliServices, 'output'>,
  path: string,
  named: NamedColumns,
): Promise<number> {
  const profile = await profileRequests(resolve(path), named);
  for (const line of profileLines(profile)) output.line(line);
  output.json(profile);
  return profile.problems.length === 0 ? 0 : 2;
}

/** The profile for people, in lines of at most 80 columns. */
export function profileLines(profile: RequestProfile): string[] {
  const { categories, quantities, rate, problems } = profile;
  const parts = [
    [...sentence(`${profile.file}: ${rowsText(profile.rows)}, ${formatWords[profile.format]}`)],
    [...timeLines(profile), ...readLines(profile)],
    categories.length === 0 ? [] : categoryLines(categories),
    quantities.length === 0 ? [] : quantityLines(quantities),
    rate === undefined ? [] : rateLines(rate),
    [...gapLines(profile), ...duplicateLines(profile)],
    problems.length === 0 ? usageLines(profile) : problemLines(problems),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

/** What is wrong with a request log, one paragraph for each kind. */
export function problemLines(problems: readonly RequestProblem[]): string[] {
  return problems.flatMap(({ message }, index) => entry(index === 0 ? 'Problems' : '', message));
}

/** How a plan replays it: columns that are called as in a workload table need not be named. */
function usageLines({ read }: RequestProfile): string[] {
  const named = (['time', 'workload', 'payloadBytes'] as const).flatMap((meaning) => {
    const column = read[meaning];
    return column === undefined ? [] : { meaning, column, isClassic: isClassic(meaning, column) };
  });
  const everyIsClassic = named.length === 3 && named.every((one) => one.isClassic);
  const columns = named.map(({ meaning, column }) => `${meaning}: ${yamlText(column)}`);
  const how = everyIsClassic ? '.' : ` with load.source.columns: { ${columns.join(', ')} }.`;
  return entry('Problems', `None: a plan can replay it${how}`);
}

function yamlText(text: string): string {
  return /^[a-z]\w*$/i.test(text) ? text : JSON.stringify(text);
}

const formatWords: Readonly<Record<RequestProfile['format'], string>> = {
  csv: 'CSV',
  'json-lines': 'JSON lines',
  parquet: 'Parquet',
};

function timeLines({ span }: RequestProfile): string[] {
  if (span === undefined) return [];
  const rate = span.meanRatePerS === undefined ? '' : `, ${rateText(span.meanRatePerS)} on average`;
  return entry(
    'Time',
    `${clock(span.from)} to ${clock(span.to)} UTC: ${roundedDuration(span.ms)}${rate}`,
  );
}

function readLines({ read, columns }: RequestProfile): string[] {
  const meanings = Object.entries(read).map(
    ([meaning, column]) => `${meaning} = ${cut(column, 40)}`,
  );
  const used = Object.values(read);
  const ignored = columns
    .filter((column) => !used.includes(column))
    .map((column) => cut(column, 40));
  return [
    ...(meanings.length === 0 ? [] : entry('Read', meanings.join(', '))),
    ...(ignored.length === 0 ? [] : entry('Not read', ignored.join(', '))),
  ];
}

const mostCategories = 15;

function categoryLines(categories: readonly CategoryProfile[]): string[] {
  const shown = categories.slice(0, mostCategories);
  const rows = shown.map(({ category, rows, share, payloadBytesP50, estimatedMsP50 }) => [
    cut(category, 30),
    compact(rows),
    `${(share * 100).toFixed(1)} %`,
    compact(payloadBytesP50),
    compact(estimatedMsP50),
  ]);
  const left = categories.length - shown.length;
  return [
    ...table(['workload', 'rows', 'share', 'bytes p50', 'est. ms p50'], rows),
    ...(left === 0 ? [] : [`and ${left} more`]),
  ];
}

function quantityLines(quantities: readonly QuantityProfile[]): string[] {
  const rows = quantities.map(({ column, rows, min, p50, p90, p99, max }) => [
    cut(column, 24),
    ...[rows, min, p50, p90, p99, max].map(compact),
  ]);
  return table(['column', 'rows', 'min', 'p50', 'p90', 'p99', 'max'], rows);
}

const barWidth = 45;

function rateLines({ binMs, bins }: RateProfile): string[] {
  const most = Math.max(...bins.map(({ rows }) => rows));
  return [
    `Rows in each ${durationText(binMs)}`,
    ...bins.map(({ from, rows }) => {
      const length = rows === 0 ? 0 : Math.max(1, Math.round((rows / most) * barWidth));
      return `  ${clock(from)}  ${compact(rows).padStart(7)}  ${'#'.repeat(length)}`.trimEnd();
    }),
  ];
}

function gapLines({ gaps, format }: RequestProfile): string[] {
  const word = format === 'parquet' ? 'row' : 'line';
  const texts = gaps.map(
    ({ ms, from, beforeRow }) =>
      `${roundedDuration(ms)} from ${clock(from)} (up to ${word} ${beforeRow})`,
  );
  return texts.length === 0 ? [] : entry('Gaps', `The longest: ${texts.join(', ')}.`);
}

function duplicateLines({ duplicates, format }: RequestProfile): string[] {
  if (duplicates.ids === undefined && duplicates.rows === undefined) return [];
  const places = format === 'parquet' ? 'row' : 'line';
  const texts = [
    { what: 'a request id that an earlier row has', found: duplicates.ids },
    { what: 'all that an earlier row has', found: duplicates.rows },
  ].flatMap(({ what, found }) => {
    if (found === undefined || found.count === 0) return [];
    const left = found.count - found.rows.length;
    const more = left === 0 ? '' : ` and ${left} more`;
    const have = found.count === 1 ? 'has' : 'have';
    const word = found.rows.length === 1 ? places : `${places}s`;
    return `${rowsText(found.count)} ${have} ${what}: ${word} ${found.rows.join(', ')}${more}.`;
  });
  return entry('Duplicates', texts.length === 0 ? 'None.' : texts.join(' '));
}

function rowsText(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`;
}

function clock(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

function rateText(perS: number): string {
  if (perS >= 1) return `${perS.toFixed(1)} requests/s`;
  const perHour = perS * 3600;
  return `${perHour >= 10 ? perHour.toFixed(0) : perHour.toPrecision(2)} requests/h`;
}

/** In at most seven characters. */
function compact(value: number | undefined): string {
  if (value === undefined) return '-';
  if (Math.abs(value) >= 9_999_999.5) return value.toPrecision(3).replace('e+', 'e');
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toFixed(2)));
}

/** In one line; a quoted value of a file may have several. */
function cut(value: string, length: number): string {
  const text = value.replaceAll(/\p{C}+/gu, ' ');
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`;
}
