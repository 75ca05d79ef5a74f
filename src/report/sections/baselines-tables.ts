import type { Plan } from '../../domain/plan.ts';
import type { BaselineName, Baselines } from '../../domain/rivals/baselines.ts';
import type { PlatformContrast, PlatformEstimate } from '../../domain/verdict/platform-contrast.ts';
import type { Verdict } from '../../domain/verdict/verdict.ts';
import { number, type Table, text } from '../document.ts';
import { blank, counted, duration, figure, percent, rate, usd, utility } from '../format.ts';
import { ratioTo } from './baselines-words.ts';
import { contrastWords, intervalText } from './contrast-text.ts';

export const rivalNames: Readonly<Record<BaselineName, string>> = {
  'attainable-oracle': 'attainable oracle',
  hindsight: 'hindsight',
  'switch-by-rate': 'switch by rate',
  random: 'random, same share',
};

/** A computed rival by its words, an arm by its own name. */
export function wayName(of: string): string {
  return Object.entries(rivalNames).find(([name]) => name === of)?.[1] ?? of;
}

/** One line for each way of serving the load: what a reader compares. */
export function rivalsTable(verdict: Verdict, baselines: Baselines): Table {
  const measured = verdict.arms.map((arm) => ({
    isAnswer: arm.arm === verdict.answer,
    cells: [arm.arm, 'measured', ...costCells(arm), percent(arm.lambdaShare), blank],
  }));
  const computed = baselines.baselines.map((rival) => {
    const ratio = ratioTo(baselines, rival.baseline);
    return {
      cells: [
        rivalNames[rival.baseline],
        'computed',
        ...costCells(rival),
        percent(rival.lambdaShare),
        ratio === undefined ? blank : intervalText(ratio),
      ],
    };
  });
  return {
    kind: 'table',
    caption: `All-in cost of 1,000 good requests, ${counted(verdict.blocks, 'scored block')}`,
    columns: [
      text('Way'),
      text(''),
      number('Cost'),
      text('95 % interval'),
      number('On Lambda'),
      text('Cost of the hybrid against it'),
    ],
    rows: [...measured, ...computed],
    note:
      'Computed rivals have no router of their own to pay. A workload with any request on Fargate ' +
      'pays its whole service. Random: drawn at the share that the hybrid had of each workload, as ' +
      'an expectation. Minus: the hybrid is cheaper.',
    narrow: 'cards',
  };
}

interface Costed {
  readonly costPer1000Usd: number;
  readonly costPer1000Lower: number;
  readonly costPer1000Upper: number;
}

function costCells({ costPer1000Usd, costPer1000Lower, costPer1000Upper }: Costed): string[] {
  return [usd(costPer1000Usd), `${usd(costPer1000Lower)} to ${usd(costPer1000Upper)}`];
}

/** Latency and SLO are the workloads' own: a mean over them would say nothing (METHOD 6.2). */
export function workloadsTable(verdict: Verdict, baselines: Baselines): Table {
  const { quantile } = verdict;
  const first = verdict.arms[0] ?? baselines.baselines[0];
  const workloads = first?.workloads.map(({ workload }) => workload) ?? [];
  const cell = (latencyMs: number | undefined, attainment: number): string =>
    `${latencyMs === undefined ? blank : duration(latencyMs)} · ${percent(attainment)}`;
  const measured = verdict.arms.map((arm) => ({
    isAnswer: arm.arm === verdict.answer,
    cells: [
      arm.arm,
      ...workloads.map((name) => {
        const own = arm.workloads.find(({ workload }) => workload === name);
        if (own === undefined) return blank;
        return cell(quantile === undefined ? undefined : own[quantile], own.attainment);
      }),
    ],
  }));
  const computed = baselines.baselines.map((rival) => ({
    cells: [
      rivalNames[rival.baseline],
      ...workloads.map((name) => {
        const own = rival.workloads.find(({ workload }) => workload === name);
        return own === undefined ? blank : cell(own.quantileMs, own.attainment);
      }),
    ],
  }));
  return {
    kind: 'table',
    caption: `${quantile ?? 'Latency'} and requests inside the SLO, by workload`,
    columns: [text('Way'), ...workloads.map((name) => text(name))],
    rows: [...measured, ...computed],
    note: 'Of a rival, what its requests got on the pure arms, under their full load.',
    narrow: 'scroll',
  };
}

