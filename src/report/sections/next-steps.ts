import type { Verdict } from '../../domain/verdict/verdict.ts';
import { areLimitsMissing, fastEnoughText, findVerdict } from '../answer.ts';
import { count, counted, listed, percent, rate } from '../format.ts';
import type { ReportInput } from '../report-input.ts';
import { crossoversOf } from './crossover.ts';
import { placesText } from './fixed-places.ts';
import { isOnlySpeedOpen, openSpeeds } from './open-questions.ts';

/** What a reader can do now, most useful first. */
export function nextSteps(input: ReportInput): readonly string[] {
  return [...towardsVerdict(input), ...towardsFastEnough(input), ...nearCrossover(input)];
}

function towardsVerdict(input: ReportInput): string[] {
  const verdict = findVerdict(input);
  if (areLimitsMissing(input)) {
    return [
      'Run the plan where limits can be enforced: on Linux as root or with a delegated cgroup. "crossover doctor" checks it.',
    ];
  }
  if (verdict === undefined) {
    return [
      'Look at the slots and blocks below for the first thing that went wrong, mend it, and start the plan again: a new campaign gets a number behind its name.',
    ];
  }
  if (!verdict.isDecided) {
    const forCosts = isOnlySpeedOpen(verdict) ? [] : [moreBlocks(verdict, input)];
    return [...settleFastEnough(verdict), ...forCosts];
  }
  return [useAnswer(verdict, input), ...measureIt(input)];
}

/** A model has answered; the next thing to believe is a measurement. */
function measureIt({ plan }: ReportInput): string[] {
  return plan.testbed === 'simulated'
    ? [
        'Before you move anything: run this plan with your own handlers and "testbed: local". Then real processes answer instead of a model.',
      ]
    : [];
}

function useAnswer(verdict: Verdict, input: ReportInput): string {
  if (verdict.answer === undefined) return 'Use none of the arms as they are: none is fast enough.';
  const twin = verdict.twins?.find(({ arm }) => arm === verdict.answer);
  if (twin !== undefined) {
    return `Use ${twin.of}${tableText(twin.of, input)}: ${verdict.answer} hardly sent a request elsewhere.`;
  }
  const isLikeStatic =
    verdict.answer === 'hybrid' && verdict.skipped.some(({ arm }) => arm === 'best-static');
  return isLikeStatic
    ? 'Use the fixed platform per workload that stands under The router: it does what the hybrid did, without a model.'
    : `Use ${verdict.answer}${tableText(verdict.answer, input)} for this mix at this rate.`;
}

/** What best-static is, so that nobody has to look for it. */
function tableText(arm: string, { champion }: ReportInput): string {
  return arm === 'best-static' && champion !== undefined ? ` (${placesText(champion)})` : '';
}

function settleFastEnough(verdict: Verdict): string[] {
  const open = openSpeeds(verdict);
  if (open.length === 0) return [];
  const named = listed(open.map(({ arm }) => arm));
  return [
    `Raise evaluation.rate or evaluation.blocks until it is settled whether ${named} is fast enough, or give the SLO more room.`,
  ];
}

/** The detectable effect shrinks with the square root of the number of blocks (METHOD 6.4). */
function moreBlocks({ blocks, minimumDetectableEffect: effect }: Verdict, { plan }: ReportInput) {
  const { margin } = plan.question;
  const needed = Math.ceil(blocks * (effect / margin) ** 2);
  if (needed <= blocks) {
    return `The evaluation could tell cost differences of ${percent(effect)} apart, no more than the margin of ${percent(margin)}: arms that are still close differ by less than what matters to you, so take the simpler one.`;
  }
  return `To tell cost differences of the margin (${percent(margin)}) apart, set evaluation.blocks to about ${count(needed + plan.evaluation.leadInBlocks)} and run again.`;
}

function towardsFastEnough(input: ReportInput): string[] {
  const verdict = findVerdict(input);
  if (verdict === undefined) return [];
  // What is still open is to be settled first.
  const open = openSpeeds(verdict);
  const slow = verdict.arms.filter((arm) => !arm.isFastEnough && !open.includes(arm));
  if (slow.length === 0) return [];
  const named = slow.map((arm) => `${arm.arm} (${fastEnoughText(arm)})`);
  return [
    `Give what is too slow more memory or more tasks, or its SLO more room, and ask again: ${listed(named)}.`,
  ];
}

/** Within a factor of three of the break-even, a change of the rate changes the answer. */
const nearFactor = 3;

function nearCrossover(input: ReportInput): string[] {
  const near = crossoversOf(input).flatMap(({ workload, planPerHour, breakEven }) => {
    if (breakEven === undefined || planPerHour <= 0) return [];
    const factor = breakEven.requestsPerHour / planPerHour;
    if (factor > nearFactor || factor < 1 / nearFactor) return [];
    return [`${workload} at ${rate(breakEven.requestsPerHour)} (now ${rate(planPerHour)})`];
  });
  if (near.length === 0) return [];
  return [
    `Watch the rate of ${counted(near.length, 'workload')} near the break-even, in requests/h: ${listed(near)}.`,
  ];
}
