/** The verdict in plain English, with its numbers. */
import type { Arm } from '../arm.ts';
import { cpuRatios } from '../fairness/cpu.ts';
import { lambdaVcpus } from '../money/lambda-price.ts';
import type { Plan } from '../plan.ts';
import type { CostContrast } from './cost-contrast.ts';
import { stableShare } from './fast-enough.ts';
import { noiseLimit } from './noise-floor.ts';
import { blocksToDecide, type Race } from './race.ts';
import type { Sampling } from './sampling.ts';
import { isMissed, shortfalls, unstableReason } from './speed-words.ts';
import type { ArmResult, Verdict } from './verdict.ts';
import { capitalised, difference, dollars, joined, percent, withoutStop } from './verdict-words.ts';

export interface VerdictFacts {
  readonly plan: Plan;
  readonly verdict: Omit<Verdict, 'sentence'>;
  readonly race: Race;
  /** Contrasts to rivals that the answer does not beat. */
  readonly open: readonly CostContrast[];
  readonly sampling: Sampling;
  readonly unmeasured: Verdict['skipped'];
}

/** One main clause with the answer, then what a reader must know to believe it. */
export function verdictSentence(facts: VerdictFacts): string {
  return [
    mainClause(facts),
    ...whyUndecided(facts),
    ...insideNoise(facts),
    ...excluded(facts),
    ...sameArms(facts),
    ...facts.verdict.skipped
      .filter(({ arm }) => !facts.unmeasured.some((lost) => lost.arm === arm))
      .map(({ arm, reason }) => `${capitalised(arm)} was not run: ${withoutStop(reason)}.`),
    ...howMeasured(facts),
    ...cpuRatio(facts.plan),
  ].join(' ');
}

function mainClause({ verdict, race, open }: VerdictFacts): string {
  const { answer, isDecided } = verdict;
  const over = verdict.blocks === 1 ? '1 block' : `${verdict.blocks} blocks`;
  if (answer === undefined) {
    const wasShown = verdict.arms.every((arm) => arm.workloads.some(isMissed));
    return `No answer: no arm is ${wasShown ? '' : 'shown to be '}fast enough, over ${over}.`;
  }
  const price = dollars(requireArm(verdict.arms, answer).costPer1000Usd);
  const beaten = verdict.contrasts.filter(
    ({ arm, against }) =>
      arm === answer &&
      race.rivals.includes(against) &&
      !open.some((contrast) => contrast.against === against),
  );
  const comparison =
    race.rivals.length === 0
      ? ['the only arm that is fast enough']
      : beaten.map((contrast) => `${difference(contrast)} than ${contrast.against}`);
  const cost = `all-in ${price} per 1,000 good requests`;
  const clause = [cost, joined(comparison), `over ${over}`]
    .filter((part) => part !== '')
    .join(', ');
  return isDecided
    ? `${capitalised(answer)} is the cheapest arm that is fast enough: ${clause}.`
    : `Undecided, with ${answer} in front: ${clause}.`;
}

function whyUndecided({ verdict, open, sampling, unmeasured }: VerdictFacts): string[] {
  if (verdict.isDecided) return [];
  const reasons: string[] = open.map(openReason);
  if (verdict.blocks < 2) reasons.push('One block has no spread: at least two are needed.');
  for (const { arm, reason } of unmeasured) {
    reasons.push(`${capitalised(arm)} could not be compared: ${reason}.`);
  }
  for (const arm of verdict.arms.filter(
    (result) => result.fastEnoughStability < stableShare(sampling),
  )) {
    reasons.push(unstableReason(arm));
  }
  if (open.length > 0) reasons.push(whatWouldDecide(verdict, open, sampling));
  return reasons;
}

function openReason(contrast: CostContrast): string {
  const name = `${contrast.arm} and ${contrast.against}`;
  const interval = `${difference(contrast)} than ${contrast.against}`;
  return contrast.cost.contrast === 'equivalent'
    ? `The costs of ${name} are equivalent within the margin: ${contrast.arm} is ${interval}.`
    : `That ${contrast.arm} is ${interval}, may be chance.`;
}

