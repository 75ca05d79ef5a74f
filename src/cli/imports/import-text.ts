import { basename } from 'node:path';
import type { DroppedRows } from '../../dataset/import/dropped-rows.ts';
import type { ImportOrder } from '../../dataset/import/import-order.ts';
import type { PairContrast } from '../../dataset/import/import-pairs.ts';
import type { ImportRequest } from '../../dataset/import/import-request.ts';
import type { ImportSummary } from '../../dataset/import/import-summary.ts';
import type { ImportProblem, ReadImport } from '../../dataset/import/read-import.ts';
import type { SessionMean } from '../../domain/statistics/session-mean.ts';
import { entry, sentence, table } from '../check/check-text.ts';

/** Everything that is wrong with the files, one paragraph each. */
export function importProblemLines(problems: readonly ImportProblem[]): string[] {
  const files = new Set(problems.map(({ file }) => file));
  return problems.flatMap(({ file, message }, index) => {
    const where = files.size > 1 ? `${basename(file)}: ` : '';
    return entry(index === 0 ? 'Problems' : '', `${where}${message}`);
  });
}

/** What is left out and why, each reason with its first line. */
export function droppedLines(read: Pick<ReadImport, 'files' | 'dropped'>): string[] {
  const { files, dropped } = read;
  if (dropped.length === 0) return entry('Left out', 'Nothing.');
  return dropped.flatMap((row, index) => droppedEntry(row, index, files));
}

function droppedEntry(
  { file, reason, count, line, example }: DroppedRows,
  index: number,
  files: ReadImport['files'],
): string[] {
  const name = files.length > 1 ? ` of ${basename(files[file - 1]?.path ?? '')}` : '';
  const text = `${count} row${count === 1 ? '' : 's'}${name}: ${reason}. First: line ${line}`;
  return [
    ...entry(index === 0 ? 'Left out' : '', `${text}${example === undefined ? '.' : ''}`),
    ...(example === undefined ? [] : [cut(`              ${example}`)]),
  ];
}

function cut(line: string): string {
  return line.length <= 80 ? line : `${line.slice(0, 77)}...`;
}

/** Shares first (METHOD 4.7), then what is missing, what must be doubted, and what the pairs say. */
export function summaryLines(summary: ImportSummary, costs: ImportRequest['costs']): string[] {
  return [
    ...groupLines(summary),
    '',
    ...entry(
      'Time',
      `${summary.from} to ${summary.to}, ${summary.sessions} session` +
        `${summary.sessions === 1 ? '' : 's'}${summary.hasMadeSessions ? ' made of pauses and hours' : ''}.`,
    ),
    ...entry('Load', loadText(summary)),
    ...entry('Cost', costText(summary, costs)),
    ...plannedLines(summary),
    ...entry('Pairs', `${summary.pairs}. Rows in no pair: ${summary.unpairedRows}.`),
    ...orderLines(summary.order),
    ...findingLines(summary),
    ...contrastLines(summary.contrasts),
  ];
}

function groupLines({ groups, rows }: ImportSummary): string[] {
  const hasCosts = groups.some(({ costUsdMean }) => costUsdMean !== undefined);
  return table(
    [
      'workload',
      'platform',
      'rows',
      'share',
      'failed',
      'late',
      'p50 ms',
      'p95 ms',
      'cold',
      ...(hasCosts ? ['$/1,000'] : []),
    ],
    groups.map((group) => [
      short(group.workload),
      group.platform,
      String(group.rows),
      `${((100 * group.rows) / rows).toFixed(1)} %`,
      String(group.failed),
      String(group.timeouts),
      number(group.latencyMsP50),
      number(group.latencyMsP95),
      group.coldShare === undefined ? '-' : `${(100 * group.coldShare).toFixed(1)} %`,
      ...(hasCosts
        ? [group.costUsdMean === undefined ? '-' : (1000 * group.costUsdMean).toPrecision(2)]
        : []),
    ]),
  );
}

