/** Lambda against Fargate, from the collection's slots and the evaluation's blocks (METHOD 6.0). */
import type { Contrast, RatioInterval } from './verdict.ts';

/** lambda-only over ecs-only: below 1 Lambda is cheaper, or faster. */
export interface PlatformEstimate {
  readonly slots: number;
  readonly blocks: number;
  readonly cost: RatioInterval & { readonly contrast: Contrast };
  readonly latency?: RatioInterval & { readonly contrast: Contrast };
}

export interface PlatformContrast {
  readonly collection?: PlatformEstimate;
  readonly evaluation?: PlatformEstimate;
  /** Slots and blocks drawn again together, stratified; absent when their rates differ. */
  readonly together?: PlatformEstimate;
  /** Why there is no `together`. */
  readonly apartBecause?: string;
}
