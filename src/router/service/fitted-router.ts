import { createHash } from 'node:crypto';
import { PermanentFailure } from '../../domain/failures.ts';
import { parseModelArtifact } from '../../domain/models/model.ts';
import { createRouter, type Router } from '../router.ts';
import type { CapacityDecision } from './model-source.ts';
import { modelRules } from './rules.ts';
import type { RouterSettings } from './settings.ts';

/**
 * A router by a stored model that is what its name says, in this version's form, and knows these
 * workloads. Throws what is wrong; whatever it returns can route every request.
 */
export function fittedRouter(input: {
  readonly settings: RouterSettings;
  readonly capacity: CapacityDecision | undefined;
  readonly hash: string;
  /** The stored bytes. */
  readonly text: string;
}): Router {
  const { settings, capacity, hash, text } = input;
  const actual = createHash('sha256').update(text).digest('hex');
  if (actual !== hash) {
    throw new PermanentFailure(
      'CorruptObject',
      `Model ${hash} has the content of ${actual}. The stored file was changed; train it again.`,
    );
  }
  const router = createRouter(modelRules(settings, capacity), parseModelArtifact(JSON.parse(text)));
  warmUp(router, settings);
  return router;
}

/** Scoring is compiled after some hundreds of calls: the first requests should not wait for it. */
const warmUpDecisions = 200;

function warmUp(router: Router, { workloads }: RouterSettings): void {
  const load = { inFlightLambda: 0, inFlightEcs: 0, recentRateLambdaPerS: 0, recentRateEcsPerS: 0 };
  for (const workload of Object.keys(workloads)) {
    for (let made = 0; made < warmUpDecisions; made += 1) {
      router.route({ workload, payloadBytes: made, atMs: made, load });
    }
  }
}
