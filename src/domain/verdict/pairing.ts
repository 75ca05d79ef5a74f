/** What it brought that the arms share their blocks (METHOD 1.1; Duet, Bulej et al., ICPE 2020). */
import type { Arm } from '../arm.ts';
import { standardDeviation } from '../statistics/statistics.ts';
import { type EvaluationTable, unitLogCosts } from './evaluation-table.ts';
import { type LatencyEstimates, logLatency } from './latency-contrast.ts';
import type { Race } from './race.ts';
import type { Sampling } from './sampling.ts';
import type { PairingGain } from './verdict.ts';

export interface PairingQuestion {
  readonly table: EvaluationTable;
  readonly sampling: Sampling;
  readonly estimates: LatencyEstimates | undefined;
  readonly shares: readonly number[];
  readonly timeoutMs: number;
  readonly race: Race;
}

/**
 * For the answer against each other arm: of cost from the values of the blocks, of latency, which
 * has none, from the resamples, in which the arms share their blocks as well. Nothing of what does
 * not vary.
 */
export function pairingGains(question: PairingQuestion): PairingGain[] {
  const { race, table } = question;
  const { answer } = race;
  if (answer === undefined || table.blocks.length < 2) return [];
  return race.arms
    .filter((against) => against !== answer)
    .flatMap((against) =>
      (['cost', 'latency'] as const).flatMap((measure): PairingGain[] => {
        const values = measure === 'cost' ? costsOf(question) : latenciesOf(question);
        const varianceRatio = ratioOf(values(answer), values(against));
        if (varianceRatio === undefined) return [];
        return [{ arm: answer, against, measure, varianceRatio, blocksFactor: 1 / varianceRatio }];
      }),
    );
}

type ValuesOf = (arm: Arm) => Float64Array;

function costsOf({ table, sampling }: PairingQuestion): ValuesOf {
  return (arm) => {
    const columns = table.arms.find((candidate) => candidate.arm === arm);
    return columns === undefined ? new Float64Array() : unitLogCosts(columns, sampling.units);
  };
}

function latenciesOf({ table, estimates, shares, timeoutMs }: PairingQuestion): ValuesOf {
  if (estimates === undefined) return () => new Float64Array();
  return (arm) => {
    const index = table.arms.findIndex((candidate) => candidate.arm === arm);
    return logLatency({ estimates, shares }, index, Math.log(timeoutMs)).resampled;
  };
}

/** Of a logarithm: less than that is rounding. */
const leastSd = 1e-9;

/** Var(a − b) / (Var a + Var b); undefined where nothing varies, or nothing differs. */
function ratioOf(values: Float64Array, others: Float64Array): number | undefined {
  const difference = values.map((value, index) => value - (others[index] ?? Number.NaN));
  const paired = standardDeviation(difference) ** 2;
  const unpaired = standardDeviation(values) ** 2 + standardDeviation(others) ** 2;
  const ratio = paired / unpaired;
  return unpaired > leastSd ** 2 && Number.isFinite(ratio) && ratio > 0 ? ratio : undefined;
}
