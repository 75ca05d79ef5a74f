import type { SlotOutcome, SlotStatus } from '../../domain/campaign.ts';
import type { SchedulePlan } from '../../domain/plan.ts';
import type { Chart, Table } from '../document.ts';
import { count, counted } from '../format.ts';
import { chartColours, chartWidth } from '../page/chart-theme.ts';

/** What became of every slot, a row for a day where a day has a readable number of slots. */
export function slotChart(
  slots: readonly SlotOutcome[],
  schedule: Pick<SchedulePlan, 'slots' | 'everyMs'>,
  table: Table,
): Chart {
  return {
    kind: 'chart',
    id: 'slots',
    title: title(slots, schedule.slots),
    caption:
      `Slots in their order, ${counted(perRow(schedule), 'slot')} in a row. Grey: complete; ▲ ` +
      'degraded, kept but not trained on; × missed, its time had passed; – skipped, by a person ' +
      'or a pause; ! failed; empty: did not come up. The table has the reasons.',
    spec: slotSpec(slots, schedule),
    table,
  };
}

function title(slots: readonly SlotOutcome[], planned: number): string {
  const complete = slots.filter(({ status }) => status === 'complete').length;
  const others = (['degraded', 'missed', 'skipped', 'failed'] as const).flatMap((status) => {
    const many = slots.filter((slot) => slot.status === status).length;
    return many === 0 ? [] : [`${count(many)} ${status}`];
  });
  const words = others.length === 0 ? '' : `; ${others.join(', ')}`;
  return `${count(complete)} of ${counted(planned, 'planned slot')} ${complete === 1 ? 'is' : 'are'} complete${words}`;
}

const dayMs = 86_400_000;
const [fewest, most] = [6, 48];
const widestCell = 36;

function perRow({ slots, everyMs }: Pick<SchedulePlan, 'slots' | 'everyMs'>): number {
  const aDay = Math.round(dayMs / everyMs);
  const isReadable = aDay >= fewest && aDay <= most;
  return Math.max(fewest, Math.min(slots, isReadable ? aDay : 24));
}

const signs: Readonly<Record<SlotStatus, string>> = {
  complete: '',
  degraded: '▲',
  missed: '×',
  skipped: '–',
  failed: '!',
};

function slotSpec(
  slots: readonly SlotOutcome[],
  schedule: Pick<SchedulePlan, 'slots' | 'everyMs'>,
): Chart['spec'] {
  const columns = perRow(schedule);
  const outcomes = new Map(slots.map((outcome) => [outcome.slot, outcome]));
  const values = Array.from({ length: schedule.slots }, (_, index) => {
    const outcome = outcomes.get(index + 1);
    const row = Math.floor(index / columns);
    return {
      slot: index + 1,
      column: (index % columns) + 1,
      row: `${row * columns + 1} to ${Math.min(schedule.slots, (row + 1) * columns)}`,
      status: outcome?.status ?? 'not run',
      sign: outcome === undefined ? '' : signs[outcome.status],
    };
  });
  return {
    width: Math.min(chartWidth.wide, columns * widestCell),
    height: { step: 20 },
    data: { values },
    encoding: {
      x: { field: 'column', type: 'ordinal', title: null, axis: null },
      y: {
        field: 'row',
        type: 'nominal',
        sort: null,
        title: 'slots',
        axis: { domain: false, ticks: false },
      },
    },
    layer: [
      {
        mark: { type: 'rect', stroke: chartColours.page, strokeWidth: 2 },
        encoding: {
          color: {
            field: 'status',
            type: 'nominal',
            legend: null,
            scale: {
              domain: ['complete', 'degraded', 'missed', 'skipped', 'failed', 'not run'],
              range: [
                chartColours.neutral,
                chartColours.doubt,
                chartColours.serious,
                chartColours.soft,
                chartColours.serious,
                chartColours.line,
              ],
            },
          },
        },
      },
      {
        mark: { type: 'text', color: chartColours.page, fontWeight: 700, fontSize: 12 },
        encoding: { text: { field: 'sign' } },
      },
    ],
  };
}
