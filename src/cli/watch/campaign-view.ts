import { armsOf } from '../../domain/arm.ts';
import type { CampaignProgress } from '../../domain/campaign.ts';
import { countByStatus } from '../../domain/campaign.ts';
import type { Plan } from '../../domain/plan.ts';
import {
  blockLengthMs,
  leadMs,
  mostBlocks,
  runLengthMs,
  slotStartMs,
} from '../../domain/schedule.ts';
import type { LoadProgress } from '../../load/load-generator.ts';
import type { EvaluationProgress } from '../../workflows/messages.ts';

/** What the live view knows at one moment. */
export interface CampaignView {
  readonly campaignId: string;
  readonly plan: Plan;
  /** Undefined: no worker answered. */
  readonly progress: CampaignProgress | undefined;
  readonly evaluation?: EvaluationProgress;
  /** Of the load run at work, as its activity last beat. */
  readonly load?: LoadProgress;
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly webUi: string | undefined;
}

/** Preparing, spawning the generator and joining around a block's load. */
const aroundBlockMs = 6_000;

/** The lines of the live view: at most 80 columns, no colour needed. */
export function viewLines(view: CampaignView): readonly string[] {
  const { campaignId, progress, nowMs, startedAtMs, webUi } = view;
  const elapsed = `${clock(nowMs - startedAtMs)} elapsed`;
  if (progress === undefined) {
    return [`${campaignId} · no worker is polling yet · ${elapsed}`, ...webUiLine(webUi)];
  }
  return [
    `${campaignId} · ${phaseWords(view, progress)} · ${elapsed}`,
    `  ${slotCounts(progress)}`,
    ...(view.load === undefined ? [] : [`  ${loadWords(view.load)}`]),
    `  ${remaining(view, progress)}`,
    ...webUiLine(webUi),
  ];
}

/** Without the query, which does not fit on a line; the whole link is printed at the start. */
function webUiLine(webUi: string | undefined): readonly string[] {
  return webUi === undefined ? [] : [`  Web UI: ${new URL(webUi).origin}`];
}

/** Where the campaign is, in a few words: "collecting, slot 3 of 6". */
export function phaseWords(
  { plan, evaluation }: Pick<CampaignView, 'plan' | 'evaluation'>,
  progress: CampaignProgress,
): string {
  switch (progress.phase) {
    case 'collecting':
      if (progress.startsAtMs === undefined) return `bringing up the ${plan.testbed} testbed`;
      return `collecting, slot ${Math.min(progress.nextSlot, plan.schedule.slots)} of ${plan.schedule.slots}`;
    case 'paused':
      return `paused before slot ${progress.nextSlot} of ${plan.schedule.slots}`;
    case 'evaluating':
      if (evaluation === undefined || evaluation.block === 0) return 'evaluating';
      return `${evaluation.isHeld ? 'paused before' : 'evaluating,'} block ${blockOf(evaluation)}`;
    case 'retraining':
    case 'reporting':
    case 'ended':
      return progress.phase;
    default:
      return progress.phase satisfies never;
  }
}

/** `3 of 9`, and of an evaluation that goes on until it is decided `27 of at most 48`. */
function blockOf({ block, blocks, atMost }: EvaluationProgress): string {
  if (atMost === undefined || block <= blocks) return `${Math.min(block, blocks)} of ${blocks}`;
  return `${Math.min(block, atMost)} of at most ${atMost}`;
}

function slotCounts(progress: CampaignProgress): string {
  const counts = countByStatus(progress.outcomes);
  const words = Object.entries(counts)
    .filter(([status, count]) => count > 0 || status === 'complete')
    .map(([status, count]) => `${count} ${status}`);
  return `slots: ${words.join(', ')}`;
}

function loadWords({ sent, errors, lagMsP99 }: LoadProgress): string {
  return `load run: ${sent} sent, ${errors} errors, send lag p99 ${lagMsP99.toFixed(1)} ms`;
}

function remaining(view: CampaignView, progress: CampaignProgress): string {
  // Nominal hours say nothing about how long computing them takes.
  if (view.plan.schedule.pace === 'immediate') return 'as fast as it can';
  const leftMs = remainingMs(view, progress);
  return leftMs <= 0 ? 'nearly done' : `about ${clock(leftMs)} left`;
}

/** Behind the planned blocks one that may go on takes, for all one knows, as many as it may. */
function blocksPlanned({ evaluation }: Plan, blocksDone: number): number {
  return blocksDone < evaluation.blocks ? evaluation.blocks : mostBlocks(evaluation);
}

/** An estimate from the plan's own times; retraining and the report take what is left over. */
export function remainingMs(
  { plan, evaluation, nowMs }: Pick<CampaignView, 'plan' | 'evaluation' | 'nowMs'>,
  progress: CampaignProgress,
): number {
  const blocksDone = Math.max(0, (evaluation?.block ?? 1) - 1);
  const blocksLeft = blocksPlanned(plan, blocksDone) - blocksDone;
  const blockMs = blockLengthMs(plan, armsOf(plan).length) + leadMs(plan) + aroundBlockMs;
  const evaluationMs = plan.evaluation.blocks === 0 ? 0 : blocksLeft * blockMs;
  if (progress.phase === 'evaluating') return evaluationMs;
  if (progress.phase === 'reporting' || progress.phase === 'ended') return 0;
  if (progress.phase === 'retraining') return evaluationMs;
  const startMs = (progress.startsAtMs ?? nowMs) + progress.shiftedMs;
  const collectionEndMs =
    slotStartMs(plan.schedule, startMs, plan.schedule.slots) + runLengthMs(plan);
  return Math.max(0, collectionEndMs - nowMs) + evaluationMs;
}

function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  if (hours > 0) return `${hours}:${String(minutes).padStart(2, '0')}:${rest}`;
  return `${minutes}:${rest}`;
}