function whatWouldDecide(
  verdict: VerdictFacts['verdict'],
  open: readonly CostContrast[],
  sampling: Sampling,
): string {
  const detectable = percent(verdict.minimumDetectableEffect);
  const planned =
    verdict.plannedMinimumDetectableEffect === undefined
      ? ''
      : ` (planned: ${percent(verdict.plannedMinimumDetectableEffect)})`;
  const blocks = blocksToDecide(open, sampling);
  const advice =
    blocks <= 1000
      ? `about ${blocks} blocks would decide differences of the measured size`
      : 'no practical number of blocks would tell the two apart';
  return `These blocks can tell differences from ${detectable} on${planned}; ${advice}.`;
}

/** METHOD 1.2: two copies of one deployment differ as well. */
function insideNoise({ verdict, race }: VerdictFacts): string[] {
  const limit = noiseLimit(verdict.noiseFloor ?? [], 'cost');
  if (limit === undefined) return [];
  const inside = verdict.contrasts.filter(
    ({ arm, against, cost }) =>
      arm === race.answer &&
      race.rivals.includes(against) &&
      Math.abs(Math.log(cost.ratio)) < limit,
  );
  if (inside.length === 0) return [];
  const names = joined(inside.map(({ against }) => against));
  const floor = percent(Math.expm1(limit));
  return [
    `The difference to ${names} is within the noise floor: copies of one deployment may differ by ` +
      `up to ${floor}.`,
  ];
}

/** What an interval here is that a reader would not expect. */
function howMeasured({ verdict, plan, open, race, sampling }: VerdictFacts): string[] {
  const said: string[] = [];
  const slots = verdict.platforms?.together?.slots;
  const isPlatforms = verdict.contrasts.some(
    ({ arm, against }) =>
      arm === race.answer &&
      race.rivals.includes(against) &&
      [arm, against].every((name) => name === 'lambda-only' || name === 'ecs-only'),
  );
  if (slots !== undefined && isPlatforms) {
    said.push(`Lambda-only and ecs-only are compared on ${slots} slots of the collection as well.`);
  }
  if (sampling.unit === 'days') {
    said.push(`Neighbouring blocks are alike, so ${sampling.units.length} whole days were drawn.`);
  } else if (sampling.widening > 1) {
    said.push(
      `Neighbouring blocks are alike and there are too few days to draw: intervals are ` +
        `${sampling.widening.toFixed(1)} times as wide.`,
    );
  }
  if (plan.evaluation.extendTo !== undefined && open.length + race.rivals.length > 0) {
    said.push('The intervals are always-valid, because the evaluation could go on.');
  }
  return said;
}

/** Arms that a reader would otherwise miss in the comparison: they are settled as too slow. */
function excluded({ verdict, sampling }: VerdictFacts): string[] {
  return verdict.arms
    .filter((arm) => !arm.isFastEnough && arm.fastEnoughStability >= stableShare(sampling))
    .map((arm) => {
      const missed = arm.workloads.filter(isMissed);
      const name = `${capitalised(arm.arm)} (${dollars(arm.costPer1000Usd)})`;
      if (missed.length > 0) return `${name} is not fast enough: ${shortfalls(missed)}.`;
      const doubtful = arm.workloads.filter((workload) => workload.finding !== 'shown');
      return `${name} is not shown to be fast enough: ${shortfalls(doubtful)}.`;
    });
}

/** As `findTwins` calls arms the same (METHOD 6.1). */
function sameArms({ verdict, race }: VerdictFacts): string[] {
  return (verdict.twins ?? []).map(({ arm, of }) => {
    const same = `${capitalised(arm)} sent at least 99 % of its requests where ${of} did`;
    const isAnswer = of === race.answer || arm === race.answer;
    return arm === 'hybrid' && isAnswer ? `${same}: no router is needed.` : `${same}.`;
  });
}

/** METHOD 1.7: unequal CPU per memory is named in the sentence itself. */
function cpuRatio(plan: Plan): string[] {
  if (cpuRatios(plan).length === 0) return [];
  const ratios = plan.workloads.map(
    ({ ecsVcpu, lambdaMemoryMb }) => ecsVcpu / lambdaVcpus(lambdaMemoryMb),
  );
  const least = Math.min(...ratios);
  const most = Math.max(...ratios);
  const times = most - least < 0.1 ? most.toFixed(1) : `${least.toFixed(1)} to ${most.toFixed(1)}`;
  return [`A Fargate task has ${times} times the CPU of the Lambda function beside it.`];
}

function requireArm(arms: readonly ArmResult[], name: Arm): ArmResult {
  const found = arms.find(({ arm }) => arm === name);
  if (found === undefined) throw new Error(`Arm ${name} has no result.`);
  return found;
}
