import { resolve } from 'node:path';
import { type ImportField, importFields, isImportField } from '../../dataset/import/import-form.ts';
import {
  type ColumnPattern,
  type FieldSource,
  type ImportFile,
  type ImportRequest,
  presetNames,
} from '../../dataset/import/import-request.ts';
import type { PlannedCount } from '../../dataset/import/planned-rows.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Platform } from '../../domain/platform.ts';
import { duration } from '../../plan/units.ts';
import { UsageError } from '../usage-error.ts';
import { importCosts } from './import-costs.ts';

/** Options of `import` as the command line has them. */
export interface ImportOptions {
  readonly as?: string;
  readonly preset?: string;
  readonly column?: readonly string[];
  readonly platform?: string;
  readonly lambda?: string;
  readonly ecs?: string;
  readonly platformFrom?: string;
  readonly workloadFrom?: string;
  readonly payload?: readonly string[];
  readonly memory?: readonly string[];
  readonly timeout?: string;
  readonly planned?: readonly string[];
  readonly requests?: string;
  readonly plan?: string;
  readonly priceBook?: string;
  readonly lambdaEdge?: string;
  readonly ecsEdge?: string;
  readonly ecsCost?: readonly string[];
  readonly cost?: boolean;
  readonly leaveOutBadRows?: boolean;
  readonly model?: string;
  readonly dryRun?: boolean;
}

/** As in plans. */
const defaultTimeoutMs = 29_000;

/** What the options ask for; throws `UsageError`. `plan` is the one that `--plan` names. */
export function importRequest(
  files: readonly string[],
  options: ImportOptions,
  plan: Plan | undefined,
): ImportRequest {
  const { preset, lambda, ecs, platformFrom, workloadFrom } = options;
  const known = presetNames.find((name) => name === preset);
  if (preset !== undefined && known === undefined) {
    throw new UsageError(`There is no preset "${preset}"; there are ${presetNames.join(', ')}.`);
  }
  const platform =
    options.platform === undefined ? undefined : requirePlatform(options.platform, '--platform');
  const memoryMb = amounts(options.memory ?? [], '--memory');
  return {
    files: files.map((file) => fileOf(file, platform)),
    ...(known === undefined ? {} : { preset: known }),
    columns: mappingOf(options.column ?? []),
    platformPatterns: {
      ...(lambda === undefined ? {} : { lambda: patternOf(lambda, '--lambda') }),
      ...(ecs === undefined ? {} : { ecs: patternOf(ecs, '--ecs') }),
    },
    ...(platformFrom === undefined
      ? {}
      : { platformFrom: patternOf(platformFrom, '--platform-from') }),
    ...(workloadFrom === undefined
      ? {}
      : { workloadFrom: patternOf(workloadFrom, '--workload-from') }),
    payloadBytes: amounts(options.payload ?? [], '--payload'),
    memoryMb: { ...memoryOfPlan(plan), ...memoryMb },
    timeoutMs: timeoutOf(options.timeout, plan),
    badRows: options.leaveOutBadRows === true ? 'leave-out' : 'refuse',
    costs: importCosts(options, plan, amounts(options.ecsCost ?? [], '--ecs-cost')),
  };
}

const platformOf: Readonly<Record<string, Platform>> = {
  lambda: 'lambda',
  ecs: 'ecs',
  fargate: 'ecs',
};

function fileOf(text: string, platform: Platform | undefined): ImportFile {
  const [, word = '', path = ''] = /^(lambda|ecs|fargate)=(.+)$/.exec(text) ?? [];
  const own = platformOf[word] ?? platform;
  return {
    path: resolve(path === '' ? text : path),
    ...(own === undefined ? {} : { platform: own }),
  };
}

function requirePlatform(text: string, option: string): Platform {
  const platform = platformOf[text];
  if (platform !== undefined) return platform;
  throw new UsageError(`${option} is "${text}"; it is lambda or ecs (or fargate).`);
}

function mappingOf(texts: readonly string[]): ImportRequest['columns'] {
  const columns: Partial<Record<ImportField, FieldSource>> = {};
  for (const text of texts) {
    const [field, value] = parted(text, '--column', 'field=column');
    if (!isImportField(field)) {
      throw new UsageError(
        `--column ${text}: there is no field "${field}". There are ${importFields.join(', ')}.`,
      );
    }
    columns[field] = sourceOf(value);
  }
  return columns;
}

/** `duration_s*1000`: a column, and what its numbers are multiplied by. */
function sourceOf(text: string): FieldSource {
  const [, column, factor] = /^(.+)\*([0-9.]+(?:e[+-]?\d+)?)$/.exec(text) ?? [];
  if (column === undefined || !Number.isFinite(Number(factor))) return { column: text };
  return { column, factor: Number(factor) };
}

function patternOf(text: string, option: string): ColumnPattern {
  // A tag of k6 has a colon in its own name.
  const [, column, pattern] = /^((?:tag:)?[^:]+):(.+)$/s.exec(text) ?? [];
  if (column !== undefined && pattern !== undefined) return { column, pattern };
  throw new UsageError(`${option} is "${text}"; it is COLUMN:REGEX, as in url:execute-api.`);
}

/** `512`: of every workload; `heavy=512`: of one. */
export function amounts(texts: readonly string[], option: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const text of texts) {
    const [, workload = '*', value = ''] = /^(?:(.+)=)?([^=]+)$/s.exec(text) ?? [];
    const amount = Number(value);
    if (value.trim() === '' || !Number.isFinite(amount) || amount < 0) {
      throw new UsageError(
        `${option} is "${text}"; it is a number, or WORKLOAD=NUMBER for one workload.`,
      );
    }
    found[workload] = amount;
  }
  return found;
}

/** `300`, `lambda=300`, `heavy=300`, `lambda/heavy=300`. */
export function plannedCounts(texts: readonly string[]): PlannedCount[] {
  return texts.map((text) => {
    const [, of = '', value = ''] = /^(?:(.+)=)?(\d+)$/s.exec(text) ?? [];
    if (value === '') {
      throw new UsageError(
        `--planned is "${text}"; it is a number of requests, as in 300, lambda=300, heavy=300 or ` +
          'lambda/heavy=300.',
      );
    }
    const requests = Number(value);
    if (of === '') return { requests };
    const [, word = '', rest] = /^(lambda|ecs|fargate)(?:\/(.+))?$/s.exec(of) ?? [];
    const platform = platformOf[word];
    if (platform === undefined) return { workload: of, requests };
    return { platform, ...(rest === undefined ? {} : { workload: rest }), requests };
  });
}

function parted(text: string, option: string, form: string): readonly [string, string] {
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new UsageError(`${option} is "${text}"; it is ${form}.`);
}

function memoryOfPlan(plan: Plan | undefined): Record<string, number> {
  return Object.fromEntries(
    (plan?.workloads ?? []).map(({ name, lambdaMemoryMb }) => [name, lambdaMemoryMb]),
  );
}

function timeoutOf(text: string | undefined, plan: Plan | undefined): number {
  if (text === undefined) return plan?.load.timeoutMs ?? defaultTimeoutMs;
  const match = duration.pattern.exec(text);
  const read = match === null ? undefined : duration.read(match);
  if (read !== undefined && 'value' in read) return read.value;
  throw new UsageError(`--timeout is "${text}"; it is ${duration.right}.`);
}
