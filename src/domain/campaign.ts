import type { DatasetRef } from './dataset/dataset.ts';
import type { Challenger } from './models/model.ts';
import type { RetrainRequest } from './models/retrain-request.ts';
import type { Finding } from './models/training.ts';
import type { FamilyName } from './plan.ts';
import type { RunSummary } from './receipt.ts';

/** What became of a slot: a fact about the campaign, never its end. At most 200 bytes each. */
export type SlotOutcome =
  | {
      readonly slot: number;
      readonly status: 'complete' | 'degraded';
      readonly requests: number;
      readonly observed: number;
      readonly rows: number;
      readonly joined: number;
      readonly errors: number;
      readonly lagMsP99: number;
      readonly costUsd: number;
      readonly reason?: string;
    }
  | {
      readonly slot: number;
      readonly status: 'missed' | 'skipped' | 'failed';
      readonly reason: string;
    };
export type SlotStatus = SlotOutcome['status'];

export type CampaignPhase =
  | 'collecting'
  | 'paused'
  | 'retraining'
  | 'evaluating'
  | 'reporting'
  | 'ended';

export type CampaignOutcome = 'completed' | 'stopped' | 'cancelled' | 'failed';

/** What retraining left behind, in references. */
export interface RetrainingResult {
  readonly slotsSeen: number;
  readonly dataset?: DatasetRef;
  readonly modelHash?: string;
  readonly championKind: 'best-static' | 'learned';
  readonly championReason: string;
  readonly findings: readonly Finding[];
  /** Of a learned router in use. */
  readonly championFamily?: FamilyName;
  /** The models that were fitted, one a family. */
  readonly challengers?: readonly Challenger[];
  /** Features that have drifted since the last retraining; absent when there is nothing to compare. */
  readonly driftWarnings?: number;
}

/** What an evaluation left behind: blocks as counts, the verdict in the store. */
export interface EvaluationResult {
  readonly blocks: readonly RunSummary[];
  readonly blockFailures: readonly BlockFailure[];
  readonly hasVerdict: boolean;
  /** Why there is none. */
  readonly noVerdict?: string;
}

export interface BlockFailure {
  readonly block: number;
  readonly reason: string;
}

export interface Note {
  readonly atMs: number;
  readonly text: string;
}

/**
 * All that a campaign remembers. It survives continue-as-new as the argument of the next run, so it
 * is the only state there is. It is replaced, never changed.
 */
export interface CampaignProgress {
  readonly phase: CampaignPhase;
  /** Nominal start of slot 1; absent until the testbed is deployed. */
  readonly startsAtMs?: number;
  /** By how much `late: shift` has moved the grid so far. */
  readonly shiftedMs: number;
  readonly nextSlot: number;
  readonly outcomes: readonly SlotOutcome[];
  readonly skips: readonly number[];
  readonly isPaused: boolean;
  /** End of the last pause: slots whose time passed before it were skipped, not missed. */
  readonly resumedAtMs?: number;
  readonly notes: readonly Note[];
  readonly stopReason?: string;
  /** The slot or block at work now. */
  readonly running?: string;
  readonly retraining?: RetrainingResult;
  readonly retrainingFailure?: string;
  /** A retraining that was asked for and has not ended yet. */
  readonly retrainRequest?: RetrainRequest;
  readonly evaluation?: EvaluationResult;
  readonly evaluationFailure?: string;
}

export const noProgress: CampaignProgress = {
  phase: 'collecting',
  shiftedMs: 0,
  nextSlot: 1,
  outcomes: [],
  skips: [],
  isPaused: false,
  notes: [],
};

/** How a campaign ended, as its workflow's result. */
export interface CampaignResult {
  readonly campaignId: string;
  readonly outcome: CampaignOutcome;
  readonly reason?: string;
  readonly reportKey?: string;
}

export function withOutcome(progress: CampaignProgress, outcome: SlotOutcome): CampaignProgress {
  const { running: _ended, ...rest } = progress;
  return {
    ...rest,
    nextSlot: outcome.slot + 1,
    outcomes: [...progress.outcomes, outcome],
    skips: progress.skips.filter((slot) => slot !== outcome.slot),
  };
}

/** A run's summary as the outcome of its slot. */
export function outcomeOf(slot: number, summary: RunSummary): SlotOutcome {
  const [reason, ...others] = summary.degradedBecause;
  return {
    slot,
    status: reason === undefined ? 'complete' : 'degraded',
    requests: summary.intendedRequests,
    observed: summary.observedRequests,
    rows: summary.rows,
    joined: summary.joinedRows,
    errors: summary.failedRows + summary.timeoutRows,
    lagMsP99: summary.sendLagMsP99,
    costUsd: summary.costUsd,
    ...(reason === undefined ? {} : { reason: shortened([reason, ...others].join('; ')) }),
  };
}

/** Of the first `slotsSeen` slots, by default of all that are over. */
export function completeSlots(
  progress: CampaignProgress,
  slotsSeen = progress.outcomes.length,
): readonly number[] {
  return progress.outcomes
    .slice(0, slotsSeen)
    .filter((outcome) => outcome.status === 'complete')
    .map((outcome) => outcome.slot);
}

export function countByStatus(
  outcomes: readonly SlotOutcome[],
): Readonly<Record<SlotStatus, number>> {
  const counts = { complete: 0, degraded: 0, missed: 0, skipped: 0, failed: 0 };
  for (const { status } of outcomes) counts[status] += 1;
  return counts;
}

export function spentUsd(progress: CampaignProgress): number {
  let sum = 0;
  for (const outcome of progress.outcomes) if ('costUsd' in outcome) sum += outcome.costUsd;
  for (const block of progress.evaluation?.blocks ?? []) sum += block.costUsd;
  return sum;
}

/** Fifty notes are a lab book; more would grow the history of every later run. */
const notesKept = 50;

export function withNote(progress: CampaignProgress, note: Note): CampaignProgress {
  const notes = [...progress.notes, { ...note, text: shortened(note.text) }];
  return { ...progress, notes: notes.slice(-notesKept) };
}

/** Why these slots cannot be skipped, or undefined when they can. */
export function whyNotSkippable(
  progress: CampaignProgress,
  slots: readonly number[],
  slotCount: number,
): string | undefined {
  if (slots.length === 0) return 'Name at least one slot to skip.';
  const firstOpen = progress.running === undefined ? progress.nextSlot : progress.nextSlot + 1;
  const wrong = slots.filter(
    (slot) => !Number.isInteger(slot) || slot < firstOpen || slot > slotCount,
  );
  if (wrong.length === 0) return undefined;
  if (firstOpen > slotCount) return `No slot is left to skip: all ${slotCount} have begun.`;
  return `Only slots ${firstOpen} to ${slotCount} can still be skipped; got ${wrong.join(', ')}.`;
}

/** Reasons and notes are kept to one line, because they grow with the number of slots. */
export function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 160 ? line : `${line.slice(0, 157)}...`;
}
