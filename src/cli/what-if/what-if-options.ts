import {
  type PriceBook,
  priceBookNames,
  priceBookOf,
  priceGap,
  requirePriceBook,
} from '../../domain/money/price-books.ts';
import { type EdgeName, edgeNames, type Plan } from '../../domain/plan.ts';
import type { Platform } from '../../domain/platform.ts';
import { expectedCount } from '../../domain/requests/arrivals.ts';
import { mostRequests } from '../../domain/requests/requests.ts';
import type { Changes } from '../../domain/what-if/what-if.ts';
import { closest } from '../../plan/closest.ts';
import { readPriceFile } from '../../plan/price-file.ts';
import {
  duration,
  fargateSize,
  lambdaMemory,
  type Reading,
  rate,
  type Unit,
} from '../../plan/units.ts';

/** As Commander has them: what can be said per workload may be said several times. */
export interface WhatIfOptions {
  readonly rate?: string;
  readonly region?: string;
  readonly architecture?: string;
  readonly prices?: string;
  readonly edgeLambda?: string;
  readonly edgeEcs?: string;
  readonly memory?: readonly string[];
  readonly ecs?: readonly string[];
  readonly tasks?: readonly string[];
  readonly slo?: readonly string[];
  readonly scaleToZero?: true;
}

/** The changes, or everything that is wrong with the options, a sentence each. */
export async function readChanges(
  options: WhatIfOptions,
  plan: Plan,
): Promise<{ readonly changes: Changes } | { readonly problems: readonly string[] }> {
  const problems: string[] = [];
  const changes: Changes = {
    ...present('ratePerS', rateOf(options.rate, plan, problems)),
    ...present('prices', await pricesOf(options, plan, problems)),
    ...present('edge', edgesOf(options, problems)),
    ...present('lambdaMemoryMb', perWorkload('--memory', options.memory, lambdaMemory)),
    ...present('ecsSize', perWorkload('--ecs', options.ecs, fargateSize)),
    ...present('tasks', perWorkload('--tasks', options.tasks, taskCount)),
    ...present('sloLatencyMs', perWorkload('--slo', options.slo, duration)),
    ...(options.scaleToZero === true ? { scaleToZero: true } : {}),
  };
  if (problems.length === 0 && Object.keys(changes).length === 0) {
    problems.push('Say what would be different, for example --rate x3; see --help.');
  }
  return problems.length === 0 ? { changes } : { problems };

  function perWorkload<Value>(
    option: string,
    texts: readonly string[] | undefined,
    unit: Unit<Value>,
  ): Readonly<Record<string, Value>> | undefined {
    return texts === undefined
      ? undefined
      : workloadValues({ option, texts, unit, plan }, problems);
  }
}

function present<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]: Value });
}

const mostTasks = 1000;

const taskCount: Unit<number> = {
  what: 'a number of tasks',
  right: `a whole number from 1 to ${mostTasks}`,
  pattern: /^(\d+)$/,
  read: ([, text]) => {
    const tasks = Number(text);
    if (tasks >= 1 && tasks <= mostTasks) return { value: tasks };
    return { message: `${text} is no number of tasks`, suggestion: `Write ${taskCount.right}.` };
  },
};

/** `thumbnail=512MB` for one workload, `512MB` for all of them. */
function workloadValues<Value>(
  input: {
    readonly option: string;
    readonly texts: readonly string[];
    readonly unit: Unit<Value>;
    readonly plan: Plan;
  },
  problems: string[],
): Readonly<Record<string, Value>> {
  const { option, texts, unit, plan } = input;
  const names = plan.workloads.map(({ name }) => name);
  const values: Record<string, Value> = {};
  for (const text of texts) {
    const [, named, written = text] = /^([^=]+)=(.*)$/.exec(text) ?? [];
    const value = readValue(option, written, unit, problems);
    if (named !== undefined && !names.includes(named)) {
      const near = closest(named, names);
      const meant = near === undefined ? `It has ${names.join(', ')}.` : `Did you mean "${near}"?`;
      problems.push(`${option}: the campaign has no workload "${named}". ${meant}`);
    } else if (value !== undefined) {
      for (const name of named === undefined ? names : [named]) values[name] = value;
    }
  }
  return values;
}