function short(text: string): string {
  return text.length <= 14 ? text : `${text.slice(0, 11)}...`;
}

function number(value: number | undefined): string {
  if (value === undefined) return '-';
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function loadText({ madeLoads, rows }: ImportSummary): string {
  if (madeLoads === 0) return 'As the file has it.';
  const which = madeLoads === rows ? 'all rows' : `${madeLoads} rows`;
  return `Computed for ${which}, each from rows sent earlier alone.`;
}

function costText({ pricedRows, rows }: ImportSummary, costs: ImportRequest['costs']): string {
  if (costs.kind === 'none') return 'Not looked at (--without-cost).';
  if (pricedRows === 0) return 'As the file has it.';
  return `${pricedRows === rows ? 'All' : pricedRows} rows priced by ${costs.source}.`;
}

function plannedLines({ planned }: ImportSummary): string[] {
  return planned.flatMap(({ platform, workload, requests, found, missing, source }, index) => {
    const what = [platform, workload].filter((part) => part !== undefined).join(' ');
    const verb = missing >= 0 ? `${missing} missing` : `${-missing} more than planned`;
    const by = source === 'pairs' ? ' (pairs with one side)' : '';
    return entry(
      index === 0 ? 'Planned' : '',
      `${what === '' ? '' : `${what}: `}${found} of ${requests} requests found, ${verb}${by}.`,
    );
  });
}

function orderLines({ kind, overlap, position }: ImportOrder): string[] {
  if (kind === 'one-platform') return [];
  const effects = Object.entries(position).map(([platform, { mean, interval, units }]) => {
    const range =
      interval === undefined ? '' : ` [${percent(interval.lower)}, ${percent(interval.upper)}]`;
    return `${platform} ${percent(mean)}${range} (${units})`;
  });
  const how =
    kind === 'at-the-same-time'
      ? `Both under load at the same time (${(100 * overlap).toFixed(0)} %).`
      : `One after the other (${(100 * overlap).toFixed(0)} % together).`;
  const tested =
    effects.length === 0
      ? 'Position effect: cannot be told.'
      : `Second against first: ${effects.join(', ')}.`;
  return entry('Order', `${how} ${tested}`);
}

function percent(ln: number): string {
  const value = 100 * Math.expm1(ln);
  return `${value >= 0 ? '+' : ''}${value.toFixed(1)} %`;
}

function findingLines({ findings }: ImportSummary): string[] {
  if (findings.length === 0) return [];
  return [
    '',
    ...findings.flatMap(({ message }, index) => entry(index === 0 ? 'Doubt' : '', message)),
  ];
}

function contrastLines(contrasts: readonly PairContrast[]): string[] {
  if (contrasts.length === 0) return [];
  const rows = contrasts.map(({ workload, pairs, lambdaShare, latency, cost }) => [
    short(workload),
    String(pairs),
    ratio(latency),
    cost === undefined ? '-' : ratio(cost),
    lambdaShare === undefined ? '-' : share(lambdaShare),
  ]);
  return [
    '',
    ...sentence('Pairs: Lambda over Fargate (typical ratio), with 95 % over sessions'),
    ...table(['workload', 'pairs', 'latency', 'cost', 'Lambda wins'], rows),
  ];
}

function ratio({ mean, interval }: SessionMean): string {
  const text = (ln: number): string => Math.exp(ln).toPrecision(2);
  if (interval === undefined) return `${text(mean)} [one session]`;
  return `${text(mean)} [${text(interval.lower)}, ${text(interval.upper)}]`;
}

function share({ mean, interval }: SessionMean): string {
  const text = (value: number): string => (100 * Math.min(1, Math.max(0, value))).toFixed(0);
  if (interval === undefined) return `${text(mean)} %`;
  return `${text(mean)} % [${text(interval.lower)}, ${text(interval.upper)}]`;
}

export function noteLines(notes: readonly string[]): string[] {
  return notes.flatMap((note, index) => entry(index === 0 ? 'Note' : '', note));
}
