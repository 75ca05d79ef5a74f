import { PermanentFailure } from '../domain/failures.ts';
import { featureNames, featureVector, localClock } from '../domain/models/feature.ts';
import type { ModelArtifact } from '../domain/models/model.ts';
import { decodeScorer } from '../domain/models/scorer.ts';
import type { LoadColumns } from '../domain/observation.ts';
import type { Platform } from '../domain/platform.ts';

/** Where each workload may go, and what the model needs to know about it. */
export interface RoutingRules {
  /** One platform: the capacity decision has spoken. Both: the model chooses (METHOD 4.1). */
  readonly platformsOf: Readonly<Record<string, readonly Platform[]>>;
  readonly workloads: Readonly<Record<string, StaticFeatures>>;
  readonly timezone: string;
}

export interface StaticFeatures {
  readonly estimatedExecutionMs: number;
  readonly estimatedMemoryMb: number;
}

/** Everything that is known about a request before it is routed (METHOD 4.3). */
export interface RoutingSituation {
  readonly workload: string;
  readonly payloadBytes: number;
  readonly atMs: number;
  readonly load: LoadColumns;
}

export interface RoutingDecision {
  readonly platform: Platform;
  /** Absent when the model was not asked. */
  readonly pLambda?: number;
}

export interface Router {
  route(situation: RoutingSituation): RoutingDecision;
}

/**
 * A router over a static table and, where a workload may use both platforms, a model. Everything
 * that could fail while routing fails here instead, as `ModelMismatch`.
 */
export function createRouter(rules: RoutingRules, model?: ModelArtifact): Router {
  const routes = new Map(
    Object.entries(rules.platformsOf).map(([workload, platforms]) => [
      workload,
      isChoice(platforms) ? modelRoute(workload, rules, model) : fixedRoute(workload, platforms),
    ]),
  );
  return {
    route: (situation) => {
      const route = routes.get(situation.workload);
      if (route === undefined) {
        const known = [...routes.keys()].join(', ');
        throw mismatch(
          `The router does not know workload "${situation.workload}"; it has ${known}`,
        );
      }
      return route(situation);
    },
  };
}

type Route = (situation: RoutingSituation) => RoutingDecision;

function isChoice(platforms: readonly Platform[]): boolean {
  return new Set(platforms).size > 1;
}

function fixedRoute(workload: string, [platform]: readonly Platform[]): Route {
  if (platform === undefined) {
    throw mismatch(`The router has no platform for workload "${workload}"`);
  }
  return () => ({ platform });
}

function modelRoute(workload: string, rules: RoutingRules, model?: ModelArtifact): Route {
  if (model === undefined) {
    throw mismatch(`Workload "${workload}" may use both platforms, but no model was given`);
  }
  const features = rules.workloads[workload];
  if (features === undefined || !model.workloads.includes(workload)) {
    throw mismatch(`Neither rules nor model may leave out workload "${workload}"`);
  }
  requireFeatures(model);
  const scorer = decodeScorer(model.scorer, model.features.length);
  return ({ payloadBytes, atMs, load }) => {
    const situation = {
      workload,
      payloadBytes,
      ...features,
      ...localClock(atMs, rules.timezone),
      ...load,
    };
    const pLambda = scorer.score(featureVector(situation, model.workloads));
    return { platform: pLambda > model.threshold ? 'lambda' : 'ecs', pLambda };
  };
}

/** A model that was trained on other columns would score the wrong numbers without complaint. */
export function requireFeatures(model: ModelArtifact): void {
  const expected = featureNames(model.workloads).join(', ');
  const found = model.features.join(', ');
  if (expected !== found) {
    throw mismatch(`The model scores [${found}], this version makes [${expected}]`);
  }
}

function mismatch(sentence: string): PermanentFailure {
  return new PermanentFailure(
    'ModelMismatch',
    `${sentence}. Train the model again with this plan and version.`,
  );
}
