import type { Arm } from './arm.ts';
import {
  type CampaignProgress,
  type CampaignResult,
  countByStatus,
  type SlotStatus,
} from './campaign.ts';
import type { Verdict } from './verdict/verdict.ts';

/** A campaign that has ended, in one small object: for `--json` and for the end of `run`. */
export interface CampaignSummary {
  readonly campaignId: string;
  readonly outcome: CampaignResult['outcome'];
  readonly reason?: string;
  readonly slots: Readonly<Record<SlotStatus, number>>;
  /** Of slots and blocks together. */
  readonly intendedRequests: number;
  readonly observedRequests: number;
  readonly joinedShare: number;
  readonly datasetFingerprint?: string;
  readonly modelHash?: string;
  readonly verdict: VerdictSummary | { readonly none: string };
  /** Of a simulated campaign: how far its simulator was verified and validated (METHOD 7.2). */
  readonly stamp?: string;
}

export interface VerdictSummary {
  readonly answer?: Arm;
  readonly isDecided: boolean;
  readonly share: number;
  readonly quantile?: string;
  readonly sentence: string;
}

export function summarise(
  result: CampaignResult,
  progress: CampaignProgress,
  { verdict, stamp }: { readonly verdict?: Verdict; readonly stamp?: string },
): CampaignSummary {
  let intended = 0;
  let observed = 0;
  let rows = 0;
  let joined = 0;
  for (const outcome of progress.outcomes) {
    if (!('rows' in outcome)) continue;
    intended += outcome.requests;
    observed += outcome.observed;
    rows += outcome.rows;
    joined += outcome.joined;
  }
  for (const block of progress.evaluation?.blocks ?? []) {
    intended += block.intendedRequests;
    observed += block.observedRequests;
    rows += block.rows;
    joined += block.joinedRows;
  }
  const { dataset, modelHash } = progress.retraining ?? {};
  return {
    campaignId: result.campaignId,
    outcome: result.outcome,
    ...(result.reason === undefined ? {} : { reason: result.reason }),
    slots: countByStatus(progress.outcomes),
    intendedRequests: intended,
    observedRequests: observed,
    joinedShare: rows === 0 ? 0 : joined / rows,
    ...(dataset === undefined ? {} : { datasetFingerprint: dataset.fingerprint }),
    ...(modelHash === undefined ? {} : { modelHash }),
    ...(stamp === undefined ? {} : { stamp }),
    verdict:
      verdict === undefined
        ? { none: whyNoVerdict(result, progress) }
        : {
            ...(verdict.answer === undefined ? {} : { answer: verdict.answer }),
            isDecided: verdict.isDecided,
            share: verdict.share,
            ...(verdict.quantile === undefined ? {} : { quantile: verdict.quantile }),
            sentence: verdict.sentence,
          },
  };
}

/** Why there is no verdict, in a sentence. */
export function whyNoVerdict(result: CampaignResult, progress: CampaignProgress): string {
  if (progress.evaluation?.noVerdict !== undefined) return progress.evaluation.noVerdict;
  if (progress.evaluationFailure !== undefined) {
    return `The evaluation failed: ${progress.evaluationFailure}`;
  }
  if (result.outcome === 'completed') return 'The plan has no evaluation.';
  const why = result.reason === undefined ? '' : `: ${result.reason}`;
  return `The campaign was ${result.outcome} before an evaluation${why}`;
}
