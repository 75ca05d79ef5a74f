import type { Platform } from '../platform.ts';

/** What observations say about the parameters of the simulator (METHOD 5.2, 7.1). */
export interface FitFigures {
  /** In the plan's order; without a workload that has no good row on both platforms. */
  readonly workloads: readonly WorkloadFigures[];
  /** Latency beside the server's time and the runtime's own part; of warm and unloaded requests. */
  readonly edge: Readonly<Record<Platform, EdgeFigures | undefined>>;
  /** Median of billed time less the handler's, rounding taken off; of warm requests. */
  readonly overheadMs: number | undefined;
  /** Deviations of slots from the whole, one per slot, platform and workload. */
  readonly slots: readonly SlotFigure[];
  /** Environments that had nothing to do: how long, and whether they were still there. */
  readonly idle: readonly IdleFigure[];
  readonly memoryUsedMb: number | undefined;
}

export interface WorkloadFigures {
  readonly workload: string;
  readonly lambda: WarmFigures & {
    /** Requests that met a new environment. */
    readonly coldRequests: number;
    readonly initMsMedian?: number;
    /** σ of ln init; absent below two of them. */
    readonly initSigma?: number;
    /** Median of the handler's first call less that of the others. */
    readonly firstCallMs?: number;
  };
  /** Of requests that were alone in the service. */
  readonly ecs: WarmFigures;
  /** Covariance of ln server times within pairs of one slot: σ² of what both have in common. */
  readonly pairCovariance?: number;
}

export interface WarmFigures {
  readonly requests: number;
  /** Geometric mean. */
  readonly serverMs: number;
  /** σ of ln server time within slots; absent below two. */
  readonly sigma?: number;
}

export interface EdgeFigures {
  readonly requests: number;
  readonly medianMs: number;
  /** Half the distance of the 84 % and 16 % quantiles of ln. */
  readonly sigma: number;
}

export interface SlotFigure {
  readonly slot: number;
  /** Epoch milliseconds of its first send. */
  readonly atMs: number;
  readonly platform: Platform;
  readonly workload: string;
  readonly requests: number;
  /** Mean of ln server time, less that of all slots. */
  readonly lnDeviation: number;
}

/** Requests that found nothing in flight, by how long their function had been idle. */
export interface IdleFigure {
  readonly gapMs: number;
  readonly warm: number;
  readonly cold: number;
}
