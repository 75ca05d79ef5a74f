import type { WorkloadEstimate } from '../evaluation.ts';
import { PermanentFailure } from '../failures.ts';
import { type FamilyName, familyNames } from '../plan.ts';
import { StoredFields } from '../stored-fields.ts';
import { type EncodedScorer, parseScorer } from './scorer.ts';

/**
 * A trained classifier as it is stored: plain JSON, checked when it is loaded. It scores without
 * the library that trained it. Class 1 is `lambda`.
 */
export interface ModelArtifact {
  readonly schema: 'crossover-model/2';
  readonly family: FamilyName;
  /** In the order of the vector that the scorer takes. */
  readonly features: readonly string[];
  readonly workloads: readonly string[];
  /** Class 0 and class 1. */
  readonly classes: readonly ['ecs', 'lambda'];
  /** A request goes to Lambda when p_lambda is above it. */
  readonly threshold: number;
  /** Preprocessing and arrays: scored by `decodeScorer` without the library that trained them. */
  readonly scorer: EncodedScorer;
  /** The family's own: mean decrease in impurity, or gain, adding up to 1; empty for a network. */
  readonly importance: Readonly<Record<string, number>>;
  readonly metrics: ModelMetrics;
  /** Why there was nothing to judge it on. Its metrics are then of 0 rows and mean nothing. */
  readonly notJudged?: string;
  readonly lineage: ModelLineage;
}

export interface ModelLineage {
  readonly datasetFingerprint: string;
  /** Slots that the model was fitted on. */
  readonly slots: readonly number[];
  readonly rows: number;
  /** Of these rows, where a library takes fewer: drawn by weight, from the seed. */
  readonly rowsUsed?: number;
  readonly seed: number;
  readonly params: Readonly<Record<string, number>>;
  readonly libraries: Readonly<Record<string, string>>;
  /** Static features of the workloads after the last of its slots: for scoring without a campaign. */
  readonly estimates?: Readonly<Record<string, WorkloadEstimate>>;
}

/** Of a fit on the first two thirds of the slots, judged on the rest (METHOD 5.3). */
export interface ModelMetrics {
  readonly testRows: number;
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  readonly majorityAccuracy: number;
  /** Cross-fitted and in-sample ceiling (METHOD 4.5). */
  readonly ceiling: readonly [crossFitted: number, inSample: number];
  /** Of class `lambda`; absent where nothing can be divided by. */
  readonly precision?: number;
  readonly recall?: number;
  readonly f1?: number;
  readonly rocAuc: number;
  readonly logLoss: number;
  readonly brier: number;
  /** Rows: truth (ecs, lambda); columns: prediction. */
  readonly confusion: readonly [readonly [number, number], readonly [number, number]];
  /** Share-weighted mean utility of the chosen outcomes; lower is better (METHOD 5.1). */
  readonly vPair: number;
  readonly vPairBestStatic: number;
}

/** The router in use: a static table, and for the workloads that have both platforms a model. */
export interface Champion {
  readonly kind: 'best-static' | 'learned';
  /** Best-static platform per workload (METHOD 4.1). */
  readonly table: Readonly<Record<string, 'lambda' | 'ecs'>>;
  /** Workloads for which the capacity decision pays a Fargate service. */
  readonly withCapacity: readonly string[];
  /** The model in use, of a learned router; `modelInUse` also knows champions of 0.1.0. */
  readonly modelHash?: string;
  readonly family?: FamilyName;
  /** The best learned model, promoted or not: the hybrid arm routes by it. */
  readonly learnedModelHash?: string;
  /** Why this one is in use, in sentences that need not name it. */
  readonly reason: string;
  /** Why each workload has a Fargate service or none, with the prices. */
  readonly capacityReason?: string;
  readonly slotsSeen: number;
  /** Who chose it; champions of 0.1.0 do not say, and were all chosen by a retraining. */
  readonly by?: 'retraining' | 'request';
  /** Models of the last retraining, which the next one judges on the slots in between. */
  readonly challengers?: readonly Challenger[];
  /** How far the slots since the last retraining have moved away from those before, worst first. */
  readonly drift?: readonly FeatureDrift[];
  /** Of a champion that was brought back: the history object that it was taken from. */
  readonly restoredFrom?: string;
}

