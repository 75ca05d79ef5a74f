/** The simulator held against somebody's own measurements (METHOD 7.2, 7.3). */

import type { PriceBook } from '../money/price-books.ts';
import {
  canPrintQuantile,
  clopperPearsonLower,
  mean,
  quantile,
  standardDeviation,
} from '../statistics/statistics.ts';
import type { MeasuredSend, Prediction } from './prediction.ts';
import { type Claim, claimOf } from './scorecard.ts';

/** One measured request with everything that can be compared. */
export interface MeasuredRow extends MeasuredSend {
  readonly session: string;
  /** Absent without a good answer. */
  readonly latencyMs?: number;
  readonly serverMs?: number;
  readonly memoryMb?: number;
  readonly isCold?: boolean;
  /** As measured, not as priced by us. */
  readonly costUsd?: number;
}

/** A measured row, and what each run of the models says about it. */
export interface ComparedRow {
  readonly measured: MeasuredRow;
  readonly predicted: readonly Prediction[];
}

export interface Comparison {
  readonly claims: readonly Claim[];
  /** Without a mark in METHOD 7.3: told and not counted. */
  readonly described: readonly DescribedRatio[];
  readonly notCompared: readonly string[];
}

/** A figure of the simulator over the measured one. */
export interface DescribedRatio {
  readonly name: string;
  readonly measured: number;
  readonly predicted: number;
}

/** METHOD 7.3: warm medians. */
const medianTolerance = 0.12;
/** A median of fewer rows is chance. */
const fewestRows = 20;

/** Compares group by group; `book` is what the measured costs were billed by. */
export function compareRows(
  rows: readonly ComparedRow[],
  book: PriceBook,
  source: string,
): Comparison {
  const groups = Map.groupBy(rows, ({ measured }) => `${measured.workload}, ${measured.platform}`);
  const parts = [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, members]) => compareGroup(name, members, { book, source }));
  return {
    claims: parts.flatMap(({ claims }) => claims),
    described: parts.flatMap(({ described }) => described),
    notCompared: parts.flatMap(({ notCompared }) => notCompared),
  };
}

interface Against {
  readonly book: PriceBook;
  readonly source: string;
}

function compareGroup(name: string, rows: readonly ComparedRow[], against: Against): Comparison {
  const isOnLambda = rows[0]?.measured.platform === 'lambda';
  const parts = [
    medians(name, rows, against),
    ...(isOnLambda ? [coldShares(name, rows, against), billing(name, rows, against)] : []),
  ];
  return {
    claims: parts.flatMap(({ claims = [] }) => claims),
    described: parts.flatMap(({ described = [] }) => described),
    notCompared: parts.flatMap(({ notCompared = [] }) => notCompared),
  };
}

/** Server time where it was measured, because the user's network is not the model's. */
function medians(
  name: string,
  rows: readonly ComparedRow[],
  { source }: Against,
): Partial<Comparison> {
  const warm = rows.filter(({ measured }) => measured.isCold !== true);
  const isColdKnown = rows.some(({ measured }) => measured.isCold !== undefined);
  const isOnLambda = rows[0]?.measured.platform === 'lambda';
  const hasServerMs =
    warm.filter(({ measured }) => measured.serverMs !== undefined).length >= fewestRows;
  const kind = isOnLambda && isColdKnown ? 'warm' : 'all';
  const timeOf = (value: MeasuredRow | Prediction): number | undefined =>
    hasServerMs ? value.serverMs : value.latencyMs;
  const what = hasServerMs ? 'server' : 'latency';
  const measured = ascending(warm.map((row) => timeOf(row.measured)));
  const predicted = ascending(
    (kind === 'warm' ? rows : warm).flatMap((row) =>
      row.predicted.filter(({ isCold }) => kind === 'all' || !isCold).map(timeOf),
    ),
  );
  if (measured.length < fewestRows || predicted.length === 0) {
    return {
      notCompared: [
        `${name}: ${measured.length} measured and ${predicted.length} predicted times; a median ` +
          `needs ${fewestRows}.`,
      ],
    };
  }
  const target = quantile(measured, 0.5) ?? Number.NaN;
  const claim = claimOf({
    name: `${name}, ${kind} ${what} p50, ms`,
    kind: 'validation',
    group: name,
    target,
    ours: quantile(predicted, 0.5) ?? Number.NaN,
    mark: 'within 12 %',
    lower: (1 - medianTolerance) * target,
    upper: (1 + medianTolerance) * target,
    source,
  });
  const p95 = { name: `${name}, ${kind} ${what} p95, ms`, measured, predicted };
  return {
    claims: [claim],
    ...(canPrintQuantile(measured.length, 0.95)
      ? { described: [describedP95(p95)] }
      : { notCompared: [`${name}: p95 needs 200 rows and has ${measured.length}.`] }),
  };
}

function describedP95(input: {
  readonly name: string;
  readonly measured: readonly number[];
  readonly predicted: readonly number[];
}): DescribedRatio {
  return {
    name: input.name,
    measured: quantile(input.measured, 0.95) ?? Number.NaN,
    predicted: quantile(input.predicted, 0.95) ?? Number.NaN,
  };
}

