import type { SlotOutcome } from '../../domain/campaign.ts';
import type { RunSummary } from '../../domain/receipt.ts';
import { slotChart } from '../charts/slot-chart.ts';
import { type Block, number, paragraph, type Section, type Table, text } from '../document.ts';
import { blank, count, counted, milliseconds, usd, utc } from '../format.ts';
import type { ReportInput } from '../report-input.ts';

/** What happened, slot by slot and block by block, with the reason of everything that went wrong. */
export function timelineSection(input: ReportInput): Section {
  return {
    id: 'timeline',
    title: 'Slots, blocks and notes',
    blocks: [...slotBlocks(input), ...blockBlocks(input), ...noteBlocks(input)],
  };
}

function slotBlocks({ slots, plan }: ReportInput): Block[] {
  if (slots.length === 0) return [paragraph('No slot was run.')];
  const complete = slots.filter((slot) => slot.status === 'complete').length;
  const table: Table = {
    kind: 'table',
    caption: `${count(complete)} complete of ${counted(slots.length, 'slot')} that came up, ${count(plan.schedule.slots)} planned`,
    columns: [
      number('Slot'),
      text('Status'),
      number('Requests'),
      number('Observed'),
      number('Rows'),
      number('Joined'),
      number('Errors'),
      number('Send lag p99, ms'),
      number('Cost on AWS'),
      text('Reason'),
    ],
    rows: slots.map((slot) => ({ cells: slotCells(slot) })),
  };
  return [slotChart(slots, plan.schedule, table)];
}

function slotCells(slot: SlotOutcome): string[] {
  switch (slot.status) {
    case 'complete':
    case 'degraded':
      return [
        count(slot.slot),
        slot.status,
        ...[slot.requests, slot.observed, slot.rows, slot.joined, slot.errors].map(count),
        milliseconds(slot.lagMsP99),
        usd(slot.costUsd),
        slot.reason ?? '',
      ];
    case 'missed':
    case 'skipped':
    case 'failed':
      return [count(slot.slot), slot.status, ...Array(7).fill(blank), slot.reason];
    default:
      return slot satisfies never;
  }
}

function blockBlocks({ blocks, blockFailures, plan }: ReportInput): Block[] {
  const failures = blockFailures.map(({ block, reason }) => ({
    cells: [`block ${count(block)}`, 'failed', ...Array(6).fill(blank), reason],
  }));
  if (blocks.length + failures.length === 0) return [paragraph('No block was run.')];
  const table: Table = {
    kind: 'table',
    caption: `Evaluation: ${counted(blocks.length, 'block')} of ${plannedText(plan.evaluation)}${leadInText(plan.evaluation.leadInBlocks)}`,
    columns: [
      text('Block'),
      text('Status'),
      number('Requests'),
      number('Rows'),
      number('Good'),
      number('Joined'),
      number('Cold starts'),
      number('Send lag p99, ms'),
      text('Reason'),
    ],
    rows: [...blocks.map((block) => ({ cells: blockCells(block) })), ...failures],
  };
  return [table];
}

function plannedText({ blocks, extendTo }: ReportInput['plan']['evaluation']): string {
  const atMost = extendTo === undefined ? '' : `, at most ${count(extendTo)} while undecided`;
  return `${count(blocks)} planned${atMost}`;
}

function leadInText(blocks: number): string {
  return blocks === 0 ? '' : `; ${counted(blocks, 'block')} at the start not scored`;
}

function blockCells(block: RunSummary): string[] {
  return [
    block.run,
    block.degradedBecause.length === 0 ? 'complete' : 'degraded',
    ...[block.intendedRequests, block.rows, block.goodRows, block.joinedRows].map(count),
    count(block.coldStarts),
    milliseconds(block.sendLagMsP99),
    block.degradedBecause.join('; '),
  ];
}

function noteBlocks({ notes }: ReportInput): Block[] {
  if (notes.length === 0) return [];
  const entries = notes.map(({ atMs, text: words }) => ({ text: `${utc(atMs)}: ${words}` }));
  return [paragraph('Notes made while it ran:'), { kind: 'list', entries }];
}