/** A model that a retraining has fitted on all its slots. */
export interface Challenger {
  readonly family: FamilyName;
  readonly modelHash: string;
  /** Of its recipe, on slots that were held out; absent when it was not judged (METHOD 5.1). */
  readonly vPair?: number;
}

/** Above it a feature has drifted (METHOD 5.3): it warns and never vetoes. */
export const notableDrift = 0.2;

export interface FeatureDrift {
  readonly feature: string;
  /** Population stability index; above 0.2 it is a warning, never a veto (METHOD 5.3). */
  readonly psi: number;
}

/** Hash of the model that a champion routes by, or undefined when it is best-static. */
export function modelInUse(champion: Champion): string | undefined {
  if (champion.kind !== 'learned') return undefined;
  return champion.modelHash ?? champion.learnedModelHash;
}

/**
 * A stored model, checked field by field, its forest included: whatever passes can be scored.
 * Throws `ModelMismatch` with the field, its value and what it should be.
 */
export function parseModelArtifact(value: unknown): ModelArtifact {
  const model = new StoredFields(value, 'model');
  const schema = model.word('schema', ['crossover-model/2']);
  const features = model.names('features');
  const workloads = model.names('workloads');
  const threshold = model.number('threshold');
  if (threshold < 0 || threshold > 1) {
    throw new PermanentFailure(
      'ModelMismatch',
      `model.threshold is ${threshold}; it should be a number from 0 to 1. Train the model again.`,
    );
  }
  return {
    schema,
    family: model.word('family', familyNames),
    features,
    workloads,
    classes: classesIn(model),
    threshold,
    scorer: parseScorer(model.object('scorer'), features.length),
    importance: model.record('importance'),
    metrics: metricsIn(model.object('metrics')),
    ...(model.has('notJudged') ? { notJudged: model.text('notJudged') } : {}),
    lineage: lineageIn(model.object('lineage'), workloads),
  };
}

function classesIn(model: StoredFields): ModelArtifact['classes'] {
  const classes = model.names('classes');
  if (classes.join() !== 'ecs,lambda') {
    throw new PermanentFailure(
      'ModelMismatch',
      `model.classes is [${classes.join(', ')}]; it should be [ecs, lambda]. Train the model again.`,
    );
  }
  return ['ecs', 'lambda'];
}

function metricsIn(metrics: StoredFields): ModelMetrics {
  return {
    testRows: metrics.number('testRows'),
    accuracy: metrics.number('accuracy'),
    balancedAccuracy: metrics.number('balancedAccuracy'),
    majorityAccuracy: metrics.number('majorityAccuracy'),
    ceiling: metrics.pair('ceiling'),
    ...(metrics.has('precision') ? { precision: metrics.number('precision') } : {}),
    ...(metrics.has('recall') ? { recall: metrics.number('recall') } : {}),
    ...(metrics.has('f1') ? { f1: metrics.number('f1') } : {}),
    rocAuc: metrics.number('rocAuc'),
    logLoss: metrics.number('logLoss'),
    brier: metrics.number('brier'),
    confusion: metrics.square('confusion'),
    vPair: metrics.number('vPair'),
    vPairBestStatic: metrics.number('vPairBestStatic'),
  };
}

function lineageIn(lineage: StoredFields, workloads: readonly string[]): ModelLineage {
  return {
    datasetFingerprint: lineage.text('datasetFingerprint'),
    slots: lineage.numbers('slots'),
    rows: lineage.number('rows'),
    ...(lineage.has('rowsUsed') ? { rowsUsed: lineage.number('rowsUsed') } : {}),
    seed: lineage.number('seed'),
    params: lineage.record('params'),
    libraries: lineage.textRecord('libraries'),
    ...(lineage.has('estimates')
      ? { estimates: estimatesIn(lineage.object('estimates'), workloads) }
      : {}),
  };
}

function estimatesIn(
  estimates: StoredFields,
  workloads: readonly string[],
): Readonly<Record<string, WorkloadEstimate>> {
  return Object.fromEntries(
    workloads.map((workload) => {
      const estimate = estimates.object(workload);
      return [
        workload,
        {
          estimatedExecutionMs: estimate.number('estimatedExecutionMs'),
          estimatedMemoryMb: estimate.number('estimatedMemoryMb'),
        },
      ];
    }),
  );
}
