import type { Arm } from '../arm.ts';
import type { Platform } from '../platform.ts';
import type { Baselines } from '../rivals/baselines.ts';
import type { PlatformContrast } from './platform-contrast.ts';

/** What one arm did with one workload in one block: the input of every contrast. */
export interface ArmCell {
  readonly arm: Arm;
  readonly block: number;
  readonly workload: string;
  /** Scored requests: intended, not lead-in, and issued. */
  readonly requests: number;
  readonly good: number;
  /** Good and within the workload's SLO; equal to `good` where there is no SLO. */
  readonly insideSlo: number;
  readonly failed: number;
  /** Latency to a good answer, one per scored request; Infinity where there was none (METHOD 6.2). */
  readonly latenciesMs: readonly number[];
  readonly lambdaRequests: number;
  readonly ecsRequests: number;
  /** Σ METHOD 3.2 over the arm's requests on Lambda, edge included. */
  readonly lambdaUsd: number;
  /** Task seconds on Fargate above the plan's number of tasks; absent where there were none. */
  readonly addedTaskS?: number;
}

/** What one arm cost in one block, everything deployed for it included (METHOD 3.5). */
export interface ArmBlockCost {
  readonly arm: Arm;
  readonly block: number;
  readonly hours: number;
  readonly good: number;
  readonly lambdaUsd: number;
  /** Variable part of requests on Fargate. */
  readonly ecsVariableUsd: number;
  /** Busy part of the services. */
  readonly ecsBusyUsd: number;
  /** Idle part of the services: paid, not used. */
  readonly ecsIdleUsd: number;
  readonly balancerUsd: number;
  /** Its router service (METHOD 3.5); absent for an arm without one. */
  readonly routerUsd?: number;
  readonly allInUsd: number;
  /** Busy vCPU-seconds over deployed vCPU-seconds; absent without a service. */
  readonly utilisation?: number;
}

export type Contrast =
  | 'better'
  | 'materially-better'
  | 'equivalent'
  | 'not-worse'
  | 'worse'
  | 'undecided';

/** A ratio with its two-sided 95 % interval; below 1 the first arm is better. */
export interface RatioInterval {
  readonly ratio: number;
  readonly lower: number;
  readonly upper: number;
  /**
   * The quantile of one side is no good answer before the timeout, which stands in for it: the
   * ratio is at least, or at most, what is printed (METHOD 6.2).
   */
  readonly censored?: 'at-least' | 'at-most';
}

/** One row per pair of arms, the answer first, otherwise the cheaper one. */
export interface ArmContrast {
  readonly arm: Arm;
  readonly against: Arm;
  readonly cost: RatioInterval & { readonly contrast: Contrast };
  /** Absent where no quantile can be printed for both arms, or neither can be estimated. */
  readonly latency?: RatioInterval & { readonly contrast: Contrast };
}

export interface ArmResult {
  readonly arm: Arm;
  readonly requests: number;
  readonly good: number;
  readonly failed: number;
  /**
   * All-in, per 1,000 good requests, with its 95 % interval over blocks (the bare figure when there
   * is one block). An arm without any good request is priced as if one had been good: a floor.
   */
  readonly costPer1000Usd: number;
  readonly costPer1000Lower: number;
  readonly costPer1000Upper: number;
  readonly cost: Omit<ArmBlockCost, 'arm' | 'block'>;
  readonly isFastEnough: boolean;
  /** Share of block resamples with the same fast-enough result. */
  readonly fastEnoughStability: number;
  /** p95 of all its requests together; the mix of workloads moves it (METHOD 6.2: secondary). */
  readonly latencyMsP95?: number;
  readonly lambdaShare: number;
  readonly workloads: readonly ArmWorkloadResult[];
}

export interface ArmWorkloadResult {
  readonly workload: string;
  readonly requests: number;
  readonly good: number;
  readonly attainment: number;
  /** One-sided 95 % lower bound (METHOD 6.0). */
  readonly attainmentLower: number;
  readonly target?: number;
  readonly isFastEnough: boolean;
  /** Why: `not-shown` means too few requests or too close to call, not that it is too slow. */
  readonly finding?: SpeedFinding;
  /** Printed only with at least 10 exceedances; absent otherwise. */
  readonly p50?: number;
  readonly p75?: number;
  readonly p90?: number;
  readonly p95?: number;
  readonly p99?: number;
}