function readValue<Value>(
  option: string,
  text: string,
  unit: Unit<Value>,
  problems: string[],
): Value | undefined {
  const match = unit.pattern.exec(text);
  const reading: Reading<Value> =
    match === null
      ? { message: `"${text}" is not ${unit.what}`, suggestion: `Write ${unit.right}.` }
      : unit.read(match);
  if ('value' in reading) return reading.value;
  const advice = reading.suggestion === undefined ? '' : ` ${reading.suggestion}`;
  problems.push(`${option}: ${reading.message}.${advice}`);
  return undefined;
}

/** `x3`: so many times the evaluation's; `5/s`: that one. */
function rateOf(text: string | undefined, plan: Plan, problems: string[]): number | undefined {
  if (text === undefined) return undefined;
  const times = /^[x×](\d+(?:\.\d+)?)$/.exec(text)?.[1];
  const ratePerS =
    times === undefined
      ? readValue('--rate', text, rateOrTimes, problems)
      : Number(times) * plan.evaluation.ratePerS;
  if (ratePerS === undefined) return undefined;
  if (ratePerS <= 0) problems.push('--rate: without requests there is nothing to decide.');
  const requests = expectedCount(ratePerS, plan.evaluation.blockDurationMs);
  if (requests > mostRequests) {
    const most = mostRequests / (plan.evaluation.blockDurationMs / 1000);
    problems.push(
      `--rate: a block would have ${requests} requests, and has at most ${mostRequests}: ` +
        `${Math.floor(most)}/s here.`,
    );
  }
  return ratePerS;
}

const rateOrTimes: Unit<number> = {
  ...rate,
  right: `x3 for three times as much, or ${rate.right}`,
};

async function pricesOf(
  { prices, region, architecture }: WhatIfOptions,
  plan: Plan,
  problems: string[],
): Promise<PriceBook | undefined> {
  if (prices !== undefined) {
    if (region !== undefined || architecture !== undefined) {
      problems.push('--prices names a region and an architecture itself: leave them out.');
    }
    const file = await readPriceFile(prices);
    if ('prices' in file) return file.prices;
    problems.push(...file.problems.map((text) => (text.endsWith('.') ? text : `${text}.`)));
    return undefined;
  }
  if (region === undefined && architecture === undefined) return undefined;
  const own = priceBookOf(plan.pricing);
  const wanted = `${region ?? own.region}/${architecture ?? own.architecture}/`;
  const name = priceBookNames.findLast((candidate) => candidate.startsWith(wanted));
  if (name !== undefined) return requirePriceBook(name);
  const gap = priceGap(`${wanted}${own.date}`);
  const there = `There are ${priceBookNames.join(', ')}; --prices FILE takes your own.`;
  problems.push(
    gap === undefined
      ? `There are no prices of ${wanted.slice(0, -1).replace('/', ' on ')}. ${there}`
      : `${gap.message}. Give a file with "extends: ${wanted}${own.date}" as --prices FILE.`,
  );
  return undefined;
}

function edgesOf(
  { edgeLambda, edgeEcs }: WhatIfOptions,
  problems: string[],
): Readonly<Partial<Record<Platform, EdgeName>>> | undefined {
  if (edgeLambda === undefined && edgeEcs === undefined) return undefined;
  const lambda = edgeOf('--edge-lambda', edgeLambda, edgeNames, problems);
  // No Fargate task has a function URL.
  const possible = edgeNames.filter((name) => name !== 'function-url');
  const ecs = edgeOf('--edge-ecs', edgeEcs, possible, problems);
  return { ...present('lambda', lambda), ...present('ecs', ecs) };
}

function edgeOf(
  option: string,
  text: string | undefined,
  possible: readonly EdgeName[],
  problems: string[],
): EdgeName | undefined {
  if (text === undefined) return undefined;
  const found = possible.find((name) => name === text);
  if (found === undefined) {
    problems.push(`${option}: "${text}" is no edge. Write one of ${possible.join(', ')}.`);
  }
  return found;
}
