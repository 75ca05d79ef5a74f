import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { atTimes } from '../../domain/estimate/estimate.ts';
import type { EstimateQuestion } from '../../domain/estimate/estimate-month.ts';
import {
  limitOf,
  needOf,
  type ServiceQuestion,
  waitingMs,
} from '../../domain/estimate/estimate-service.ts';
import { deploymentLeadInMs } from '../../domain/schedule.ts';
import { sum } from '../../domain/statistics/statistics.ts';

/**
 * Writes a plan that simulates what was estimated. Its handler is an example of the house: only one
 * of the user's own, on a testbed that runs it, can be measured. An existing file is kept.
 */
export async function writePlan(
  path: string,
  question: EstimateQuestion,
  prices?: string,
): Promise<void> {
  const book = prices === undefined ? question.book.name : resolve(prices);
  await writeFile(path, planText(question, book), { flag: 'wx' });
}

/** As YAML; `loadPlan` accepts it. `book`: the name of a price book, or the path of a file. */
export function planText(question: EstimateQuestion, book: string): string {
  const times = affordable(question);
  const { services } = atTimes(question, times);
  const { pricing } = question;
  const ratePerS = sum(services.map((service) => service.ratePerS));
  const shares = sharesOf(services);
  const names = planNames(services);
  const seconds = Math.floor(
    Math.max(leastSeconds, Math.min(longestSeconds, slotRequests / ratePerS)),
  );
  const blocks = scoredBlocks + Math.floor(deploymentLeadInMs / 1000 / seconds);
  return [
    '# Written by "crossover estimate": it simulates these numbers, which costs nothing.',
    '# To measure your own code, set "run" to your handler and testbed to local.',
    ...(times < 1 ? [`# At ${percentOf(times)} of the rate: a plan has limits.`] : []),
    'campaign: estimated',
    'testbed: simulated',
    'workloads:',
    ...services.flatMap((service, index) => [
      `  ${names[index]}:`,
      '    run: workloads/lightweight/handler.ts',
      `    share: ${percentOf(shares[index] ?? 0)}`,
      ...sizesText(service, needOf(pricing, question.peak, service).tasks),
    ]),
    'schedule: { slots: 24, every: 1h, pace: immediate }',
    'load:',
    `  duration: ${seconds}s`,
    `  rate: ${rateText(ratePerS)}`,
    '  ladder: { utilisation: [25%, 50%, 70%], step: 30s, pairs: 100 }',
    `evaluation: { blocks: ${blocks}, blockDuration: ${seconds}s }`,
    'pricing:',
    `  book: ${JSON.stringify(book)}`,
    ...(pricing.preflights === undefined ? [] : [`  preflights: ${percentOf(pricing.preflights)}`]),
    `  edge: { lambda: ${pricing.edge.lambda}, ecs: ${pricing.edge.ecs} }`,
    `  targetUtilisation: ${percentOf(pricing.targetUtilisation)}`,
    '',
  ].join('\n');
}

/** A slot of some thousand requests is simulated within a second. */
const slotRequests = 3000;
const leastSeconds = 10;
const longestSeconds = 1800;
const scoredBlocks = 24;
/** Ten seconds of it are half of what a plan's slot may have. */
const mostRatePerS = 5000;
const mostTasks = 100;

/** The part of the rate that a plan can have: 1, unless there are very many requests or tasks. */
function affordable({ services, pricing, peak }: EstimateQuestion): number {
  const ratePerS = sum(services.map((service) => service.ratePerS));
  const parts = services.map((service) => mostTasks / needOf(pricing, peak, service).tasks);
  return Math.min(1, mostRatePerS / ratePerS, ...parts);
}

/**
 * A plan's workload either computes or waits. One that does both is written as one that waits, with
 * as many slots as its CPU lets a task serve at once: that is billed and sized the same.
 */
function sizesText(service: ServiceQuestion, tasks: number): string[] {
  const { workload, durationMs } = service;
  const limit = limitOf(service);
  const isWaiting =
    limit.by === 'slots' ||
    waitingMs({ workload, durationMs, cpuMs: limit.busyMs }) > 0.05 * durationMs;
  const heldMs = limit.by === 'slots' ? limit.busyMs : durationMs;
  const slots = Math.round((limit.capacity * heldMs) / limit.busyMs);
  return [
    `    lambda: ${workload.lambdaMemoryMb}MB`,
    `    ecs: ${workload.ecsVcpu}vCPU/${workload.ecsMemoryMb / 1024}GB`,
    `    tasks: ${tasks}`,
    `    cpu: ${timeText(isWaiting ? heldMs : limit.busyMs)}`,
    ...(isWaiting
      ? ['    bound: io', `    slotsPerTask: ${Math.min(mostSlots, Math.max(1, slots))}`]
      : []),
  ];
}

const mostSlots = 10_000;

function timeText(ms: number): string {
  return `${Math.max(0.01, Number(ms.toFixed(2)))}ms`;
}

/** In hundredths of a percent that add up to a hundred; the largest takes what rounding leaves. */
function sharesOf(services: readonly ServiceQuestion[]): number[] {
  const rates = services.map(({ ratePerS }) => ratePerS);
  const rounded = rates.map((rate) => Math.max(1, Math.round((10_000 * rate) / sum(rates))));
  const largest = rates.indexOf(Math.max(...rates));
  const rest = 10_000 - sum(rounded);
  return rounded.map((share, index) => (index === largest ? share + rest : share) / 10_000);
}

function percentOf(share: number): string {
  return `${Number((100 * share).toPrecision(4))}%`;
}

function rateText(ratePerS: number): string {
  const perS = Number(ratePerS.toFixed(3));
  return perS >= 0.1 ? `${perS}/s` : `${Number((3600 * ratePerS).toFixed(3))}/h`;
}

/** Names of plans are narrower than those of functions, and none may be there twice. */
function planNames(services: readonly ServiceQuestion[]): string[] {
  const names: string[] = [];
  for (const { workload } of services) {
    const narrow = workload.name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 36);
    const name = narrow === '' ? 'yours' : narrow;
    names.push(names.includes(name) ? `${name}-${names.length + 1}` : name);
  }
  return names;
}
