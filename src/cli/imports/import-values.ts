import type { LoggedImport } from '../../dataset/import/logged-import.ts';
import { featureNames, featureVector, localClock } from '../../domain/models/feature.ts';
import { type ModelArtifact, parseModelArtifact } from '../../domain/models/model.ts';
import { decodeScorer } from '../../domain/models/scorer.ts';
import type { SessionMean } from '../../domain/statistics/session-mean.ts';
import {
  type LoggedPolicy,
  type LoggedValues,
  valuePolicies,
} from '../../learning/doubly-robust.ts';
import { entry, sentence, table } from '../check/check-text.ts';
import { UsageError } from '../usage-error.ts';

/** The policies valued by every outcome that the rows have (METHOD 4.8). */
export interface ImportValues {
  /** u of METHOD 4.1; absent without costs. */
  readonly utility?: LoggedValues;
  /** ln ms. */
  readonly latency: LoggedValues;
  /** USD. */
  readonly cost?: LoggedValues;
}

export function importValues(
  rows: LoggedImport,
  further: Readonly<Record<string, LoggedPolicy>> = {},
): ImportValues {
  const { utility, lnLatency, costUsd } = rows;
  return {
    latency: valuePolicies(rows, lnLatency, further),
    ...(utility === undefined ? {} : { utility: valuePolicies(rows, utility, further) }),
    ...(costUsd === undefined ? {} : { cost: valuePolicies(rows, costUsd, further) }),
  };
}

/**
 * What a stored model would have chosen for each row, from what was known before it was sent.
 * Estimates of a workload are the medians of the rows on Lambda.
 */
export function modelPolicy(text: string, rows: LoggedImport, timezone: string): LoggedPolicy {
  const model = parseModelArtifact(JSON.parse(text));
  requireFit(model, rows);
  const scorer = decodeScorer(model.scorer, model.features.length);
  const choices = Uint8Array.from({ length: rows.rowCount }, (_, row) => {
    const index = rows.workload[row] ?? 0;
    const vector = featureVector(
      {
        workload: rows.workloads[index] ?? '',
        payloadBytes: rows.payloadBytes[row] ?? 0,
        estimatedExecutionMs: rows.serverMs[index] ?? 0,
        estimatedMemoryMb: rows.memoryMb[index] ?? 0,
        ...localClock(rows.atMs[row] ?? 0, timezone),
        ...rows.loadOf(row),
      },
      model.workloads,
    );
    return scorer.score(vector) > model.threshold ? 1 : 0;
  });
  return (row) => (choices[row] === 1 ? 1 : 0);
}

function requireFit(model: ModelArtifact, rows: LoggedImport): void {
  const strangers = rows.workloads.filter((workload) => !model.workloads.includes(workload));
  if (strangers.length > 0) {
    throw new UsageError(
      `The model knows ${model.workloads.join(', ')}, and the rows have ${strangers.join(', ')} too. ` +
        'Name the workloads as the model does, with --workload-from or --column workload=NAME.',
    );
  }
  if (featureNames(model.workloads).join() !== model.features.join()) {
    throw new UsageError('The model has other features than this version makes. Train it again.');
  }
  const unknown = rows.workloads.filter(
    (_, index) =>
      Number.isNaN(rows.serverMs[index] ?? Number.NaN) ||
      Number.isNaN(rows.memoryMb[index] ?? Number.NaN),
  );
  if (unknown.length > 0) {
    throw new UsageError(
      `The model needs execution time and memory of ${unknown.join(', ')}: ` +
        'rows on Lambda with server_ms and memory_mb (or --memory).',
    );
  }
}

/** In at most 80 columns. */
export function valueLines({ utility, latency, cost }: ImportValues): string[] {
  const main = utility ?? latency;
  const policies = main.values.map(({ policy }) => policy);
  const cells = (
    values: LoggedValues | undefined,
    policy: string,
    text: (value: number) => string,
  ): string[] => {
    const found = values?.values.find((one) => one.policy === policy);
    if (values === undefined) return [];
    return [rangeText(found?.value, text), found?.naive === undefined ? '-' : text(found.naive)];
  };
  const milliseconds = (ln: number): string => Math.exp(ln).toPrecision(3);
  const perThousand = (usd: number): string => (1000 * usd).toPrecision(3);
  const plain = (value: number): string => value.toFixed(3);
  const rows = (
    title: string,
    values: LoggedValues | undefined,
    text: (value: number) => string,
  ): string[] =>
    values === undefined
      ? []
      : [
          ...table(
            [title, 'value [95 %]', 'rows as they came'],
            policies.map((policy) => [policy, ...cells(values, policy, text)]),
          ),
          '',
        ];
  return [
    ...sentence(
      'Unpaired rows: each policy valued by the doubly robust estimator (METHOD 4.8), from cells of ' +
        'workload, payload and load.',
    ),
    '',
    ...rows('latency, typical ms', latency, milliseconds),
    ...rows('$ per 1,000', cost, perThousand),
    ...rows('u (lower is better)', utility, plain),
    ...supportLines(main, utility === undefined ? milliseconds : plain),
  ];
}

function supportLines(
  { notEvaluableShare, values, bestStatic, cells }: LoggedValues,
  text: (value: number) => string,
): string[] {
  const choices = Object.entries(bestStatic).map(
    ([workload, platform]) => `${workload} ${platform}`,
  );
  const bounds = values.map(
    ({ policy, bounds: { lower, upper } }) => `${policy} ${text(lower)} to ${text(upper)}`,
  );
  const outside = percent(notEvaluableShare);
  const rest =
    notEvaluableShare === 0
      ? ''
      : ` The other ${outside} are not evaluable; whatever they would have been elsewhere, the ` +
        `value of all rows is: ${bounds.join(', ')}.`;
  return [
    ...entry('Best-static', choices.length === 0 ? 'Cannot be told.' : `${choices.join(', ')}.`),
    ...entry(
      'Support',
      `${percent(1 - notEvaluableShare)} of the rows are in cells (of ${cells}) that got both ` +
        `platforms, 10 rows and 5 % each, in other sessions than their own too.${rest}`,
    ),
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function rangeText(value: SessionMean | undefined, text: (value: number) => string): string {
  if (value === undefined) return 'not evaluable';
  const { mean, interval } = value;
  if (interval === undefined) return `${text(mean)} [one session]`;
  return `${text(mean)} [${text(interval.lower)}, ${text(interval.upper)}]`;
}
