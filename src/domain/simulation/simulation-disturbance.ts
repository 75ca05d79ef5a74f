import type { Platform } from '../platform.ts';
import { mean } from '../statistics/statistics.ts';
import type { SlotFigure } from './fit-figures.ts';
import type { DisturbancePlan } from './simulation.ts';

export interface FittedDisturbance {
  readonly plan: DisturbancePlan;
  /** Absent with one workload, of which a host and an hour cannot be told apart. */
  readonly placementSigma?: number;
  readonly notes: readonly string[];
}

/** The model draws a factor by the hour: fewer hours than these are chance. */
const enoughHours = 6;

const undisturbed: DisturbancePlan = {
  commonHourSigma: 0,
  commonDaySigma: 0,
  lambdaHourSigma: 0,
  lambdaDaySigma: 0,
  ecsHourSigma: 0,
  ecsDaySigma: 0,
};

/**
 * By how much hours differ, on both platforms together and on each by itself: covariance and
 * variances of the slots' deviations, chance of the requests taken off. Days are not told from hours.
 */
export function fittedDisturbance(slots: readonly SlotFigure[]): FittedDisturbance {
  const hours = new Set(slots.map(({ atMs }) => Math.floor(atMs / 3_600_000)));
  if (hours.size < enoughHours) {
    return {
      plan: undisturbed,
      placementSigma: 0,
      notes: [
        `Of ${hours.size} hours nobody can say by how much hours differ: none is taken to be bad.`,
      ],
    };
  }
  const numbers = [...new Set(slots.map(({ slot }) => slot))];
  const onLambda = numbers.map((slot) => deviationOf(slots, slot, 'lambda'));
  const onEcs = numbers.map((slot) => deviationOf(slots, slot, 'ecs'));
  const common = Math.max(0, covariance(onLambda, onEcs));
  const placement = placementVariance(slots);
  // A service of one task is one host: what its hosts differ by is shared out over the workloads.
  const workloads = new Set(slots.map(({ workload }) => workload)).size;
  const ownEcs = covariance(onEcs, onEcs) - common - (placement ?? 0) / workloads;
  return {
    plan: {
      ...undisturbed,
      commonHourSigma: Math.sqrt(common),
      lambdaHourSigma: Math.sqrt(Math.max(0, covariance(onLambda, onLambda) - common)),
      ecsHourSigma: Math.sqrt(Math.max(0, ownEcs)),
    },
    ...(placement === undefined ? {} : { placementSigma: Math.sqrt(placement) }),
    notes: ['Days are not told from hours: what differs between them counts as the hour’s.'],
  };
}

/** Of a platform in a slot: the mean over its workloads, each of which counts the same. */
function deviationOf(slots: readonly SlotFigure[], slot: number, platform: Platform): number {
  const own = slots.filter((figure) => figure.slot === slot && figure.platform === platform);
  return own.length === 0 ? 0 : mean(own.map(({ lnDeviation }) => lnDeviation));
}

/** How far the workloads of a slot lie from each other on Fargate, beyond what Lambda's do. */
function placementVariance(slots: readonly SlotFigure[]): number | undefined {
  const within = (platform: Platform): number | undefined => {
    const bySlot = Map.groupBy(
      slots.filter((figure) => figure.platform === platform),
      ({ slot }) => slot,
    );
    const variances = [...bySlot.values()]
      .filter((own) => own.length > 1)
      .map((own) => {
        const deviations = own.map(({ lnDeviation }) => lnDeviation);
        return covariance(deviations, deviations);
      });
    return variances.length === 0 ? undefined : mean(variances);
  };
  const [ecs, lambda] = [within('ecs'), within('lambda')];
  return ecs === undefined || lambda === undefined ? undefined : Math.max(0, ecs - lambda);
}

function covariance(one: readonly number[], other: readonly number[]): number {
  const [oneMean, otherMean] = [mean(one), mean(other)];
  const sum = one.reduce(
    (total, value, index) => total + (value - oneMean) * ((other[index] ?? 0) - otherMean),
    0,
  );
  return sum / Math.max(1, one.length - 1);
}
