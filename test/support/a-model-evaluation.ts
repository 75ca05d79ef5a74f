import type { ModelEvaluation } from '../../src/domain/models/model-evaluation.ts';

/** Made up: slots 5 and 6 judged by a model of slots 1 to 4. */
export function aModelEvaluation(changes: Partial<ModelEvaluation> = {}): ModelEvaluation {
  return {
    family: 'random-forest',
    fittedSlots: [1, 2, 3, 4],
    judgedSlots: [5, 6],
    rows: 158,
    constantFeatures: [],
    figures: {
      accuracy: { value: 0.943, lower: 0.91, upper: 0.97 },
      balancedAccuracy: { value: 0.871 },
      rocAuc: { value: 0.953, lower: 0.93, upper: 0.98 },
      logLoss: { value: 0.187 },
      brier: { value: 0.051 },
      vPair: { value: -2.871, lower: -2.9, upper: -2.84 },
    },
    confusion: [
      [138, 6],
      [3, 11],
    ],
    roc: [
      { falsePositiveRate: 0, truePositiveRate: 0, threshold: 1 },
      { falsePositiveRate: 0.04, truePositiveRate: 0.79, threshold: 0.5 },
      { falsePositiveRate: 1, truePositiveRate: 1, threshold: 0 },
    ],
    calibration: [
      { meanPLambda: 0.1, shareLambda: 0.08, rows: 80, lower: 0.04, upper: 0.16 },
      { meanPLambda: 0.7, shareLambda: 0.66, rows: 78, lower: 0.55, upper: 0.75 },
    ],
    importance: [
      { feature: 'in_flight_ecs', permutation: { value: 0.21, lower: 0.1, upper: 0.3 }, own: 0.47 },
      { feature: 'hour', permutation: { value: 0 } },
    ],
    importanceRows: 158,
    baselines: {
      majorityAccuracy: 0.911,
      ceiling: [0.931, 0.962],
      vPairBestStatic: -2.884,
      vPairOracle: -2.95,
    },
    regret: { value: 0.079, lower: 0.05, upper: 0.11 },
    regretBestStatic: { value: 0.066 },
    ...changes,
  };
}
