import type { WorkloadEstimate } from '../domain/evaluation.ts';
import type { Platform } from '../domain/platform.ts';
import type { Deployment } from '../testbeds/testbed.ts';

/** One execution of a load generator, on this machine. */
export interface LoadRunSpec {
  readonly campaignId: string;
  readonly run: string;
  /** From 1; a retry is a new attempt with its own files. */
  readonly attempt: number;
  /** Nominal start, epoch milliseconds; offsets count from here. Later for a late retry: `movedMs`. */
  readonly startsAtMs: number;
  /**
   * By how much the targets that have not been sent yet are moved: 0 for a first attempt in time,
   * its lateness within the grace, the length of the outage in a retry. A target is planned at `startsAtMs + offsetMs + movedMs`.
   */
  readonly movedMs: number;
  /** A file with one `IntendedRequest` per line, in order of their first offset. */
  readonly requestsPath: string;
  /** `<requestId>/<target>` of everything that an earlier attempt has sent: never sent again. */
  readonly alreadySent: readonly string[];
  /** Handler modules by workload; the payload maker stands beside the handler. */
  readonly handlers: Readonly<Record<string, string>>;
  /** An existing folder; segments appear in it as `<three digits>.ndjson`. */
  readonly folder: string;
  readonly timeoutMs: number;
  /** Nothing is sent after this time, and what is unanswered then is cut off. Epoch milliseconds. */
  readonly endsBeforeMs: number;
  readonly router?: RouterSpec;
}

/** What is routed in a run (hybrid arm), and by whom. */
export interface RouterSpec {
  /**
   * `client` (also when absent): the generator asks the model and sends to the platform. `service`:
   * it sends to the deployment's router, whose answers say where they went.
   */
  readonly place?: 'client' | 'service';
  /** A file with a `ModelArtifact`; absent: the static table decides alone. */
  readonly modelPath?: string;
  readonly modelHash?: string;
  /** Platforms that each workload may use: one, or both for the model to choose from. */
  readonly platformsOf: Readonly<Record<string, readonly Platform[]>>;
  /** Static features of each workload, and the plan's time zone (METHOD 4.3). */
  readonly workloads: Readonly<Record<string, WorkloadEstimate>>;
  readonly timezone: string;
}

export interface LoadProgress {
  readonly sent: number;
  readonly answered: number;
  readonly errors: number;
  readonly lagMsP99: number;
  /** Number of the last closed segment; 0 before the first. */
  readonly closedSegments: number;
}

/** What happened to the process; what happened to the requests stands in the records alone. */
export interface LoadRunEnd {
  readonly reason: 'completed' | 'ended-early' | 'watchdog';
  /** For people: the last lines that the generator printed, when it did not complete. */
  readonly output?: string;
  readonly segments: number;
}

export interface LoadGenerator {
  /**
   * Sends every target at its planned time and writes a `sent` line before and an `outcome` line
   * after each send (`ClientRecord`), in segments that are closed every 30 s or at the end.
   * Rejects with the signal's reason when aborted, after the generator's processes are gone.
   */
  run(spec: LoadRunSpec, deployment: Deployment, options: LoadRunOptions): Promise<LoadRunEnd>;
}

export interface LoadRunOptions {
  readonly signal: AbortSignal;
  /** Called about once a second. */
  readonly onProgress: (progress: LoadProgress) => void;
}
