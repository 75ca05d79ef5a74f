import type { AddedTasks } from './money/added-tasks.ts';

/** Proof that a load run happened, written last: no receipt, no run. */
export interface RunReceipt {
  readonly run: string;
  readonly attempts: number;
  readonly startsAtMs: number;
  readonly finishedAtMs: number;
  readonly endReason: 'completed' | 'ended-early' | 'watchdog';
  /** What the generator printed last, when it did not complete. */
  readonly output?: string;
  /** Object keys of all segments of all attempts, in order. */
  readonly segments: readonly string[];
}

/** What joining a run found, in counts: small enough for a workflow's history. */
export interface RunSummary {
  readonly run: string;
  /** One row per intended request and target. */
  readonly rows: number;
  readonly intendedRequests: number;
  /** Intended requests of which every target has an outcome (answered, failed or timeout). */
  readonly observedRequests: number;
  readonly answeredRows: number;
  readonly goodRows: number;
  readonly failedRows: number;
  readonly timeoutRows: number;
  readonly unrecordedRows: number;
  readonly notIssuedRows: number;
  /** Rows with their platform record. */
  readonly joinedRows: number;
  /** Rows without a platform record for which the reason is known (METHOD 1.6). */
  readonly explainedRows: number;
  readonly sendLagMsP99: number;
  readonly coldStarts: number;
  /** What the requests and the services would have cost on AWS, by the plan's price book. */
  readonly costUsd: number;
  /** Of a block, where services added tasks by themselves. */
  readonly addedTasks?: readonly AddedTasks[];
  /** Empty: complete. Otherwise why the run is degraded (METHOD 1.6). */
  readonly degradedBecause: readonly string[];
}
