/** What keeps a verdict from being decided (METHOD 6.0): costs too close, or speeds not settled. */
import type { ArmResult, Verdict } from '../../domain/verdict/verdict.ts';
import { findContrast } from './contrast-text.ts';

/** Arms of which it is open whether they are fast enough (METHOD 6.0). */
export function openSpeeds({ arms, stableShare = 0.95 }: Verdict): readonly ArmResult[] {
  return arms.filter((arm) => arm.fastEnoughStability < stableShare);
}

/** Arms that are fast enough and that the answer was not shown to be cheaper than. */
export function openCosts(verdict: Verdict): readonly ArmResult[] {
  const { answer, arms, twins = [] } = verdict;
  if (answer === undefined) return [];
  const same = twins.flatMap(({ arm, of }) => (arm === answer ? [of] : of === answer ? [arm] : []));
  return arms.filter(({ arm, isFastEnough }) => {
    if (arm === answer || !isFastEnough || same.includes(arm)) return false;
    const word = findContrast(verdict, answer, arm)?.cost.contrast;
    return word !== 'better' && word !== 'materially-better';
  });
}

/** Undecided although every cost is settled: more blocks for costs would not help. */
export function isOnlySpeedOpen(verdict: Verdict): boolean {
  return openSpeeds(verdict).length > 0 && openCosts(verdict).length === 0;
}