export type SpeedFinding = 'shown' | 'not-shown' | 'missed';

/** An A/A copy against its original: nothing differs but chance. */
export interface NoiseFloor {
  readonly platform: Platform;
  readonly cost: RatioInterval;
  readonly latency?: RatioInterval;
}

/** Variance of the paired block differences over that of two unpaired arms; below 1 it paid. */
export interface PairingGain {
  readonly arm: Arm;
  readonly against: Arm;
  readonly measure: 'cost' | 'latency';
  readonly varianceRatio: number;
  /** Blocks that unpaired arms would need for the same interval, over those measured. */
  readonly blocksFactor: number;
}

export interface Extension {
  /** Blocks after which it was looked for the first time, and at most, lead-in counted. */
  readonly planned: number;
  readonly to: number;
  /** More blocks could decide it, and may still be run. */
  readonly isOpen: boolean;
  /** Why it did not go on, or does, in a sentence. */
  readonly reason: string;
}

/** METHOD 1.6: the verdict was computed with and without them. */
export interface DegradedCheck {
  readonly blocks: number;
  /** Of the collection. */
  readonly slots: number;
  /** Both times the same answer, decided or not; otherwise the verdict is undecided. */
  readonly isSame: boolean;
}

/** The outcome of an evaluation. */
export interface Verdict {
  /** Cheapest fast-enough arm; absent when no arm is fast enough. */
  readonly answer?: Arm;
  readonly isDecided: boolean;
  /** In a sentence, with its numbers. */
  readonly sentence: string;
  /** Share of resamples in which the answer stays the answer. It decides nothing. */
  readonly share: number;
  /** Quantile of the primary latency contrast: the highest that every arm and workload can print. */
  readonly quantile?: 'p95' | 'p90' | 'p75' | 'p50';
  readonly blocks: number;
  readonly arms: readonly ArmResult[];
  readonly contrasts: readonly ArmContrast[];
  /** Minimum detectable effect of the cost contrast, measured here and as planned (METHOD 6.4). */
  readonly minimumDetectableEffect: number;
  readonly plannedMinimumDetectableEffect?: number;
  readonly isFewBlocks: boolean;
  /** Arms left out and why, for example best-static when it equals a pure arm. */
  readonly skipped: readonly { readonly arm: Arm; readonly reason: string }[];
  /** What was drawn again: days where slots next to each other are alike (METHOD 6.3). */
  readonly unit?: 'blocks' | 'days';
  /** How many of them. */
  readonly units?: number;
  /**
   * By how much all intervals were widened, because blocks next to each other are alike and there
   * are too few days to draw; absent where they were not.
   */
  readonly widening?: number;
  /**
   * In so many resamples an arm must be fast enough, or not, for that to be settled (METHOD 6.0);
   * more than 95 % where the evaluation may go on (METHOD 6.5).
   */
  readonly stableShare?: number;
  /** Lag-1 autocorrelation of the block log ratios of cost, the largest of any contrast. */
  readonly autocorrelation?: number;
  /** Of an evaluation that may go on until it is decided (METHOD 6.5). */
  readonly extension?: Extension;
  /** Whether the answer is the same without degraded blocks and slots; absent where none is. */
  readonly degraded?: DegradedCheck;
  /** How intervals were made; always-valid ones allow the evaluation to go on (METHOD 6.5). */
  readonly intervals?: 'bootstrap' | 'few-block-t' | 'always-valid';
  /** What two identical deployments differed by (METHOD 1.2); absent without A/A copies. */
  readonly noiseFloor?: readonly NoiseFloor[];
  /** What pairing arms in their blocks brought, for the contrasts of the answer. */
  readonly pairing?: readonly PairingGain[];
  /** Lambda against Fargate on slots and blocks together (METHOD 6.0). */
  readonly platforms?: PlatformContrast;
  /** Rivals that were computed, not run (METHOD 6.1). */
  readonly baselines?: Baselines;
  /** Arms that served every request as a simpler one did: one deployment under two names. */
  readonly twins?: readonly { readonly arm: Arm; readonly of: Arm }[];
}
