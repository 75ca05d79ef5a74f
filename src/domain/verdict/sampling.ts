/** What is drawn again to see what chance does, and how intervals follow from it (METHOD 6.3, 6.5). */

import { wallClockMs } from '../requests/local-time.ts';
import type { Random } from '../statistics/random.ts';
import { autocorrelationOf, wideningFor } from './autocorrelation.ts';
import { enoughBlocks, type Resamples, resampleBlocks } from './bootstrap.ts';
import { blockLogCosts, type EvaluationTable } from './evaluation-table.ts';

/** What is drawn as one: indices of the blocks of a table. */
export type SampledUnit = readonly number[];

export interface Sampling {
  /** How often each block of the table was drawn. */
  readonly resamples: Resamples;
  readonly unit: 'blocks' | 'days';
  readonly units: readonly SampledUnit[];
  /** Units as an interval counts them: every stratum beyond the first costs one. */
  readonly count: number;
  readonly intervals: 'bootstrap' | 'few-block-t' | 'always-valid';
  /** All intervals are wider by it than their units alone would say. */
  readonly widening: number;
  /** Lag-1, of the log ratios of cost; absent where too few blocks follow each other. */
  readonly autocorrelation?: number;
  /** Of always-valid intervals: how many units there can be in the end. */
  readonly mostUnits: number;
  /** How often somebody may look before the end; every exact bound is divided by it. */
  readonly looks: number;
}

export interface SamplingQuestion {
  readonly table: EvaluationTable;
  readonly random: Random;
  /** Resamples. */
  readonly count: number;
  /** When each block of the table began, by its number; blocks of unknown days stay blocks. */
  readonly startsAtMs?: Readonly<Record<number, number>>;
  readonly timezone: string;
  /** Present when the evaluation may go on (METHOD 6.5): scored blocks at most, and looks. */
  readonly extension?: { readonly mostBlocks: number; readonly looks: number };
}

/** Above it, blocks next to each other are alike, and days are drawn instead (METHOD 6.3). */
const mostAutocorrelation = 0.2;

/**
 * Of two days t is 12.7 standard errors, and an evaluation that passes one midnight is no sample of
 * days. Then blocks stay the unit, and the intervals widen by what the autocorrelation costs.
 */
const enoughDays = 3;

export function samplingOf(question: SamplingQuestion): Sampling {
  const { table, random, count, extension } = question;
  const blocks = table.blocks.length;
  const autocorrelation = autocorrelationOf(table.blocks, table.arms.map(blockLogCosts));
  const isAlike = autocorrelation !== undefined && autocorrelation > mostAutocorrelation;
  const days = isAlike ? daysOf(question) : [];
  const isByDay = days.length >= enoughDays;
  const units = isByDay ? days : table.blocks.map((_, index) => [index]);
  const few = units.length < enoughBlocks ? 'few-block-t' : 'bootstrap';
  return {
    resamples: resampleUnits(units, blocks, random, count),
    unit: isByDay ? 'days' : 'blocks',
    units,
    count: units.length,
    intervals: extension === undefined ? few : 'always-valid',
    widening: isAlike && !isByDay ? wideningFor(autocorrelation, blocks) : 1,
    ...(autocorrelation === undefined ? {} : { autocorrelation }),
    mostUnits: Math.ceil(((extension?.mostBlocks ?? blocks) * units.length) / blocks),
    looks: extension?.looks ?? 1,
  };
}

/**
 * Both tables drawn again, each from its own units, as one table with the blocks of the second
 * behind those of the first (METHOD 6.0). A stratum of n units is drawn with (n−1)/n of its variance:
 * what the level of all units does not make up for, the widening does.
 */
export function stratified(first: Sampling, second: Sampling): Sampling {
  const offset = first.resamples.blocks;
  const units = [
    ...first.units,
    ...second.units.map((unit) => unit.map((block) => offset + block)),
  ];
  const count = units.length - 1;
  const missing = (n: number): number => n / Math.max(1, n - 1);
  // Of units of one variance each stratum has its share of the whole.
  const ofStrata = [first.units.length, second.units.length].reduce(
    (sum, n) => sum + (n / units.length) * missing(n),
    0,
  );
  const few = count < enoughBlocks ? 'few-block-t' : 'bootstrap';
  return {
    resamples: {
      count: first.resamples.count,
      blocks: offset + second.resamples.blocks,
      rows: first.resamples.rows.map((row, index) =>
        Uint16Array.from([...row, ...(second.resamples.rows[index] ?? [])]),
      ),
    },
    unit: second.unit,
    units,
    count,
    intervals: second.intervals === 'always-valid' ? second.intervals : few,
    widening:
      Math.max(first.widening, second.widening) * Math.sqrt(Math.max(1, ofStrata / missing(count))),
    mostUnits: first.units.length + second.mostUnits,
    looks: second.looks,
  };
}

/** The blocks of each day of the plan's time zone; empty when a day is not known. */
function daysOf({ table, startsAtMs, timezone }: SamplingQuestion): SampledUnit[] {
  const days = new Map<number, number[]>();
  for (const [index, block] of table.blocks.entries()) {
    const atMs = startsAtMs?.[block];
    if (atMs === undefined) return [];
    const day = Math.floor(wallClockMs(atMs, timezone) / dayMs);
    const blocks = days.get(day);
    if (blocks === undefined) days.set(day, [index]);
    else blocks.push(index);
  }
  return [...days.values()];
}

const dayMs = 86_400_000;

function resampleUnits(
  units: readonly SampledUnit[],
  blocks: number,
  random: Random,
  count: number,
): Resamples {
  const drawn = resampleBlocks(units.length, random, count);
  if (units.length === blocks) return drawn;
  const rows = drawn.rows.map((times) => {
    const row = new Uint16Array(blocks);
    for (const [unit, members] of units.entries()) {
      for (const block of members) row[block] = times[unit] ?? 0;
    }
    return row;
  });
  return { count, blocks, rows };
}
