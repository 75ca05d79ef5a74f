import { featureNames } from '../../src/domain/models/feature.ts';
import { encodeForest } from '../../src/domain/models/forest.ts';
import type { ModelArtifact } from '../../src/domain/models/model.ts';

export const routedWorkloads = ['light', 'heavy'];

/** One tree: p_lambda is 0.25 below three requests in flight on Fargate, and 0.75 from there. */
export function aRoutingModel(changes: Partial<ModelArtifact> = {}): ModelArtifact {
  const names = featureNames(routedWorkloads);
  return {
    schema: 'crossover-model/2',
    family: 'random-forest',
    features: names,
    workloads: routedWorkloads,
    classes: ['ecs', 'lambda'],
    threshold: 0.5,
    scorer: encodeForest({
      roots: Int32Array.of(0),
      feature: Int16Array.of(names.indexOf('in_flight_ecs'), -1, -1),
      threshold: Float64Array.of(2.5, 0, 0),
      right: Int32Array.of(2, 0, 0),
      pLambda: Float32Array.of(0, 0.25, 0.75),
    }),
    importance: {},
    metrics: {
      testRows: 0,
      accuracy: 0,
      balancedAccuracy: 0,
      majorityAccuracy: 0,
      ceiling: [0, 0],
      rocAuc: 0,
      logLoss: 0,
      brier: 0,
      confusion: [
        [0, 0],
        [0, 0],
      ],
      vPair: 0,
      vPairBestStatic: 0,
    },
    lineage: { datasetFingerprint: 'f', slots: [], rows: 0, seed: 1, params: {}, libraries: {} },
    ...changes,
  };
}