function ascending(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined).sort((a, b) => a - b);
}

const rowsOfRate = 30;

/** Sessions by their arrival rate: the share of cold starts at each rate. */
function coldShares(
  name: string,
  rows: readonly ComparedRow[],
  { source }: Against,
): Partial<Comparison> {
  const known = rows.filter(({ measured }) => measured.isCold !== undefined);
  if (known.length < rowsOfRate) {
    return {
      notCompared: [
        `${name}: cold shares need ${rowsOfRate} rows with cold_start, and ${known.length} have it.`,
      ],
    };
  }
  return { claims: byRate(known).map((group) => coldShareClaim(name, group, source)) };
}

/** Sessions at rates that differ by less than a factor of two belong together. */
const sameRate = 0.5;

/** Each of at least 30 rows, the slowest first; sessions stay whole. */
function byRate(rows: readonly ComparedRow[]): ComparedRow[][] {
  const sessions = [...Map.groupBy(rows, ({ measured }) => measured.session).values()]
    .map((members) => ({ members, gapMs: meanGapMs(members) }))
    .sort((one, other) => other.gapMs - one.gapMs);
  const groups: { readonly members: ComparedRow[]; readonly gapMs: number }[] = [];
  for (const { members, gapMs } of sessions) {
    const last = groups.at(-1);
    const isOther = last === undefined || gapMs < sameRate * last.gapMs;
    if (isOther && (last === undefined || last.members.length >= rowsOfRate)) {
      groups.push({ members: [...members], gapMs });
    } else {
      last?.members.push(...members);
    }
  }
  const few = groups.length > 1 ? groups.at(-1) : undefined;
  if (few !== undefined && few.members.length < rowsOfRate) {
    groups.pop();
    groups.at(-1)?.members.push(...few.members);
  }
  return groups.map(({ members }) => members);
}

function coldShareClaim(name: string, rows: readonly ComparedRow[], source: string): Claim {
  const cold = rows.filter(({ measured }) => measured.isCold).length;
  const runs = rows[0]?.predicted.length ?? 0;
  const shares = Array.from({ length: runs }, (_, run) =>
    mean(rows.map(({ predicted }) => (predicted[run]?.isCold ? 1 : 0))),
  );
  const lower = clopperPearsonLower(cold, rows.length, 0.025);
  const upper = 1 - clopperPearsonLower(rows.length - cold, rows.length, 0.025);
  return claimOf({
    name: `${name}, cold share at one in ${gapText(meanGapMs(rows))}`,
    kind: 'validation',
    group: name,
    target: cold / rows.length,
    ours: mean(shares),
    error: runs > 1 ? standardDeviation(shares) / Math.sqrt(runs) : 0,
    mark: `${percent(lower)} to ${percent(upper)} %`,
    lower,
    upper,
    source,
  });
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

/** Within sessions, so that the pause between two is no gap. */
function meanGapMs(rows: readonly ComparedRow[]): number {
  let spanMs = 0;
  let gaps = 0;
  for (const session of Map.groupBy(rows, ({ measured }) => measured.session).values()) {
    const [first, last] = [session[0], session.at(-1)];
    if (first === undefined || last === undefined) continue;
    spanMs += last.measured.atMs - first.measured.atMs;
    gaps += session.length - 1;
  }
  return gaps === 0 ? Number.POSITIVE_INFINITY : spanMs / gaps;
}

function gapText(gapMs: number): string {
  return gapMs < 1000 ? `${gapMs.toFixed(0)} ms` : `${(gapMs / 1000).toPrecision(3)} s`;
}

/** A hundredth of a millisecond: what a REPORT line can say. */
const billedTolerance = 0.01;

/** A warm request's cost tells what was billed; the rule says the duration, rounded up. */
function billing(
  name: string,
  rows: readonly ComparedRow[],
  { book, source }: Against,
): Partial<Comparison> {
  const billed = rows.flatMap(({ measured }) => {
    const { costUsd, memoryMb, serverMs, isCold } = measured;
    if (costUsd === undefined || memoryMb === undefined || serverMs === undefined) return [];
    if (isCold !== false) return [];
    const gbSeconds = (costUsd - book.lambdaRequestUsd) / book.lambdaGbSecondUsd;
    return [{ billedMs: (1000 * gbSeconds) / (memoryMb / 1024), serverMs }];
  });
  if (billed.length === 0) {
    return {
      notCompared: [
        `${name}: nothing says what was billed; that takes cost_usd of the bill, memory_mb, ` +
          'server_ms and cold_start.',
      ],
    };
  }
  const right = billed.filter(
    ({ billedMs, serverMs }) => Math.abs(billedMs - Math.ceil(serverMs)) <= billedTolerance,
  );
  return {
    claims: [
      claimOf({
        name: `${name}, billed in whole ms, share`,
        kind: 'validation',
        group: name,
        target: right.length / billed.length,
        // The simulator bills every one of them so.
        ours: 1,
        mark: 'exactly',
        lower: right.length / billed.length,
        upper: right.length / billed.length,
        source,
      }),
    ],
  };
}
