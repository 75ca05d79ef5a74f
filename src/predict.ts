import type { Prediction, PredictionInput } from './domain/simulation/prediction.ts';
import type { DisturbancePlan } from './domain/simulation/simulation.ts';
import { predictSends } from './load/simulated/prediction.ts';
import { readCalibration } from './testbeds/simulated/calibration.ts';
import { simulationSpec } from './testbeds/simulated/simulation-spec.ts';

/** Which hour or day was a bad one cannot be predicted. */
const undisturbed: DisturbancePlan = {
  commonHourSigma: 0,
  commonDaySigma: 0,
  lambdaHourSigma: 0,
  lambdaDaySigma: 0,
  ecsHourSigma: 0,
  ecsDaySigma: 0,
};

/** The simulator's word on sends that somebody has measured; models and calibration put together. */
export function predict(input: PredictionInput): readonly Prediction[] {
  const { seed, simulation, priceBook, ownPrices, edge, timeoutMs, workloads } = input;
  const own = ownPrices === undefined ? {} : { ownPrices };
  const calibration = readCalibration();
  return predictSends(input, (window) =>
    simulationSpec({
      plan: {
        seed,
        simulation: { ...simulation, disturbance: undisturbed },
        pricing: { book: priceBook, ...own, edge, targetUtilisation: 0.6 },
        workloads,
        load: { timeoutMs },
      },
      cpuMs: Object.fromEntries(workloads.map(({ name, cpuMs }) => [name, cpuMs])),
      calibration,
      ...window,
    }),
  );
}
