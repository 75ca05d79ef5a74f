/** The cheapest arm that is fast enough, and how firmly it holds (METHOD 6.0). */
import type { Arm } from '../arm.ts';
import { detectableStandardErrors, detectableWhenValidAlways } from '../money/forecast.ts';
import type { CostContrast } from './cost-contrast.ts';
import {
  type EvaluationTable,
  logCost,
  measuredOnce,
  resampledLogCost,
} from './evaluation-table.ts';
import type { ArmSpeed } from './fast-enough.ts';
import type { Sampling } from './sampling.ts';
import { findTwins, simplestOf, type Twin } from './twins.ts';

export interface Race {
  /** In the order of the table, as the speeds. */
  readonly arms: readonly Arm[];
  /** Absent when no arm is fast enough. */
  readonly answer?: Arm;
  /** The other fast-enough arms, twins of the answer left out: the answer must beat each. */
  readonly rivals: readonly Arm[];
  readonly twins: readonly Twin[];
}

/**
 * @param cheaperPlatform the pure arm that slots and blocks together find cheaper than the other;
 *   undefined without such a comparison (METHOD 6.0)
 */
export function runRace(
  table: EvaluationTable,
  speeds: readonly ArmSpeed[],
  cheaperPlatform: Arm | undefined,
): Race {
  const once = measuredOnce(table);
  const arms = table.arms.map(({ arm }) => arm);
  const twins = findTwins(table);
  const fastEnough = table.arms
    .filter((_, index) => speeds[index]?.isFastEnough === true)
    .sort((a, b) => logCost(a, once) - logCost(b, once))
    .map(({ arm }) => arm);
  const first = fastEnough[0];
  const cheapest = first !== undefined && isPure(first) ? cheaperOf(first) : first;
  if (cheapest === undefined) return { arms, rivals: [], twins };
  const group = simplestOf(cheapest, twins);
  // Of two names for one deployment the simpler one is the answer, if it passed too.
  const answer = fastEnough.includes(group) ? group : cheapest;
  const rivals = fastEnough.filter((arm) => simplestOf(arm, twins) !== group);
  return { arms, answer, rivals, twins };

  function cheaperOf(pure: Arm): Arm {
    return fastEnough.find((arm) => arm === cheaperPlatform) ?? pure;
  }
}

function isPure(arm: Arm): boolean {
  return arm === 'lambda-only' || arm === 'ecs-only';
}

/**
 * Part of the resamples in which the answer stays the answer, point estimates taken; without an
 * answer, in which no arm passes. It is printed and decides nothing: identical arms reach 95 % in
 * 10 to 17 % of campaigns.
 */
export function answerShare(
  race: Race,
  { table, sampling }: { readonly table: EvaluationTable; readonly sampling: Sampling },
  speeds: readonly ArmSpeed[],
): number {
  const { resamples } = sampling;
  const groups = race.arms.map((arm) => simplestOf(arm, race.twins));
  const costs = table.arms.map((columns) => resampledLogCost(columns, resamples));
  const expected = race.answer === undefined ? undefined : simplestOf(race.answer, race.twins);
  let same = 0;
  for (let row = 0; row < resamples.count; row += 1) {
    let cheapest: number | undefined;
    for (let arm = 0; arm < groups.length; arm += 1) {
      if (speeds[arm]?.passes[row] !== 1) continue;
      if (cheapest === undefined || costAt(costs, arm, row) < costAt(costs, cheapest, row)) {
        cheapest = arm;
      }
    }
    const winner = cheapest === undefined ? undefined : groups[cheapest];
    if (winner === expected) same += 1;
  }
  return same / resamples.count;
}

/** Contrasts to rivals that the answer does not beat. */
export function openContrasts(race: Race, contrasts: readonly CostContrast[]): CostContrast[] {
  return rivalContrasts(race, contrasts).filter(
    ({ cost: { contrast } }) => contrast !== 'better' && contrast !== 'materially-better',
  );
}

/**
 * 2.8·SE of METHOD 6.4 from the spread between the measured blocks: of the contrast that is open,
 * else of any to a rival. Undefined when the answer has no rival.
 */
export function measuredEffect(
  race: Race,
  contrasts: readonly CostContrast[],
  sampling: Sampling,
): number | undefined {
  const open = openContrasts(race, contrasts);
  const looked = open.length > 0 ? open : rivalContrasts(race, contrasts);
  if (looked.length === 0) return undefined;
  const standardError = Math.max(...looked.map((contrast) => contrast.standardError));
  return detectableErrors(sampling) * standardError;
}

/**
 * Scored blocks after which differences of the measured size would be seen with 80 % power. Where
 * slots count as well, there are no more of them.
 */
export function blocksToDecide(open: readonly CostContrast[], sampling: Sampling): number {
  const errors = detectableErrors(sampling);
  return Math.max(
    ...open.map(({ cost, standardError, blocks, slots }) => {
      const times = ((errors * standardError) / Math.log(cost.ratio)) ** 2;
      return Math.max(1, Math.ceil(blocks * times) - slots);
    }),
  );
}

function detectableErrors({ intervals, mostUnits }: Sampling): number {
  return intervals === 'always-valid'
    ? detectableWhenValidAlways(mostUnits)
    : detectableStandardErrors;
}

function rivalContrasts(race: Race, contrasts: readonly CostContrast[]): CostContrast[] {
  return contrasts.filter(
    ({ arm, against }) => arm === race.answer && race.rivals.includes(against),
  );
}

function costAt(costs: readonly Float64Array[], arm: number, row: number): number {
  return costs[arm]?.[row] ?? Number.NaN;
}
