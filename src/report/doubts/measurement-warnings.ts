import type { SlotOutcome } from '../../domain/campaign.ts';
import { sendLagLimitMs } from '../../domain/send-lag.ts';
import { change, count, counted, listed, milliseconds, percent, sentence } from '../format.ts';
import type { ReportInput } from '../report-input.ts';
import { findPriceBook } from '../sections/crossover.ts';
import type { Warning } from './warning.ts';

/** METHOD 1.1: second minus first place in a pair, as a mean log ratio. */
const positionEffectLimit = 0.02;
/** METHOD 1.6 gates unexplained rows at 2 %; joined rows are doubted from the same share on. */
const joinedShareLimit = 0.98;

/** What makes the measured rows themselves doubtful. */
export function measurementWarnings(input: ReportInput): readonly Warning[] {
  return [
    ...endedEarly(input),
    ...generatorLimited(input),
    ...slotsLost(input),
    ...rowsUnjoined(input),
    ...positionEffect(input),
    ...leftovers(input),
    ...pricesUnverified(input),
    ...sharedMachine(input),
    ...narrowScope(input),
  ];
}

function endedEarly({ outcome, reason, slots, plan }: ReportInput): Warning[] {
  if (outcome === 'completed') return [];
  const because = reason === undefined ? '' : ` (${reason})`;
  const seen = `${count(slots.length)} of ${counted(plan.schedule.slots, 'slot')}`;
  return [
    {
      kind: 'ended-early',
      isSerious: true,
      message: `The campaign was ${outcome}${because} after ${seen}: hours that were not seen are not in any figure.`,
      advice: 'Start the plan again for the whole of it.',
    },
  ];
}

function slotsLost({ slots }: ReportInput): Warning[] {
  const lost = slots.filter((slot) => slot.status !== 'complete');
  if (lost.length === 0) return [];
  const reasons = lost.map(
    (slot) =>
      `slot ${slot.slot} ${slot.status}${slot.reason === undefined ? '' : `: ${slot.reason}`}`,
  );
  return [
    {
      kind: 'slots-lost',
      isSerious: lost.length * 2 >= slots.length,
      message: `${count(lost.length)} of ${counted(slots.length, 'slot')} not complete (${reasons.join('; ')}).`,
      advice: 'Such slots are shown but neither trained on nor made up for.',
    },
  ];
}

function generatorLimited({ slots, blocks }: ReportInput): Warning[] {
  const lags = [
    ...slots.filter(hasRun).map((slot) => ({ run: `slot ${slot.slot}`, lagMs: slot.lagMsP99 })),
    ...blocks.map((block) => ({ run: block.run, lagMs: block.sendLagMsP99 })),
  ].filter(({ lagMs }) => lagMs > sendLagLimitMs);
  if (lags.length === 0) return [];
  const worst = lags.reduce((first, second) => (second.lagMs > first.lagMs ? second : first));
  return [
    {
      kind: 'generator-limited',
      isSerious: true,
      message: `The load generator was late in ${counted(lags.length, 'run')}: p99 of the send lag up to ${milliseconds(worst.lagMs)} ms (${worst.run}), limit ${sendLagLimitMs} ms.`,
      advice: 'Lower load.rate or evaluation.rate, or keep the machine free of other work.',
    },
  ];
}

function rowsUnjoined({ profile }: ReportInput): Warning[] {
  if (profile === undefined) return [];
  const unexplained = profile.explainedShare < 1;
  if (!unexplained && profile.joinedShare >= joinedShareLimit) return [];
  return [
    {
      kind: 'rows-unjoined',
      isSerious: unexplained,
      message: `${percent(profile.joinedShare)} of ${counted(profile.rows, 'row')} have their platform record, ${percent(profile.explainedShare)} have it or a known reason.`,
      advice:
        'The reasons stand under "What the collection measured"; rows are never dropped for it.',
    },
  ];
}

function positionEffect(input: ReportInput): Warning[] {
  const effects = positionEffects(input).filter(
    ({ logRatio }) => Math.abs(logRatio) > positionEffectLimit,
  );
  if (effects.length === 0) return [];
  const named = effects.map(({ name, logRatio }) => `${name} ${change(Math.exp(logRatio))}`);
  return [
    {
      kind: 'position-effect',
      isSerious: false,
      message: `The second request of a pair was answered differently from the first (${named.join(', ')}): the two disturb each other.`,
      advice: 'The order is balanced, so contrasts stay fair; a larger load.gap makes it smaller.',
    },
  ];
}

/** Where intervals are known, what may be chance is no reason to doubt. */
function positionEffects({ profile, measured }: ReportInput) {
  if (measured === undefined) {
    return (profile?.positionEffect ?? []).map(({ platform, logRatio }) => ({
      name: platformName[platform],
      logRatio,
    }));
  }
  return measured.positions
    .filter(({ interval }) => interval !== undefined && interval.lower * interval.upper > 0)
    .map(({ workload, platform, logRatio }) => ({
      name: `${workload} on ${platformName[platform]}`,
      logRatio,
    }));
}

const platformName = { lambda: 'Lambda', ecs: 'Fargate' } as const;

function leftovers({ leftovers: left }: ReportInput): Warning[] {
  if (left === undefined || left.length === 0) return [];
  return [
    {
      kind: 'leftovers',
      isSerious: true,
      message: `The testbed was not left empty: ${left.join(', ')}.`,
      advice: 'End these yourself; the next start on this machine also removes them.',
    },
  ];
}

function sharedMachine({ plan, deployment }: ReportInput): Warning[] {
  if (plan.testbed !== 'local') return [];
  const cpus = deployment === undefined ? '' : ` of ${counted(deployment.cpuCount, 'CPU')}`;
  return [
    {
      kind: 'shared-machine',
      isSerious: false,
      message: `The load generator and both platforms shared one machine${cpus}: near its capacity they slow each other down.`,
      advice: 'Trust ratios within this run more than its milliseconds.',
    },
  ];
}

const places = {
  local: 'One machine',
  simulated: 'One model of one region',
  aws: 'One region, one account',
} as const;

function narrowScope({ plan }: ReportInput): Warning[] {
  const place = places[plan.testbed];
  return [
    {
      kind: 'narrow-scope',
      isSerious: false,
      message: sentence(
        `${place}, ${counted(plan.schedule.slots, 'slot')}, one mix of ${counted(plan.workloads.length, 'workload')}: other hours, rates and places were not measured`,
      ),
      advice:
        '"Where each workload changes sides" says how far the traffic may change before the answer does.',
    },
  ];
}

function pricesUnverified(input: ReportInput): Warning[] {
  const book = findPriceBook(input);
  if (book === undefined || book.unverified.length === 0) return [];
  return [
    {
      kind: 'prices-unverified',
      isSerious: false,
      message: `Some prices of ${book.name} were taken from another region: ${listed(book.unverified)}.`,
      advice: 'Compare them with the price pages of your region.',
    },
  ];
}

function hasRun(
  slot: SlotOutcome,
): slot is Extract<SlotOutcome, { readonly status: 'complete' | 'degraded' }> {
  return slot.status === 'complete' || slot.status === 'degraded';
}
