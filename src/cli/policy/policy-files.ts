import type { HourWeights } from '../../domain/money/rate-switch.ts';
import type { Policy } from './policy.ts';
import { policyReadme } from './policy-readme.ts';

/** The files of a policy by their names. */
export function policyFiles(policy: Policy): Readonly<Record<string, string | Uint8Array>> {
  return {
    'README.md': policyReadme(policy),
    ...(policy.model === undefined ? {} : { 'model.json': policy.model.body }),
    'best-static.json': jsonText(bestStaticOf(policy)),
    'switch-by-rate.json': jsonText(switchByRateOf(policy)),
    'switch-by-rate.csv': switchCsv(policy),
  };
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function bestStaticOf({ campaignId, plan, book, table, capacityReason, champion }: Policy) {
  return {
    schema: 'crossover-best-static/1',
    campaignId,
    table,
    reason: capacityReason,
    isInUse: champion === undefined || champion.kind === 'best-static',
    ...(champion === undefined ? {} : { whyInUse: champion.reason }),
    requestsPerS: plan.evaluation.ratePerS,
    prices: book,
  };
}

function switchByRateOf({ campaignId, plan, book, switches }: Policy) {
  return {
    schema: 'crossover-switch-by-rate/1',
    campaignId,
    timezone: plan.schedule.timezone,
    requestsPerS: plan.load.ratePerS,
    shape: plan.load.shape,
    priceBook: book.name,
    targetUtilisation: plan.pricing.targetUtilisation,
    workloads: switches.map(({ breakEven, ...one }) => ({
      ...one,
      // JSON has no other word for "never".
      breakEven: breakEven ?? null,
    })),
  };
}

const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const csvColumns = [
  'workload',
  'day',
  'hour',
  'requests_per_hour',
  'break_even_per_hour',
  'fargate_tasks',
  'lambda_percent',
  'ecs_percent',
] as const;

function switchCsv({ switches }: Policy): string {
  const rows = switches.flatMap(({ workload, breakEven, hours }) =>
    hours.map((weights) => csvRow(workload, breakEven?.requestsPerHour, weights)),
  );
  return [csvColumns.join(','), ...rows, ''].join('\n');
}

/** Workloads are named in letters, digits and dashes, so nothing needs quotes. */
function csvRow(workload: string, breakEvenPerHour: number | undefined, at: HourWeights): string {
  return [
    workload,
    dayNames[at.day],
    at.hour,
    rounded(at.requestsPerHour),
    breakEvenPerHour === undefined ? '' : rounded(breakEvenPerHour),
    at.tasks,
    at.lambdaPercent,
    at.ecsPercent,
  ].join(',');
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
