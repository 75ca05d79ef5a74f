/** Why it costs that: tasks, idle part, edge, and the rates at which the answer changes. */
import type { Estimate, ServiceEstimate } from '../../domain/estimate/estimate.ts';
import type { EstimateQuestion } from '../../domain/estimate/estimate-month.ts';
import type { CheaperRange } from '../../domain/estimate/estimate-ranges.ts';
import type { ServiceNeed } from '../../domain/estimate/estimate-service.ts';
import { sum } from '../../domain/statistics/statistics.ts';
import { count, counted, figure, listed, percent } from '../../report/format.ts';
import { entry } from '../check/check-text.ts';
import { money, monthly, rate } from './amounts.ts';
import { edgeWords } from './assumptions.ts';
import type { EstimateAnswer } from './estimate-answer.ts';
import { isCpuGiven } from './options.ts';
import type { Subject } from './subject.ts';

/** N of METHOD 3.3 with its numbers, and what of it is idle. */
export function taskLines(subject: Subject, { estimate, leastCpu }: EstimateAnswer): string[] {
  const { question } = subject;
  const [service, ...others] = estimate.services;
  if (service === undefined) return [];
  if (others.length > 0) return manyTasks(subject, { estimate, ...optional(leastCpu) });
  const least = leastCpu?.services[0];
  const formulas =
    least === undefined
      ? [`${formula(question, service)}. ${capacityText(question, service.need)}`]
      : [
          `${leastWords(subject)}: ${formula(question, least)}.`,
          `If they compute: ${formula(question, service)}. ${capacityText(question, service.need)}`,
        ];
  return [
    ...formulas.flatMap((text, index) => entry(index === 0 ? 'Tasks' : '', text)),
    ...idleLines(subject, estimate, leastCpu),
  ];
}

function formula(question: EstimateQuestion, { need, ratePerS }: ServiceEstimate): string {
  const { workload, busyMs, by, capacity } = need.limit;
  const size = `${workload.ecsVcpu}vCPU/${workload.ecsMemoryMb / 1024}GB`;
  const peak = question.peak === 1 ? '' : `${figure(question.peak)} x `;
  const what = by === 'cpu' ? 'of CPU' : 'in a slot';
  const each = by === 'cpu' ? `${capacity} vCPU` : counted(capacity, 'slot');
  const target = percent(question.pricing.targetUtilisation);
  const rounding =
    need.exactTasks > workload.ecsTasks ? 'rounded up' : `at least ${workload.ecsTasks}`;
  return (
    `${need.tasks} x ${size}, from ${peak}${rate(ratePerS)} x ${figure(busyMs)} ms ${what} / ` +
    `(${each} x ${target}) = ${figure(need.exactTasks)}, ${rounding}`
  );
}

function capacityText({ peak }: EstimateQuestion, need: ServiceNeed): string {
  const served = peak === 1 ? '' : ' on average';
  const open = need.openPerTask < 0.01 ? 'less than 0.01' : figure(need.openPerTask);
  return (
    `A task serves ${rate(need.perTaskPerS)}${served} below that target, and has ${open} requests ` +
    'open at a time.'
  );
}

/** Workloads share the balancer, not the tasks. */
function manyTasks(
  subject: Subject,
  { estimate: { services, month }, leastCpu }: EstimateAnswer,
): string[] {
  const tasks = sum(services.map(({ need }) => need.tasks));
  const least =
    leastCpu === undefined ? tasks : sum(leastCpu.month.needs.map((need) => need.tasks));
  const { busyUsd, idleUsd } = month.fargate;
  const shown = services.slice(0, shownFormulas);
  const rest = services.length - shown.length;
  return [
    ...entry(
      'Tasks',
      `${least === tasks ? tasks : `${least} to ${tasks}`} in all, for each workload its own:`,
    ),
    ...shown.flatMap((service, index) =>
      entry('', ownTasks(subject, service, leastCpu?.services[index])),
    ),
    ...(rest === 0 ? [] : entry('', `and so on for ${counted(rest, 'more workload')}.`)),
    ...(leastCpu === undefined
      ? entry(
          'Busy',
          `${percent(busyUsd / (busyUsd + idleUsd))}; ${money(idleUsd)} a month is idle.`,
        )
      : []),
  ];
}

function ownTasks(
  subject: Subject,
  service: ServiceEstimate,
  least: ServiceEstimate | undefined,
): string {
  const needed = formula(subject.question, service);
  if (least === undefined) return `${service.name}: ${needed}.`;
  return `${service.name}: ${least.need.tasks} ${midWords(subject)}, else ${needed}.`;
}

/** The lower end of an unknown CPU time. */
function leastWords({ settings }: Subject): string {
  return isCpuGiven(settings) ? 'With --cpu' : 'If they wait';
}

function midWords({ settings }: Subject): string {
  return isCpuGiven(settings) ? 'with --cpu' : 'if they wait';
}

/** Each takes a line or two. */
const shownFormulas = 8;

