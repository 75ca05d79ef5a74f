import { countByStatus, type SlotOutcome } from '../../domain/campaign.ts';
import { number, paragraph, type Row, type Section, text } from '../document.ts';
import { count, counted, duration, listed, percent, ranges } from '../format.ts';
import type { ReportInput } from '../report-input.ts';

/** What was planned against what happened, and why they differ. */
export function deviationSection(input: ReportInput): Section {
  const rows = [...slotRows(input), ...runRows(input), ...gridRows(input), ...blockRows(input)];
  const deviates = rows.some(({ cells: [, , , why] }) => why !== '');
  return {
    id: 'deviations',
    title: 'Deviations from the plan',
    blocks: [
      paragraph(
        deviates
          ? 'What was planned, what happened instead, and why.'
          : 'Everything that was planned has happened as it was planned.',
      ),
      {
        kind: 'table',
        caption: 'Planned and happened',
        columns: [
          text('What'),
          number('Planned'),
          number('Happened'),
          ...(deviates ? [text('Why it differs')] : []),
        ],
        rows: deviates ? rows : rows.map(({ cells }) => ({ cells: cells.slice(0, 3) })),
        narrow: 'cards',
      },
    ],
  };
}

function slotRows({ slots, plan }: ReportInput): Row[] {
  const counts = countByStatus(slots);
  const planned = plan.schedule.slots;
  const notRun = planned - slots.length;
  const reasons = [
    ...(['degraded', 'missed', 'skipped', 'failed'] as const).flatMap((status) =>
      counts[status] === 0 ? [] : [statusText(slots, status)],
    ),
    ...(notRun > 0 ? [`${counted(notRun, 'slot')} did not come up`] : []),
  ];
  const requests = slots.flatMap((slot) => ('requests' in slot ? [slot] : []));
  const intended = requests.reduce((sum, slot) => sum + slot.requests, 0);
  const observed = requests.reduce((sum, slot) => sum + slot.observed, 0);
  return [
    rowOf('Complete slots', [count(planned), count(counts.complete)], reasons),
    rowOf(
      'Requests of the slots that ran',
      [count(intended), `${count(observed)} observed`],
      observed === intended
        ? []
        : [`${percent(1 - observed / intended)} have no outcome on one of the platforms`],
    ),
  ];
}

/** One reason stands for the slots that share it: a night without power misses many. */
function statusText(slots: readonly SlotOutcome[], status: SlotOutcome['status']): string {
  const own = slots.filter((slot) => slot.status === status);
  const reasons = Map.groupBy(own, ({ reason }) => reason ?? 'no reason was recorded');
  const parts = [...reasons].map(
    ([reason, members]) => `slot ${ranges(members.map(({ slot }) => slot))}: ${reason}`,
  );
  return `${count(own.length)} ${status} (${parts.join('; ')})`;
}

/** Load runs that were started again, or that ended before their time. */
function runRows({ irregularRuns }: ReportInput): Row[] {
  if (irregularRuns === undefined) return [];
  const repeated = irregularRuns.filter(({ attempts }) => attempts > 1);
  const cut = irregularRuns.filter(({ endReason }) => endReason !== 'completed');
  return [
    rowOf(
      'Load runs started again',
      ['0', count(repeated.length)],
      repeated.length === 0
        ? []
        : [listed(repeated.map(({ run, attempts }) => `${run} (${counted(attempts, 'attempt')})`))],
    ),
    rowOf(
      'Load runs cut short',
      ['0', count(cut.length)],
      cut.length === 0
        ? []
        : [listed(cut.map(({ run, endReason }) => `${run} (${endReason.replace('-', ' ')})`))],
    ),
  ];
}

/** Only a demo may move its grid (METHOD 1.5). */
function gridRows({ shiftedMs, plan }: ReportInput): Row[] {
  if (shiftedMs === undefined || plan.schedule.late !== 'shift') return [];
  const why =
    shiftedMs === 0 ? [] : ['a slot began late, and the plan lets it move those after it'];
  return [rowOf('Slots moved in time', ['0 ms', duration(shiftedMs)], why)];
}

function blockRows({ blocks, blockFailures, plan }: ReportInput): Row[] {
  const planned = plan.evaluation.blocks;
  if (planned === 0) return [];
  const degraded = blocks.filter(({ degradedBecause }) => degradedBecause.length > 0);
  const missing = planned - blocks.length - blockFailures.length;
  const reasons = [
    ...blockFailures.map(({ block, reason }) => `block ${count(block)} failed: ${reason}`),
    ...degraded.map(({ run, degradedBecause }) => `${run} degraded: ${degradedBecause.join('; ')}`),
    ...(missing > 0 ? [`${counted(missing, 'block')} did not come up`] : []),
    ...(blocks.length > planned ? ['extended, as the plan allows while it is undecided'] : []),
  ];
  const complete = blocks.length - degraded.length;
  return [rowOf('Complete blocks', [count(planned), count(complete)], reasons)];
}

function rowOf(
  what: string,
  [planned, happened]: readonly [string, string],
  reasons: readonly string[],
): Row {
  return { cells: [what, planned, happened, reasons.join('. ')] };
}
