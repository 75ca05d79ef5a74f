import { type CampaignProgress, completeSlots } from '../campaign.ts';
import type { Plan } from '../plan.ts';

/** A retraining that a night or a person has asked a running campaign for. */
export interface RetrainRequest {
  readonly by: string;
  /**
   * How many slots were over when it first began. It keeps to them in every gap that it goes on in,
   * because only the same dataset finds the families that are finished.
   */
  readonly slotsSeen?: number;
}

/** Why a retraining cannot be asked for, or undefined when it can. */
export function whyNotRetrainable(
  progress: CampaignProgress,
  plan: Pick<Plan, 'schedule' | 'learning'>,
): string | undefined {
  if (plan.learning.families.length === 0) return 'The plan trains no router (learning.families).';
  if (progress.stopReason !== undefined) return 'The campaign is being stopped.';
  switch (progress.phase) {
    case 'evaluating':
      return 'The arms are being evaluated, and the router that is tested must not change.';
    case 'reporting':
    case 'ended':
      return `The campaign is ${progress.phase}.`;
    case 'collecting':
    case 'paused':
    case 'retraining':
      break;
    default:
      return progress.phase satisfies never;
  }
  if (progress.nextSlot > plan.schedule.slots) return 'All slots are over, and the last one comes.';
  if (progress.retrainRequest === undefined) return undefined;
  return `It has been asked for already, by ${progress.retrainRequest.by}.`;
}

/** Whether a retraining would see the very slots that the last one has seen. */
export function isNothingNew(progress: CampaignProgress, slotsSeen: number): boolean {
  const { retraining } = progress;
  if (retraining === undefined) return false;
  if (retraining.slotsSeen === slotsSeen) return true;
  return completeSlots(progress, slotsSeen).join() === retraining.dataset?.slots.join();
}
