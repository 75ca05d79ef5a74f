import type { WorkloadEstimate } from '../domain/evaluation.ts';
import { featureVector, localClock } from '../domain/models/feature.ts';
import type { ModelArtifact } from '../domain/models/model.ts';
import { decodeScorer } from '../domain/models/scorer.ts';
import type { LoadColumns } from '../domain/observation.ts';
import { RecordedLoad } from './recorded-load.ts';
import { requireFeatures } from './router.ts';

/** A request that was sent some time, and what is known of the load that it met. */
export interface PastRequest {
  readonly workload: string;
  readonly payloadBytes: number;
  readonly atMs: number;
  readonly estimate: WorkloadEstimate;
  /** Without what is not known: that is recomputed from the requests before. */
  readonly load: Partial<LoadColumns>;
}

/**
 * p_lambda of requests that are asked about one after the other, in the order of time, from the
 * very vector that a live router would make. Throws `ModelMismatch` for a model with other features.
 */
export function createPredictor(
  model: ModelArtifact,
  timezone: string,
): (request: PastRequest) => number {
  requireFeatures(model);
  const scorer = decodeScorer(model.scorer, model.features.length);
  const recorded = new RecordedLoad();
  return ({ workload, payloadBytes, atMs, estimate, load }) => {
    const { estimatedExecutionMs } = estimate;
    const recomputed = recorded.next({ workload, atMs, estimatedExecutionMs });
    const situation = {
      workload,
      payloadBytes,
      ...estimate,
      ...localClock(atMs, timezone),
      ...recomputed,
      ...load,
    };
    return scorer.score(featureVector(situation, model.workloads));
  };
}
