/** How load was made and what was kept of it. */
import { type Block, paragraph } from '../../document.ts';
import { count, counted, duration, figure, listed, percent } from '../../format.ts';
import type { ReportInput } from '../../report-input.ts';
import { cite } from './bibliography.ts';

export function collectionBlocks(input: ReportInput): Block[] {
  return [loadOf(input), pairsOf(input), ladderOf(input), slotsOf(input)].flatMap((text) =>
    text === undefined ? [] : [paragraph(text)],
  );
}

function loadOf({ plan: { load, schedule, workloads, seed, testbed } }: ReportInput): string {
  const shares = listed(workloads.map(({ name, share }) => `${name} ${percent(share)}`));
  const source =
    load.source === undefined
      ? `drawn from seed ${seed} before anything was sent (shape ${load.shape}, mean ${figure(load.ratePerS)} requests/s, shares ${shares})`
      : `replayed from a request log (sha256 ${load.source.sha256.slice(0, 12)}) at ${figure(load.source.speed)} times its speed`;
  const generator =
    testbed === 'simulated'
      ? 'In virtual time each'
      : 'An open load generator (Artillery with an engine of its own) sent each, whether or not earlier ones were answered: each';
  const azure =
    load.shape === 'azure'
      ? ` The shape follows the distributions published by ${cite('shahrad2020serverless')}.`
      : '';
  return `${counted(schedule.slots, 'slot')} were planned, one every ${duration(schedule.everyMs)}, with ${duration(load.durationMs)} of load. Requests were ${source}.${azure} ${generator} at its planned time, and latency runs from the actual send. The client gave up after ${duration(load.timeoutMs)}.`;
}

function pairsOf({ plan: { load } }: ReportInput): string {
  return `Every intended request went to both platforms, ${duration(load.gapMs)} apart and in an order balanced within each slot and workload, so that what disturbs both at once cancels ${cite('bulej2020duet')}. Trials one after the other can tell two identical systems apart by mistake ${cite('abedi2017conducting')}.`;
}

function ladderOf({ plan: { load } }: ReportInput): string | undefined {
  const { ladder } = load;
  if (ladder === undefined) {
    return 'There was no ladder: higher rates than those of the mixed load were not visited.';
  }
  const steps = ladder.utilisation.map(percent).join(', ');
  return `Each slot ended with a ladder of one workload, at the rates that put its Fargate service at ${steps} utilisation, for ${duration(ladder.stepMs)} and at most ${counted(ladder.pairs, 'pair')} a step. Ladder rows train the models and draw the maps; they are in no contrast, share or percentile of the mixed load.`;
}

function slotsOf({ slots, profile }: ReportInput): string {
  const of = (status: string): number => slots.filter((slot) => slot.status === status).length;
  const lost = (['degraded', 'missed', 'skipped', 'failed'] as const)
    .filter((status) => of(status) > 0)
    .map((status) => `${count(of(status))} ${status}`);
  const others = lost.length === 0 ? 'none was lost' : `the others were ${listed(lost)}`;
  const rows = profile === undefined ? '' : ` They hold ${counted(profile.pairs, 'pair')}.`;
  return `Of ${counted(slots.length, 'slot')} that came due, ${count(of('complete'))} are complete; ${others}. A slot that could not begin within its grace is missed and not made up for, because load of one hour says nothing about another.${rows}`;
}

export function recordBlocks({ profile, plan }: ReportInput): Block[] {
  const records =
    plan.testbed === 'simulated'
      ? 'The model wrote the records that the platforms would have written.'
      : 'Records of client, handler and platform were joined by the request id that travels with each request, never by time.';
  const outcomes =
    profile === undefined
      ? ' Nothing was observed.'
      : ` ${count(profile.rows)} rows were observed: ${profile.outcomes
          .map(({ outcome, reason, rows }) =>
            reason === undefined
              ? `${count(rows)} ${outcome}`
              : `${count(rows)} ${outcome} (${reason})`,
          )
          .join(', ')}.`;
  return [
    paragraph(
      `There is one row per intended request and target, also for those that failed, timed out or were never sent. ${records}${outcomes}`,
    ),
    paragraph(
      'Slots are set aside by what is missing, never by what was measured: more than 2 % unexplained rows, or less than 80 % of the requests issued, make a slot degraded. It is shown and not trained on.',
    ),
  ];
}
