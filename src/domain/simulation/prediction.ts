import type { PriceBook } from '../money/price-books.ts';
import type { EdgeName, WorkloadPlan } from '../plan.ts';
import type { Platform } from '../platform.ts';
import type { SimulationPlan } from './simulation.ts';

/** Sends that somebody has measured, for the simulator to predict (METHOD 7.2). */
export interface PredictionInput {
  readonly seed: number;
  readonly simulation: SimulationPlan;
  /** For the architecture of its init durations. */
  readonly priceBook: string;
  /** When `priceBook` names prices of the user's own. */
  readonly ownPrices?: PriceBook;
  readonly edge: Readonly<Record<Platform, EdgeName>>;
  readonly timeoutMs: number;
  readonly workloads: readonly PredictedWorkload[];
  /** In the order of time. */
  readonly sends: readonly MeasuredSend[];
}

export interface PredictedWorkload
  extends Pick<WorkloadPlan, 'name' | 'lambdaMemoryMb' | 'ecsVcpu' | 'bound' | 'slotsPerTask'> {
  readonly cpuMs: number;
  /** 0: none is deployed, and its sends on Fargate come back as failed. */
  readonly ecsTasks: number;
}

export interface MeasuredSend {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly workload: string;
  readonly platform: Platform;
  readonly payloadBytes: number;
}

/** What the simulator says of one send. */
export interface Prediction {
  /** Absent without a good answer. */
  readonly latencyMs?: number;
  readonly serverMs?: number;
  /** On Lambda: the environment was new. */
  readonly isCold: boolean;
}
