import type { Owner } from '../arm.ts';
import type { EvaluationSetup } from '../evaluation.ts';
import type { ModelArtifact } from '../models/model.ts';
import type { PriceBook } from '../money/price-books.ts';
import type { LoadColumns } from '../observation.ts';
import type { Plan } from '../plan.ts';
import type { Platform } from '../platform.ts';
import type { IntendedRequest } from '../requests/requests.ts';

/** Runs in virtual time once more, send by send and without any file (METHOD 5.2). */
export type Replay = (input: ReplayInput) => Promise<readonly ReplayedSend[]>;

export interface ReplayInput {
  readonly plan: Plan;
  readonly book: PriceBook;
  readonly cpuMs: Readonly<Record<string, number>>;
  /** What is up in every run. */
  readonly services: readonly ReplayedService[];
  /** In their order, from the first: what one leaves behind, the next one finds. */
  readonly runs: readonly ReplayedRun[];
  /** Decides about targets without a platform, and says of every other send what it would decide. */
  readonly router?: {
    readonly setup: Pick<EvaluationSetup, 'withCapacity' | 'estimates'>;
    readonly artifact?: ModelArtifact;
  };
}

export interface ReplayedService {
  readonly owner: Owner;
  readonly platform: Platform;
  readonly workload: string;
  readonly tasks?: number;
}

export interface ReplayedRun {
  readonly run: string;
  readonly startsAtMs: number;
  readonly requests: readonly IntendedRequest[];
  /** What is not answered then is cut off. */
  readonly endsBeforeMs: number;
}

/** One target of a request, and what became of it. */
export interface ReplayedSend {
  readonly requestId: string;
  readonly workload: string;
  readonly owner: Owner;
  /** From 1, in the order of sending. */
  readonly position: number;
  readonly platform: Platform;
  /** What the router says about the load columns of this send; absent without a router. */
  readonly routed?: Platform;
  readonly isGood: boolean;
  /** Absent without an answer. */
  readonly latencyMs?: number;
  /** Marginal (METHOD 3.2, 3.3). */
  readonly costUsd: number;
  readonly load: LoadColumns;
}
