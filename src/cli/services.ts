import type { Config } from '../config.ts';
import type { CampaignResult } from '../domain/campaign.ts';
import type { ObjectStore } from '../stores/object-store.ts';
import type { TemporalEnvironment } from '../temporal/binary.ts';
import type { Output } from './output.ts';

/** What the composition root hands to the commands. */
export interface CliServices {
  readonly config: Config;
  readonly environment: TemporalEnvironment;
  readonly output: Output;
  readonly objects: ObjectStore;
  /** Bytes of a body that a handler's payload maker makes from a seed. */
  readonly payloadBytesOf: (handlerPath: string, seed: number) => Promise<number>;
  /** Stops what a suspended campaign does not need, and forgets nothing. */
  readonly suspendTestbed: (campaignId: string) => Promise<void>;
  /** Writes the report again from the store; for a campaign whose workflows were terminated. */
  readonly writeReport: (result: CampaignResult) => Promise<void>;
}