function idleLines(
  subject: Subject,
  { month }: Estimate,
  leastCpu: Estimate | undefined,
): string[] {
  const { busyUsd, idleUsd } = month.fargate;
  const busy = percent(busyUsd / (busyUsd + idleUsd));
  if (leastCpu === undefined) {
    return entry(
      'Busy',
      `${busy} of what the tasks cost is used; ${money(idleUsd)} a month is idle.`,
    );
  }
  const least = leastCpu.month.fargate;
  return entry(
    'Busy',
    `${percent(least.busyUsd / (least.busyUsd + least.idleUsd))} to ${busy} of what the tasks cost ` +
      `is used. Idle a month: ${money(least.idleUsd)} ${midWords(subject)}, ${money(idleUsd)} if they ` +
      'compute.',
  );
}

function optional(leastCpu: Estimate | undefined): Pick<EstimateAnswer, 'leastCpu'> {
  return leastCpu === undefined ? {} : { leastCpu };
}

/** What stands in front, on each side. */
export function edgeLines({ question }: Subject, { estimate }: EstimateAnswer): string[] {
  const { lambda, fargate } = estimate.month;
  const { edge } = question.pricing;
  const lambdaUsd = lambda.edgeUsd + lambda.balancerUsd + lambda.preflightUsd;
  const fargateUsd = fargate.edgeUsd + fargate.balancerUsd;
  const part = (usd: number, totalUsd: number): string => percent(usd / totalUsd);
  return entry(
    'Edge',
    `Lambda behind ${edgeWords[edge.lambda]}: ${money(lambdaUsd)}, ` +
      `${part(lambdaUsd, lambda.totalUsd)} of its bill. Fargate behind ${edgeWords[edge.ecs]}: ` +
      `${money(fargateUsd)}, ${part(fargateUsd, fargate.totalUsd)}` +
      `${question.services.length > 1 && fargate.balancerUsd > 0 ? ', one for all services' : ''}.`,
  );
}

/** From which rate on Fargate is cheaper, and how far that holds. */
export function rangeLines(subject: Subject, { estimate, leastCpu }: EstimateAnswer): string[] {
  if (leastCpu === undefined) return entry('Break-even', rangeText(subject, estimate));
  return [
    ...entry('Break-even', `${leastWords(subject)}: ${rangeText(subject, leastCpu)}`),
    ...entry('', `If they compute all the time: ${rangeText(subject, estimate)}`),
  ];
}

function rangeText({ question }: Subject, estimate: Estimate): string {
  const { ranges, breakEvenPerS, lookedUpToPerS } = estimate.ranges;
  const mix = question.services.length > 1 ? 'With this mix ' : '';
  const until =
    lookedUpToPerS === undefined ? '' : ` No rate above ${rate(lookedUpToPerS)} was looked at.`;
  if (ranges.length === 0) {
    return (
      `${mix}Lambda is cheaper at every rate: a request costs less there than its part of a task ` +
      `that is as busy as it may be.${until}`
    );
  }
  const lasts =
    breakEvenPerS === undefined ? upToTier(ranges) : lasting(breakEvenPerS, estimate.ratePerS);
  return `${mix}${lasts}${between(ranges, lasts)}${stepText(estimate)}${until}`;
}

/** Where large accounts pay Lambda less, Fargate's advantage may end. */
function upToTier(ranges: readonly CheaperRange[]): string {
  const last = ranges.at(-1);
  if (last?.toPerS === undefined || last.endedBy !== 'tier') return '';
  return (
    `Fargate is cheaper from ${rate(last.fromPerS)} (${monthly(last.fromPerS)}) to ` +
    `${rate(last.toPerS)}, where Lambda's price for large use makes it cheaper again.`
  );
}

/** Below the break-even: a further task makes the cost jump, and Lambda is cheaper for a while. */
function between(ranges: readonly CheaperRange[], lasts: string): string {
  const earlier = ranges.filter(({ endedBy }) => endedBy === 'task');
  if (earlier.length === 0) return '';
  const shown = earlier.slice(-shownRanges).map(rangeWords);
  const begin = lasts === '' ? 'Fargate is cheaper only' : ' Below that it is cheaper only';
  const last = earlier.length > shownRanges ? ` in ${earlier.length} stretches, the last` : '';
  return `${begin}${last} ${listed(shown)}, because each further task makes the cost jump.`;
}

const shownRanges = 3;

function lasting(breakEvenPerS: number, ratePerS: number): string {
  const where =
    ratePerS >= breakEvenPerS
      ? `you are at ${figure(ratePerS / breakEvenPerS)} times that`
      : `you are at ${percent(ratePerS / breakEvenPerS)} of that`;
  return (
    `Fargate is cheaper from ${rate(breakEvenPerS)} (${monthly(breakEvenPerS)}) on, at every higher ` +
    `rate; ${where}.`
  );
}

function rangeWords({ fromPerS, toPerS, tasks }: CheaperRange): string {
  const of = counted(tasks, 'task');
  return `from ${rate(fromPerS)} to ${rate(toPerS ?? 0)} (${of})`;
}

/** How far the tasks of today reach. */
function stepText({ month, ratePerS }: Estimate): string {
  const next = Math.min(
    ...month.needs.map(({ tasks, exactTasks }) =>
      exactTasks === 0 ? Number.POSITIVE_INFINITY : (ratePerS * tasks) / exactTasks,
    ),
  );
  if (next === Number.POSITIVE_INFINITY) return '';
  const tasks = sum(month.needs.map((need) => need.tasks));
  const these = tasks === 1 ? 'This task serves' : `These ${count(tasks)} tasks serve`;
  return ` ${these} up to ${rate(next)}; above that another is added.`;
}
