import type { BodyBytes } from '../../domain/money/edge-price.ts';
import type { PriceBook } from '../../domain/money/price-books.ts';
import { type EdgeName, edgeNames } from '../../domain/plan.ts';
import { fraction, quantity } from '../../plan/leaf.ts';
import { readValue, type ValueSchema } from '../../plan/read-value.ts';
import { duration, fargateSize, lambdaMemory } from '../../plan/units.ts';
import { bodySize, peakFactor, requestRate, wholeNumber } from './option-units.ts';
import { priceBookOption } from './price-options.ts';

/** Options of `estimate` as the command line has them. */
export interface EstimateOptions {
  readonly requests?: string;
  readonly duration?: string;
  readonly memory?: string;
  readonly cpu?: readonly string[];
  readonly init?: string;
  readonly coldShare?: string;
  readonly ecs?: string;
  readonly tasks?: string;
  readonly bound?: string;
  readonly slotsPerTask?: string;
  readonly peak?: string;
  readonly targetUtilisation?: string;
  readonly edgeLambda?: string;
  readonly edgeEcs?: string;
  readonly preflights?: string;
  readonly payloadIn?: string;
  readonly payloadOut?: string;
  readonly freeTier?: boolean;
  readonly region?: string;
  readonly architecture?: string;
  readonly prices?: string;
  readonly log?: string;
  readonly writePlan?: string;
}

/** The options in units; what was not given is absent, because an assumption is said. */
export interface Settings {
  readonly ratePerS?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly memoryMb?: number | undefined;
  readonly cpuMs?: number | undefined;
  /** For single workloads: `--cpu heavy=200ms`. */
  readonly cpuMsOf: Readonly<Record<string, number>>;
  readonly initMs?: number | undefined;
  readonly coldShare?: number | undefined;
  readonly ecs?: { readonly vcpu: number; readonly memoryMb: number } | undefined;
  readonly tasks?: number | undefined;
  readonly bound?: 'cpu' | 'io' | undefined;
  readonly slotsPerTask?: number | undefined;
  readonly peak?: number | undefined;
  readonly targetUtilisation?: number | undefined;
  readonly edge: {
    readonly lambda?: EdgeName | undefined;
    readonly ecs?: EdgeName | undefined;
  };
  readonly preflights?: number | undefined;
  readonly bytes?: BodyBytes | undefined;
  readonly hasFreeTier: boolean;
  /** Absent: the plan's, or the default. */
  readonly book?: PriceBook | undefined;
}

/** Thrown with everything that is wrong with the options, a sentence each. */
export class EstimateProblems extends Error {
  override readonly name = 'EstimateProblems';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join(' '));
    this.problems = problems;
  }
}

/** Reads all options; what is wrong with any of them is added to `problems`. */
export async function readSettings(
  options: EstimateOptions,
  problems: string[],
): Promise<Settings> {
  const optional = <Value>(
    option: string,
    text: string | undefined,
    schema: ValueSchema<Value>,
  ): Value | undefined =>
    text === undefined ? undefined : read({ option, text, schema }, problems);
  const share = (least: number, most: number, says: string) => fraction({ least, most, says });
  const cpu = readCpu(options.cpu ?? [], problems);
  const payloadOut = optional('--payload-out', options.payloadOut, quantity(bodySize));
  const payloadIn = optional('--payload-in', options.payloadIn, quantity(bodySize));
  const settings = {
    ratePerS: optional('--requests', options.requests, quantity(requestRate)),
    durationMs: optional('--duration', options.duration, length(1 / 1000, 'from 0.001ms to 15m')),
    memoryMb: optional('--memory', options.memory, quantity(lambdaMemory)),
    cpuMs: cpu.all,
    initMs: optional('--init', options.init, length(0, 'at most 15m')),
    coldShare: optional('--cold-share', number(options.coldShare), share(0, 1, 'from 0% to 100%')),
    ecs: optional('--ecs', options.ecs, quantity(fargateSize)),
    tasks: optional('--tasks', options.tasks, count(1000)),
    bound: oneOf('--bound', options.bound, ['cpu', 'io'] as const, problems),
    slotsPerTask: optional('--slots-per-task', options.slotsPerTask, count(10_000)),
    peak: optional(
      '--peak',
      options.peak,
      quantity(peakFactor, { least: 1, most: 1000, says: 'from x1 to x1000' }),
    ),
    targetUtilisation: optional(
      '--target-utilisation',
      number(options.targetUtilisation),
      share(0.05, 0.95, 'from 5% to 95%'),
    ),
    preflights: optional(
      '--preflights',
      number(options.preflights),
      share(0, 1, 'from 0% to 100%'),
    ),
    bytes:
      payloadIn === undefined && payloadOut === undefined
        ? undefined
        : { request: payloadIn ?? 0, response: payloadOut ?? 0 },
    book: await priceBookOption(options, problems),
  };
  const lambda = oneOf('--edge-lambda', options.edgeLambda, edgeNames, problems);
  // No Fargate task has a function URL.
  const possible = edgeNames.filter((name) => name !== 'function-url');
  const ecs = oneOf('--edge-ecs', options.edgeEcs, possible, problems);
  return {
    ...settings,
    cpuMsOf: cpu.of,
    edge: { lambda, ecs },
    hasFreeTier: options.freeTier === true,
  };
}

/** Whether the lower end of an unknown CPU time is what the user says it is. */
export function isCpuGiven({ cpuMs, cpuMsOf }: Pick<Settings, 'cpuMs' | 'cpuMsOf'>): boolean {
  return cpuMs !== undefined || Object.keys(cpuMsOf).length > 0;
}

const longestMs = 900_000;

function length(least: number, says: string) {
  return quantity(duration, { least, most: longestMs, says });
}

function count(most: number) {
  return quantity(wholeNumber, { least: 1, most, says: `from 1 to ${most}` });
}

interface Written<Value> {
  readonly option: string;
  readonly text: unknown;
  readonly schema: ValueSchema<Value>;
}

function read<Value>({ option, text, schema }: Written<Value>, problems: string[]) {
  const reading = readValue(schema, text);
  if ('value' in reading) return reading.value;
  const { message, suggestion } = reading;
  problems.push(`${option}: ${message}.${suggestion === undefined ? '' : ` ${suggestion}`}`);
  return undefined;
}

/** A share may be written as `0.3` as well. */
function number(text: string | undefined): string | undefined {
  return text !== undefined && /^\d*\.?\d+$/.test(text) ? `${100 * Number(text)}%` : text;
}

function oneOf<const Name extends string>(
  option: string,
  text: string | undefined,
  names: readonly Name[],
  problems: string[],
): Name | undefined {
  const found = names.find((name) => name === text);
  if (found === undefined && text !== undefined) {
    problems.push(`${option}: "${text}" is not known here. One of ${names.join(', ')}.`);
  }
  return found;
}

function readCpu(
  texts: readonly string[],
  problems: string[],
): { readonly all: number | undefined; readonly of: Record<string, number> } {
  let all: number | undefined;
  const of: Record<string, number> = {};
  for (const text of texts) {
    const named = /^([^=]+)=(.*)$/.exec(text);
    const written = { option: '--cpu', text: named?.[2] ?? text, schema: length(0, 'at most 15m') };
    const cpuMs = read(written, problems);
    if (cpuMs === undefined) continue;
    if (named?.[1] === undefined) all = cpuMs;
    else of[named[1]] = cpuMs;
  }
  return { all, of };
}
