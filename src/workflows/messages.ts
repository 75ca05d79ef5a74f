import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

import type { CampaignProgress } from '../domain/campaign.ts';

/**
 * Everything that can be said to a running campaign. Updates, because their caller needs the
 * answer; all are absolute, because an update id does not survive continue-as-new and a repeated
 * relative change would count twice.
 */
export const pauseUpdate = defineUpdate<CampaignProgress>('pause');
export const resumeUpdate = defineUpdate<CampaignProgress>('resume');
export const skipUpdate = defineUpdate<CampaignProgress, [slots: readonly number[]]>('skip');
export const stopUpdate = defineUpdate<CampaignProgress, [reason: string]>('stop');
/** A signal, because a note in the lab book needs no answer. */
export const noteSignal = defineSignal<[text: string]>('note');
/** A signal, because a night does not wait; what becomes of it is written into the lab book. */
export const retrainSignal = defineSignal<[requestedBy: string]>('retrain');
export const progressQuery = defineQuery<CampaignProgress>('progress');

/** From a campaign to its evaluation: a pause takes effect between two blocks. */
export const holdSignal = defineSignal<[isHeld: boolean]>('hold');
/** From an evaluation to its campaign's readers: which block is at work. */
export const evaluationProgressQuery = defineQuery<EvaluationProgress>('progress');

export interface EvaluationProgress {
  readonly block: number;
  /** As planned. */
  readonly blocks: number;
  /** While it is undecided (METHOD 6.5); absent when it ends after `blocks`. */
  readonly atMost?: number;
  readonly isHeld: boolean;
}
