import type { Owner } from '../domain/arm.ts';
import type { WorkloadEstimate } from '../domain/evaluation.ts';
import type { PlatformRecord } from '../domain/observation.ts';
import type { Plan } from '../domain/plan.ts';
import type { Platform } from '../domain/platform.ts';

/**
 * How CPU and memory limits are enforced; with `none` there is no verdict (METHOD 1.7), with
 * `simulated` there is one, stamped with how far the model was checked (METHOD 7.2).
 */
export type LimitKind = 'cgroup2' | 'cgroup1' | 'none' | 'aws' | 'simulated';

/** What is deployed for a campaign, as it is stored: without the token. */
export interface DeploymentRecord {
  readonly campaignId: string;
  readonly limits: LimitKind;
  readonly nodeVersion: string;
  readonly cpuModel: string;
  readonly cpuCount: number;
  /** sha256 of each workload's handler folder. */
  readonly codeHashes: Readonly<Record<string, string>>;
  /**
   * Busy time of one request on one vCPU, per workload: the plan's, or the mean of 30 requests
   * measured from the task's CPU counter. Frozen before slot 1.
   */
  readonly cpuMs: Readonly<Record<string, number>>;
}

/** What the load generator needs to send. Holds the token: it never leaves the process. */
export interface Deployment {
  readonly campaignId: string;
  readonly token: string;
  readonly endpoints: readonly Endpoint[];
  /** Router services, of the arms that can have one on this testbed. */
  readonly routers?: readonly RouterEndpoint[];
}

/** `POST <url>/<workload>` is routed to one of the owner's endpoints, and says to which. */
export interface RouterEndpoint {
  readonly owner: Owner;
  readonly url: string;
}

export interface Endpoint {
  readonly owner: Owner;
  readonly platform: Platform;
  readonly workload: string;
  readonly url: string;
}

/** One pool of environments or one service that must be up during a window. */
export interface ServiceSpec {
  readonly owner: Owner;
  readonly platform: Platform;
  readonly workload: string;
  /** Fargate only: desired number of tasks. */
  readonly tasks?: number;
}

export interface DeployRequest {
  readonly campaignId: string;
  readonly plan: Plan;
  /** Epoch milliseconds after which the testbed ends by itself unless `prepare` renews it. */
  readonly expiresAtMs: number;
}

/** One load run as the testbed sees it. */
export interface Window {
  readonly campaignId: string;
  readonly run: string;
  /** Everything that must be up; what is not named is scaled to zero. */
  readonly services: readonly ServiceSpec[];
  /** A router service in front of an arm's platforms; absent: the load generator routes. */
  readonly router?: WindowRouter;
  readonly expiresAtMs: number;
}

/** What a router service routes by for the length of a window (METHOD 5.2: pinned, not followed). */
export interface WindowRouter {
  readonly owner: Owner;
  /** One platform: the capacity decision has spoken. Both: the model chooses. */
  readonly platformsOf: Readonly<Record<string, readonly Platform[]>>;
  /** Best-static, for when the model cannot be used. */
  readonly table: Readonly<Record<string, Platform>>;
  readonly workloads: Readonly<Record<string, WorkloadEstimate>>;
  readonly timezone: string;
  /** Absent: the table decides alone. */
  readonly model?: { readonly hash: string; readonly bytes: Uint8Array };
}

export interface CollectRequest {
  readonly campaignId: string;
  readonly run: string;
}

/** A place where the two platforms live. Adapters throw, they never log. */
export interface Testbed {
  /**
   * Brings the testbed up for a campaign and measures what the plan leaves open (`cpuMs`).
   * Idempotent: a second call finds what the first one deployed.
   */
  deploy(request: DeployRequest, options: CallOptions): Promise<DeploymentRecord>;
  /** Resolves to undefined when nothing is deployed for the campaign. */
  find(campaignId: string): Promise<Deployment | undefined>;
  /**
   * Makes the window's services ready: starts what is missing (even the whole testbed when it has
   * died), scales, replaces every Fargate task, waits for health, warms up, renews the expiry.
   */
  prepare(window: Window, options: CallOptions): Promise<void>;
  /**
   * The platforms' own records of a run: those of its requests, and the samples of the tasks that
   * were up. Can be called again and answers the same, or more.
   */
  collect(request: CollectRequest, options: CallOptions): Promise<readonly PlatformRecord[]>;
  /**
   * Stops what runs and forgets nothing, for a campaign that is suspended: the next `prepare`
   * brings it up again. On a testbed that costs nothing while idle this does nothing.
   */
  suspend(campaignId: string, options: CallOptions): Promise<void>;
  /** Removes everything that was deployed, and says what is left: an empty list is the proof. */
  release(campaignId: string, options: CallOptions): Promise<readonly string[]>;
}

export interface CallOptions {
  readonly signal: AbortSignal;
}
