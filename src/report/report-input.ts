import type { CampaignOutcome, SlotOutcome } from '../domain/campaign.ts';
import type { DatasetRef } from '../domain/dataset/dataset.ts';
import type { MeasuredFigures } from '../domain/dataset/measured.ts';
import type { CampaignProfile } from '../domain/dataset/profile.ts';
import type { Champion, ModelArtifact } from '../domain/models/model.ts';
import type { ModelEvaluation } from '../domain/models/model-evaluation.ts';
import type { Finding } from '../domain/models/training.ts';
import type { Plan } from '../domain/plan.ts';
import type { RunReceipt, RunSummary } from '../domain/receipt.ts';
import type { PolicyValueResult } from '../domain/simulation/policy-value.ts';
import type { SimulationTrust } from '../domain/simulation/scorecard.ts';
import type { Verdict } from '../domain/verdict/verdict.ts';

/** All that a report is made of. Everything but the plan may be missing: a report is always written. */
export interface ReportInput {
  readonly campaignId: string;
  readonly plan: Plan;
  readonly outcome: CampaignOutcome;
  /** Why the campaign was stopped, cancelled or failed. */
  readonly reason?: string;
  readonly deployment?: DeploymentFacts;
  /** Largest body that was sent or answered, per workload. */
  readonly largestBytes?: Readonly<Record<string, number>>;
  readonly slots: readonly SlotOutcome[];
  readonly blocks: readonly RunSummary[];
  readonly blockFailures: readonly { readonly block: number; readonly reason: string }[];
  /** By how much `late: shift` moved the slots; absent when only the receipts are known. */
  readonly shiftedMs?: number;
  /** Load runs that needed more than one attempt or ended before their time. */
  readonly irregularRuns?: readonly IrregularRun[];
  readonly notes: readonly { readonly atMs: number; readonly text: string }[];
  readonly dataset?: DatasetRef;
  readonly profile?: CampaignProfile;
  /** What the observations say, as figures for charts; absent while there are none. */
  readonly measured?: MeasuredFigures;
  readonly findings: readonly Finding[];
  /** Why there was no retraining result at all. */
  readonly retrainingFailure?: string;
  /** Every retraining that has chosen a router, in their order; the last one's is the champion. */
  readonly retrainings: readonly Retraining[];
  readonly champion?: Champion;
  readonly model?: StoredModel;
  /** What the last retraining fitted, one for each family, with what they did on unseen slots. */
  readonly models: readonly EvaluatedModel[];
  readonly verdict?: Verdict;
  /** Why there is no verdict, in a sentence. */
  readonly noVerdict?: string;
  /** How far the model was checked, and what would flip its answer; of simulated campaigns only. */
  readonly simulation?: SimulationTrust;
  /** V_self of the routers (METHOD 5.2), or why there is none; absent without an evaluation. */
  readonly policyValue?: PolicyValueResult;
  /** What was left on the testbed after release; undefined while it still stands. */
  readonly leftovers?: readonly string[];
}

export type IrregularRun = Pick<RunReceipt, 'run' | 'attempts' | 'endReason'>;

/** Which router a retraining chose, and the model that it fitted, if any. */
export interface Retraining {
  readonly champion: Champion;
  readonly model?: StoredModel;
}

export interface StoredModel {
  readonly hash: string;
  readonly artifact: ModelArtifact;
}

/** A model of a retraining; without an evaluation when there was nothing to judge it on. */
export interface EvaluatedModel extends StoredModel {
  readonly evaluation?: ModelEvaluation;
}

/** The stored deployment record, as far as a reader needs it. */
export interface DeploymentFacts {
  readonly limits: string;
  readonly nodeVersion: string;
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly cpuMs: Readonly<Record<string, number>>;
  /** sha256 of each workload's handler folder. */
  readonly codeHashes?: Readonly<Record<string, string>>;
}
