import {
  getExternalWorkflowHandle,
  log,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow';

import {
  type CampaignPhase,
  type CampaignProgress,
  countByStatus,
  spentUsd,
} from '../domain/campaign.ts';
import { evaluationWorkflowId } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import { progressAttributes } from './campaign-attributes.ts';
import { holdSignal } from './messages.ts';

/** The one progress value of a campaign run, with what follows from replacing it: the lab book page. */
export class ProgressBook {
  readonly #plan: Plan;
  readonly #campaignId: string;
  #current: CampaignProgress;

  constructor(plan: Plan, campaignId: string, current: CampaignProgress) {
    this.#plan = plan;
    this.#campaignId = campaignId;
    this.#current = current;
    this.#show();
  }

  get current(): CampaignProgress {
    return this.#current;
  }

  replace(change: (progress: CampaignProgress) => CampaignProgress): void {
    this.#current = change(this.#current);
    this.#show();
  }

  /** Moves to a phase, and makes it findable in the list of workflows. */
  enter(phase: CampaignPhase): void {
    if (this.#current.phase === phase) return;
    this.replace((progress) => ({ ...progress, phase }));
    this.publish();
  }

  /** One event in the history, so it is done once a slot and once a phase. */
  publish(): void {
    upsertSearchAttributes(
      progressAttributes({
        phase: this.#current.phase,
        slotsDone: this.#current.outcomes.length,
        spentUsd: spentUsd(this.#current),
      }),
    );
  }

  /** A pause reaches a running evaluation as a signal; between phases there is nobody to tell. */
  tellEvaluation(isHeld: boolean): void {
    if (this.#current.phase !== 'evaluating') return;
    getExternalWorkflowHandle(evaluationWorkflowId(this.#campaignId))
      .signal(holdSignal, isHeld)
      .catch((error: unknown) => log.warn('The evaluation could not be told', { isHeld, error }));
  }

  #show(): void {
    setCurrentDetails(detailsOf(this.#plan, this.#campaignId, this.#current));
  }
}

/** The page that the Web UI shows for a campaign, as Markdown. */
function detailsOf(plan: Plan, campaignId: string, progress: CampaignProgress): string {
  const counts = countByStatus(progress.outcomes);
  const lines = [
    `### ${campaignId}: ${progress.phase}${progress.isPaused ? ' (paused)' : ''}`,
    '',
    `Slots: **${progress.outcomes.length} of ${plan.schedule.slots}** · complete ${counts.complete}` +
      ` · degraded ${counts.degraded} · missed ${counts.missed} · skipped ${counts.skipped}` +
      ` · failed ${counts.failed}`,
  ];
  if (progress.running !== undefined) lines.push('', `At work: ${progress.running}`);
  if (progress.stopReason !== undefined) lines.push('', `Stopping: ${progress.stopReason}`);

  const troubled = progress.outcomes.filter((outcome) => outcome.reason !== undefined).slice(-8);
  if (troubled.length > 0) {
    lines.push('', '| slot | status | reason |', '|---|---|---|');
    for (const { slot, status, reason } of troubled) {
      lines.push(`| ${slot} | ${status} | ${(reason ?? '').replaceAll('|', '/')} |`);
    }
  }
  if (progress.retrainRequest !== undefined) {
    lines.push(
      '',
      `Retraining, asked for by ${progress.retrainRequest.by}, is at work or waits for a gap.`,
    );
  }
  if (progress.retraining !== undefined) {
    const { championKind, championFamily = championKind, championReason } = progress.retraining;
    lines.push('', `Router in use: **${championFamily}**. ${championReason}`);
  }
  for (const note of progress.notes.slice(-5)) {
    lines.push('', `> ${new Date(note.atMs).toISOString().slice(0, 16)} ${note.text}`);
  }
  return lines.join('\n');
}
