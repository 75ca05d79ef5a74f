/** What two identical deployments differ by: the size of a difference that means nothing (METHOD 1.2). */
import { copies, copyOf } from '../arm.ts';
import type { Plan } from '../plan.ts';
import { randomFor } from '../statistics/random.ts';
import type { QuantileName } from './latency-contrast.ts';
import { type SamplingQuestion, samplingOf } from './sampling.ts';
import { comparisonOf, tableOfTwo } from './two-arms.ts';
import type { ArmBlockCost, ArmCell, NoiseFloor, RatioInterval } from './verdict.ts';

export interface NoiseQuestion {
  readonly plan: Plan;
  readonly cells: readonly ArmCell[];
  readonly costs: readonly ArmBlockCost[];
  readonly seed: number;
  readonly sampling: Omit<SamplingQuestion, 'table' | 'random'>;
  readonly quantile: QuantileName | undefined;
}

/** Each copy against its original, in the blocks that both were measured in. */
export function noiseFloors(question: NoiseQuestion): NoiseFloor[] {
  const { plan, seed, quantile } = question;
  return copies.flatMap((copy): NoiseFloor[] => {
    const { original, platform } = copyOf[copy];
    const table = tableOfTwo([copy, original], question);
    if (table === undefined) return [];
    const random = randomFor(seed, 'verdict', copy);
    const sampling = samplingOf({ ...question.sampling, table, random });
    const found = comparisonOf({ plan, table, sampling, quantile })(copy, original);
    if (found === undefined) return [];
    const { cost, latency } = found;
    return [
      {
        platform,
        cost: intervalOnly(cost.cost),
        ...(latency === undefined ? {} : { latency: intervalOnly(latency) }),
      },
    ];
  });
}

/** The difference, as |ln ratio|, below which two arms may differ as copies of one do. */
export function noiseLimit(
  floors: readonly NoiseFloor[],
  measure: 'cost' | 'latency',
): number | undefined {
  const ends = floors.flatMap((floor) => {
    const interval = floor[measure];
    return interval === undefined
      ? []
      : [Math.abs(Math.log(interval.lower)), Math.abs(Math.log(interval.upper))];
  });
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** A copy is neither better nor worse than its original, whatever the interval says. */
function intervalOnly({ ratio, lower, upper, censored }: RatioInterval): RatioInterval {
  return { ratio, lower, upper, ...(censored === undefined ? {} : { censored }) };
}