export function regretTable({ regrets, routed }: Baselines, plan: Plan, blocks: number): Table {
  const weight = plan.labels.latencyWeight;
  return {
    kind: 'table',
    caption: `Regret to the attainable oracle on ${routed.join(', ')}, ${counted(blocks, 'block')}`,
    columns: [text('Way'), number('Mean u'), number('Regret'), text('95 % interval')],
    rows: regrets.map((own) => ({
      cells: [
        wayName(own.of),
        utility(own.meanU),
        utility(own.regret),
        `${utility(own.lower)} to ${utility(own.upper)}`,
      ],
    })),
    note:
      `u = ${figure(weight)} ln latency + ${figure(1 - weight)} ln marginal cost, and ln 4 more for ` +
      'a failure or a missed SLO: a difference of 0.1 is about 10 % of both together. Only ' +
      'workloads with both platforms count, by their shares. A measured arm also differs by the ' +
      'luck of its own tasks. The oracle knows workload, payload and load, and each block from ' +
      'the other ones only: something can be a little below it.',
    narrow: 'cards',
  };
}

/** Switch by rate for somebody who wants to use it: nothing but a balancer is needed. */
export function weightsTable({ weights }: Baselines, plan: Plan): Table {
  return {
    kind: 'table',
    caption: `Switch by rate as weights of a balancer, at ${figure(plan.evaluation.ratePerS)} requests/s, every hour`,
    columns: [
      text('Workload'),
      number('Requests/h'),
      number('Break-even/h'),
      number('To Lambda'),
      number('To Fargate'),
      number('Tasks'),
    ],
    rows: weights.map((own) => ({
      cells: [
        own.workload,
        rate(own.requestsPerHour),
        own.breakEvenPerHour === undefined ? 'never' : rate(own.breakEvenPerHour),
        `${own.lambdaPercent} %`,
        `${own.ecsPercent} %`,
        String(own.tasks),
      ],
    })),
    note:
      'From the break-even on Fargate stays cheaper; below it Fargate may be cheaper for a while, ' +
      'until it needs a further task. Each workload by itself, with a balancer of its own. The ' +
      'evaluation has one rate; for the hours of a week see "crossover policy export".',
    narrow: 'cards',
  };
}

/** Undefined when nothing of it was estimated. */
export function platformsTable(
  platforms: PlatformContrast,
  quantile: Verdict['quantile'],
): Table | undefined {
  const sources: readonly (readonly [string, PlatformEstimate | undefined])[] = [
    ['Collection', platforms.collection],
    ['Evaluation', platforms.evaluation],
    ['Together', platforms.together],
  ];
  const rows = sources.flatMap(([name, estimate]) =>
    estimate === undefined ? [] : [{ cells: [name, ...estimateCells(estimate)] }],
  );
  if (rows.length === 0) return undefined;
  return {
    kind: 'table',
    caption: 'lambda-only against ecs-only, with two-sided 95 % intervals',
    columns: [
      text('From'),
      text('Drawn again'),
      text('Cost'),
      text('In words'),
      text(`Latency (${quantile ?? 'a quantile'})`),
      text('In words'),
    ],
    rows,
    note: 'Minus: Lambda is cheaper, or faster. Everything deployed stands for the scored time.',
    narrow: 'cards',
  };
}

function estimateCells({ slots, blocks, cost, latency }: PlatformEstimate): string[] {
  const drawn = [
    ...(slots === 0 ? [] : [counted(slots, 'slot')]),
    ...(blocks === 0 ? [] : [counted(blocks, 'block')]),
  ];
  return [
    drawn.join(' and '),
    intervalText(cost),
    contrastWords(cost.contrast),
    latency === undefined ? blank : intervalText(latency),
    latency === undefined ? 'not estimable' : contrastWords(latency.contrast),
  ];
}
