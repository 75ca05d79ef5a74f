import type { Platform } from '../../domain/platform.ts';
import type { DisturbancePlan } from '../../domain/simulation/simulation.ts';
import { randomFor } from '../../domain/statistics/random.ts';
import { normalDraw } from './noise-model.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The factor on execution time of one platform at a nominal time; around 1. */
export type Disturbance = (atMs: number) => number;

/**
 * Hours and days differ: a part hits both platforms at the same time, a part only one of them
 * (METHOD 7.1). Drawn by hour and day, so that everybody who asks for an hour gets the same.
 */
export function disturbanceOf(
  platform: Platform,
  plan: DisturbancePlan,
  seed: number,
): Disturbance {
  const ownHourSigma = platform === 'lambda' ? plan.lambdaHourSigma : plan.ecsHourSigma;
  const ownDaySigma = platform === 'lambda' ? plan.lambdaDaySigma : plan.ecsDaySigma;
  const normal = (who: string, unit: string, index: number): number =>
    normalDraw(randomFor(seed, 'disturbance', who, unit, index));

  let knownHour = Number.NaN;
  let factor = 1;
  return (atMs) => {
    const hour = Math.floor(atMs / hourMs);
    if (hour === knownHour) return factor;
    const day = Math.floor(atMs / dayMs);
    knownHour = hour;
    factor = Math.exp(
      plan.commonHourSigma * normal('common', 'hour', hour) +
        plan.commonDaySigma * normal('common', 'day', day) +
        ownHourSigma * normal(platform, 'hour', hour) +
        ownDaySigma * normal(platform, 'day', day),
    );
    return factor;
  };
}
