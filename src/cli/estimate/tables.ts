import type { LambdaMonthLines, Month } from '../../domain/estimate/estimate-month.ts';
import { hoursPerMonth } from '../../domain/money/lambda-month.ts';
import { table } from '../check/check-text.ts';
import { money, monthly, rate } from './amounts.ts';
import type { EstimateAnswer } from './estimate-answer.ts';
import { isCpuGiven } from './options.ts';
import type { Subject } from './subject.ts';

/** A month's bill, line by line; a third column where the CPU time is not known. */
export function billLines(subject: Subject, { estimate, leastCpu }: EstimateAnswer): string[] {
  const { lambda } = estimate.month;
  const months = leastCpu === undefined ? [estimate.month] : [leastCpu.month, estimate.month];
  const amounts = (line: BillLine): string[] => [
    amount(line.lambda(lambda)),
    ...months.map((month) => amount(line.fargate(month))),
  ];
  const rows = billOf(subject)
    .map((line) => [line.name, ...amounts(line)])
    .filter(([, ...cells]) => cells.some((cell) => cell !== '-'));
  const perMillion = [lambda, ...months.map(({ fargate }) => fargate)].map(({ totalUsd }) =>
    money((1e6 * totalUsd) / estimate.month.requests),
  );
  const title = `A month of ${hoursPerMonth} hours`;
  return table(
    [title, 'Lambda', ...columnsOf(subject, leastCpu !== undefined)],
    [...rows, ['per million requests', ...perMillion]],
  );
}

/** Every workload by itself; nothing where there is only one. */
export function workloadLines(subject: Subject, { estimate, leastCpu }: EstimateAnswer): string[] {
  const { services, split } = estimate;
  if (services.length < 2 || split === undefined) return [];
  const rows = services.map((service, index) => {
    const least = leastCpu?.services[index];
    return [
      shortName(service.name),
      rate(service.ratePerS),
      money(service.lambdaUsd),
      ...(least === undefined ? [] : [money(least.fargateUsd)]),
      money(service.fargateUsd),
      ...(least === undefined ? [String(service.need.tasks)] : []),
      cheaperOf(service, least),
    ];
  });
  // How many tasks it takes at either end stands below the table.
  const fargate = [
    ...columnsOf(subject, leastCpu !== undefined),
    ...(leastCpu === undefined ? ['tasks'] : []),
  ];
  const mixed = Object.values(split.platforms);
  const isMixed = new Set(mixed).size > 1;
  return [
    ...table(['Without balancer', 'rate', 'Lambda', ...fargate, 'cheaper'], rows),
    ...(leastCpu === undefined && isMixed
      ? [`Each where it is cheaper, the balancer included: ${money(split.totalUsd)} a month.`]
      : []),
    '',
  ];
}

/** Names of functions can be longer than a table is wide. */
export function shortName(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
}

const longestName = 18;

function cheaperOf(
  service: { readonly lambdaUsd: number; readonly fargateUsd: number },
  least: { readonly fargateUsd: number } | undefined,
): string {
  if (service.fargateUsd < service.lambdaUsd) return 'Fargate';
  return least !== undefined && least.fargateUsd < service.lambdaUsd ? 'by CPU' : 'Lambda';
}

/** What happens at half and at double the rate. */
export function ratesLines(subject: Subject, { estimate, leastCpu }: EstimateAnswer): string[] {
  const rows = estimate.otherRates.map((other, index) => {
    const least = leastCpu?.otherRates[index];
    const tasks = [...new Set([least?.tasks ?? other.tasks, other.tasks])];
    return [
      `${timesText(other.times)} ${rate(other.ratePerS)}` +
        `${least === undefined ? `, ${monthly(other.ratePerS)}` : ''}`,
      money(other.lambdaUsd),
      ...(least === undefined ? [] : [money(least.fargateUsd)]),
      money(other.fargateUsd),
      tasks.join(' to '),
      cheaperOf(other, least),
    ];
  });
  const fargate = columnsOf(subject, leastCpu !== undefined);
  return table(['Other rates', 'Lambda', ...fargate, 'tasks', 'cheaper'], rows);
}

interface BillLine {
  readonly name: string;
  readonly lambda: (lines: LambdaMonthLines) => number;
  readonly fargate: (month: Month) => number;
}

function billOf({ question }: Subject): readonly BillLine[] {
  const none = (): number => 0;
  const free = question.hasFreeTier ? ' after the free tier' : '';
  return [
    { name: `requests${free}`, lambda: ({ requestsUsd }) => requestsUsd, fargate: none },
    { name: `compute${free}`, lambda: ({ computeUsd }) => computeUsd, fargate: none },
    { name: 'tasks, busy', lambda: none, fargate: ({ fargate }) => fargate.busyUsd },
    { name: 'tasks, idle', lambda: none, fargate: ({ fargate }) => fargate.idleUsd },
    {
      name: 'edge, per request',
      lambda: ({ edgeUsd }) => edgeUsd,
      fargate: ({ fargate }) => fargate.edgeUsd,
    },
    {
      name: 'balancer, per hour',
      lambda: ({ balancerUsd }) => balancerUsd,
      fargate: ({ fargate }) => fargate.balancerUsd,
    },
    { name: 'preflights that invoke', lambda: ({ preflightUsd }) => preflightUsd, fargate: none },
    {
      name: 'logs',
      lambda: ({ logsUsd }) => logsUsd,
      fargate: ({ fargate }) => fargate.logsUsd,
    },
    {
      name: 'network out',
      lambda: ({ networkUsd }) => networkUsd,
      fargate: ({ fargate }) => fargate.networkUsd,
    },
    {
      name: 'in all',
      lambda: ({ totalUsd }) => totalUsd,
      fargate: ({ fargate }) => fargate.totalUsd,
    },
  ];
}

function columnsOf({ settings }: Subject, isRange: boolean): string[] {
  if (!isRange) return ['Fargate'];
  return [isCpuGiven(settings) ? 'Fargate, --cpu' : 'Fargate, waits', 'computes'];
}

function amount(usd: number): string {
  return usd === 0 ? '-' : money(usd);
}

function timesText(times: number): string {
  if (times === 1) return 'this:  ';
  return times < 1 ? 'half:  ' : 'double:';
}
