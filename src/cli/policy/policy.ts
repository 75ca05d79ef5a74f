import { type Champion, type ModelArtifact, modelInUse } from '../../domain/models/model.ts';
import type { PriceBook } from '../../domain/money/price-books.ts';
import type { RateSwitch } from '../../domain/money/rate-switch.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Platform } from '../../domain/platform.ts';

/** What of a campaign can be used elsewhere. */
export interface Policy {
  readonly campaignId: string;
  readonly plan: Plan;
  readonly book: PriceBook;
  /** Best-static: the platform of each workload, and why, with the prices. */
  readonly table: Readonly<Record<string, Platform>>;
  readonly capacityReason: string;
  readonly switches: readonly RateSwitch[];
  /** Absent when no retraining has chosen a router. */
  readonly champion?: Champion;
  /** The model in use, else the best learned one; absent when none was trained. */
  readonly model?: {
    readonly hash: string;
    readonly artifact: ModelArtifact;
    readonly body: Uint8Array;
  };
}

export function isModelUsed({ champion, model }: Policy): boolean {
  return champion !== undefined && model !== undefined && modelInUse(champion) === model.hash;
}
