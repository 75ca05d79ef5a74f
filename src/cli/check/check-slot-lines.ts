import type { LoadShape, Plan } from '../../domain/plan.ts';
import { durationText, percentText, trimmed } from '../../plan/words.ts';
import { wrap } from '../wrap.ts';
import type { SlotSummary } from './check-slots.ts';
import type { CheckSummary } from './check-summary.ts';
import { clockText, sentence, width } from './check-text.ts';

/** The slots of a plan: what all of them have in common, then one line each. */
export function slotLines(plan: Plan, summary: CheckSummary): string[] {
  const { schedule, load } = plan;
  const ladder = load.ladder;
  const laddered =
    ladder === undefined
      ? 'no ladder'
      : `then a ladder of ${ladder.utilisation.length} x ${durationText(ladder.stepMs)}`;
  return [
    ...sentence(
      `${schedule.slots} slots, one every ${durationText(schedule.everyMs)}, start ` +
        `${schedule.start}: ${durationText(load.durationMs)} ${mixedText(load)}, ${laddered}.`,
    ),
    ...nominalTime(plan),
    ...shown(summary.slots).flatMap((slot) =>
      slot === undefined ? ['   ...'] : slotLine(plan, slot),
    ),
    ...unknownLadder(plan, summary),
    `  ${pairsText(summary)} in all.`,
  ];
}

function mixedText(load: Plan['load']): string {
  const counted = load.counts === 'exact' ? 'each request' : 'a random number of requests, each';
  if (load.source !== undefined) {
    const { file, speed, repeat } = load.source;
    const again = repeat ? ', again and again' : '';
    return `of ${file} at ${trimmed(speed)}x its speed${again} (each request to both platforms)`;
  }
  const shape = load.shape === 'steady' ? '' : `, ${shapeTexts[load.shape]}`;
  const mean = load.shape === 'steady' ? 'at' : 'at a mean of';
  return `${mean} ${trimmed(load.ratePerS)} pairs/s${shape} (${counted} to both platforms)`;
}

const shapeTexts: Readonly<Record<Exclude<LoadShape, 'steady'>, string>> = {
  ramp: 'from nothing to twice that',
  burst: 'all of it in bursts',
  diurnal: 'by hour and weekday',
  azure: 'of many functions each',
};

function nominalTime({ schedule }: Plan): string[] {
  if (schedule.pace !== 'immediate') return [];
  return sentence(
    'Times are nominal: a slot begins when the one before has ended, and keeps its hour ' +
      `(${schedule.timezone}) for everything that depends on it.`,
  );
}

function slotLine(plan: Plan, slot: SlotSummary): string[] {
  const number = String(slot.slot).padStart(5);
  const at = slot.startsAt ?? `+${clockText(slot.offsetMs)}`;
  const mixed = slot.mixedPairs === undefined ? 'pairs' : `${slot.mixedPairs} pairs`;
  const text = `${number}  ${at.padEnd(8)}  ${mixed}${ladderText(plan, slot)}`;
  return wrap(text, { width, indent: ' '.repeat(17) });
}

function ladderText(plan: Plan, { ladder, mostLadderPairs }: SlotSummary): string {
  if (plan.load.ladder === undefined) return '';
  const { utilisation, pairs } = plan.load.ladder;
  const first = ladder?.[0];
  if (ladder === undefined || first === undefined)
    return ` + ladder of at most ${utilisation.length} x ${pairs}`;
  const steps = [...ladder]
    .sort((a, b) => a.step - b.step)
    .map((step) => `${percentText(step.utilisation)} ${step.pairs}`);
  return ` + ${first.workload} ladder ${mostLadderPairs}: ${steps.join(', ')}`;
}

function unknownLadder(plan: Plan, summary: CheckSummary): string[] {
  const { ladder } = plan.load;
  if (ladder === undefined || Object.keys(summary.assumedCpuMs).length === 0) return [];
  const steps = ladder.utilisation.map(percentText).join(', ');
  return wrap(
    `  Ladder: the workloads take turns, the heaviest first, at ${steps} of their own Fargate ` +
      `service, at most ${ladder.pairs} pairs a step. Turns and rates are set when deploy has ` +
      'measured the CPU time of a request.',
    { width, indent: '  ' },
  );
}

function pairsText({ collectionPairs: { least, most } }: CheckSummary): string {
  return least === most ? `${most} pairs` : `${least} to ${most} pairs`;
}

/** A week has more slots than anybody reads: the first ones, and the last. */
function shown(slots: readonly SlotSummary[]): readonly (SlotSummary | undefined)[] {
  const most = 24;
  return slots.length <= most ? slots : [...slots.slice(0, 12), undefined, ...slots.slice(-1)];
}
