import type { Config } from '../config.ts';
import type { CampaignResult } from '../domain/campaign.ts';
import type { Recomputation, RecomputeOptions } from '../domain/evidence/recomputation.ts';
import type { Prediction, PredictionInput } from '../domain/simulation/prediction.ts';
import type { Scorecard } from '../domain/simulation/scorecard.ts';
import type { Changes, WhatIf } from '../domain/what-if/what-if.ts';
import type { ObjectStore } from '../stores/object-store.ts';
import type { TemporalEnvironment } from '../temporal/binary.ts';
import type { Output } from './output.ts';

/** What the composition root hands to the commands. */
export interface CliServices {
  readonly config: Config;
  readonly environment: TemporalEnvironment;
  readonly output: Output;
  readonly objects: ObjectStore;
  /** Folders that a campaign may have on this machine beside what is in the store. */
  readonly campaignFolders: (campaignId: string) => readonly string[];
  /** Bytes of a body that a handler's payload maker makes from a seed. */
  readonly payloadBytesOf: (handlerPath: string, seed: number) => Promise<number>;
  /** Stops what a suspended campaign does not need, and forgets nothing. */
  readonly suspendTestbed: (campaignId: string) => Promise<void>;
  /** What the simulator claims, with its default parameters; computed in about a second. */
  readonly scorecard: () => Scorecard;
  /** What the simulator says about sends that somebody has measured; one prediction per send. */
  readonly predict: (input: PredictionInput) => readonly Prediction[];
  /** What a campaign's answer would be under other circumstances; the store is only read. */
  readonly whatIf: (request: {
    readonly campaignId: string;
    readonly changes: Changes;
    readonly onProgress: (text: string) => void;
  }) => Promise<WhatIf>;
  /** Writes the report again from the store; for a campaign whose workflows were terminated. */
  readonly writeReport: (result: CampaignResult) => Promise<void>;
  /** Objects below another folder, such as a bundle's. */
  readonly openStore: (folder: string) => ObjectStore;
  /** Computes a stored campaign's numbers again and compares them; the store is only read. */
  readonly recompute: (objects: ObjectStore, options: RecomputeOptions) => Promise<Recomputation>;
}
