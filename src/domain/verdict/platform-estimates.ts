/** Lambda against Fargate on slots, on blocks, and on both together (METHOD 6.0). */

import type { Plan } from '../plan.ts';
import { randomFor } from '../statistics/random.ts';
import type { EvaluationTable } from './evaluation-table.ts';
import type { QuantileName } from './latency-contrast.ts';
import type { PlatformContrast, PlatformEstimate } from './platform-contrast.ts';
import { type Sampling, type SamplingQuestion, samplingOf, stratified } from './sampling.ts';
import { type Compared, type Comparison, comparisonOf, tableOfTwo } from './two-arms.ts';
import type { ArmBlockCost, ArmCell } from './verdict.ts';

/** The mixed load of the collection as cells of the two pure arms; `block` is the slot. */
export interface CollectedArms {
  readonly cells: readonly ArmCell[];
  readonly costs: readonly ArmBlockCost[];
  /** When each slot began, by its number. */
  readonly startsAtMs?: Readonly<Record<number, number>>;
  /** Why it is another deployment than the evaluation's, in a sentence; absent: it is the same. */
  readonly apartBecause?: string;
}

export interface PlatformQuestion {
  readonly plan: Plan;
  readonly cells: readonly ArmCell[];
  readonly costs: readonly ArmBlockCost[];
  readonly collection: CollectedArms;
  readonly seed: number;
  readonly sampling: Omit<SamplingQuestion, 'table' | 'random'>;
  readonly quantile: QuantileName | undefined;
}

export interface PlatformFindings {
  readonly contrast: PlatformContrast;
  /** The pure arms on slots and blocks; absent when they may not be put together. */
  readonly together?: Comparison;
}

interface Measured {
  readonly table: EvaluationTable;
  readonly sampling: Sampling;
}

const pair = ['lambda-only', 'ecs-only'] as const;

export function platformFindings(question: PlatformQuestion): PlatformFindings {
  const { plan, quantile, collection } = question;
  const slots = measuredSlots(question);
  const blocks = measuredBlocks(question);
  const compared = (measured: Measured | undefined): Compared | undefined =>
    measured && comparisonOf({ plan, quantile, ...measured })(...pair);
  const apartBecause = whyApart(plan, slots, blocks) ?? collection.apartBecause;
  const onSlots = estimateOf(compared(slots), { slots: blocksOf(slots), blocks: 0 });
  const onBlocks = estimateOf(compared(blocks), { slots: 0, blocks: blocksOf(blocks) });
  const alone = {
    ...(onSlots === undefined ? {} : { collection: onSlots }),
    ...(onBlocks === undefined ? {} : { evaluation: onBlocks }),
  };
  if (slots === undefined || blocks === undefined || apartBecause !== undefined) {
    return { contrast: { ...alone, ...(apartBecause === undefined ? {} : { apartBecause }) } };
  }
  const counts = { slots: blocksOf(slots), blocks: blocksOf(blocks) };
  const joint = tableOfTwo(pair, {
    plan,
    ...inOneTable(kept(collection, slots.table), kept(question, blocks.table)),
  });
  if (joint === undefined) return { contrast: alone };
  const sampling = stratified(slots.sampling, blocks.sampling);
  const compare = comparisonOf({ plan, quantile, table: joint, sampling });
  const together: Comparison = (arm, against) => {
    const both = compare(arm, against);
    return both && { ...both, cost: { ...both.cost, slots: counts.slots } };
  };
  const estimate = estimateOf(together(...pair), counts);
  return estimate === undefined
    ? { contrast: alone }
    : { contrast: { ...alone, together: estimate }, together };
}

function measuredSlots(question: PlatformQuestion): Measured | undefined {
  const { plan, collection, seed } = question;
  const table = tableOfTwo(pair, { plan, ...collection });
  if (table === undefined) return undefined;
  const { count, timezone } = question.sampling;
  const { startsAtMs } = collection;
  const random = randomFor(seed, 'verdict', 'slots');
  const days = startsAtMs === undefined ? {} : { startsAtMs };
  return { table, sampling: samplingOf({ table, random, count, timezone, ...days }) };
}

function measuredBlocks(question: PlatformQuestion): Measured | undefined {
  const table = tableOfTwo(pair, question);
  if (table === undefined) return undefined;
  const random = randomFor(question.seed, 'verdict', 'blocks');
  return { table, sampling: samplingOf({ ...question.sampling, table, random }) };
}

/** One load, measured twice, may be put together; another load is another question. */
function whyApart(
  { load, evaluation }: Plan,
  slots: Measured | undefined,
  blocks: Measured | undefined,
): string | undefined {
  if (slots === undefined) return 'Fewer than two slots of the collection count.';
  if (blocks === undefined) return 'Fewer than two blocks have both platforms.';
  if (evaluation.ratePerS !== load.ratePerS) {
    return `The collection ran at ${load.ratePerS} requests/s and the evaluation at ${evaluation.ratePerS}.`;
  }
  if (load.source !== undefined) return 'The collection replayed a log, the evaluation did not.';
  return load.shape === 'steady'
    ? undefined
    : `The load of the collection was ${load.shape}, that of the evaluation steady.`;
}

function blocksOf(measured: Measured | undefined): number {
  return measured?.table.blocks.length ?? 0;
}

function estimateOf(
  compared: Compared | undefined,
  counts: Pick<PlatformEstimate, 'slots' | 'blocks'>,
): PlatformEstimate | undefined {
  if (compared === undefined) return undefined;
  const { cost, latency } = compared;
  return { ...counts, cost: cost.cost, ...(latency === undefined ? {} : { latency }) };
}

interface CellsAndCosts {
  readonly cells: readonly ArmCell[];
  readonly costs: readonly ArmBlockCost[];
}

/** Only what the table has: a block that one arm missed is in neither. */
function kept({ cells, costs }: CellsAndCosts, { blocks }: EvaluationTable): CellsAndCosts {
  return {
    cells: cells.filter(({ block }) => blocks.includes(block)),
    costs: costs.filter(({ block }) => blocks.includes(block)),
  };
}

/** Blocks are numbered on behind the slots, because a number is one unit. */
function inOneTable(slots: CellsAndCosts, blocks: CellsAndCosts): CellsAndCosts {
  const last = Math.max(...slots.costs.map(({ block }) => block));
  const behind = <Numbered extends { readonly block: number }>(entry: Numbered): Numbered => ({
    ...entry,
    block: last + entry.block,
  });
  return {
    cells: [...slots.cells, ...blocks.cells.map(behind)],
    costs: [...slots.costs, ...blocks.costs.map(behind)],
  };
}
