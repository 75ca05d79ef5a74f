import { normalQuantile } from '../../statistics/distributions.ts';
import type { Random } from '../../statistics/random.ts';
import { randomFor, shuffled } from '../../statistics/random.ts';
import { lastBefore } from './warp.ts';

/** A function as the Azure trace of 2019 has them; a workload's load is that of many. */
export interface AzureFunction {
  /** Invocations in the trace's two weeks: its part of the workload's load follows from them. */
  readonly invocations: number;
  /** Coefficient of variation of the times between its invocations: 1 is Poisson, 0 a timer. */
  readonly gapCv: number;
  /** Mean execution time and memory; they describe the trace, the simulated workloads keep theirs. */
  readonly executionMs: number;
  readonly memoryMb: number;
}

/** So many that a distribution over them differs from the one they are drawn from by 1/400. */
const functionsPerWorkload = 400;

/**
 * The functions of a workload, the same in all slots. Every property is drawn in strata, one of
 * each 400th part of its distribution, and the properties are paired by chance: the released tables
 * say nothing of how they hang together.
 *
 * Source: the Azure Functions trace 2019 (Shahrad et al., Serverless in the Wild, USENIX ATC 2020):
 * quantiles of its released CDFs; the lognormal and Burr fits as coded in dslab-faas.
 */
export function azureFunctions(seed: number, workload: string): readonly AzureFunction[] {
  const key = `${seed}/${workload}`;
  let functions = drawnFunctions.get(key);
  if (functions === undefined) {
    functions = drawFunctions(seed, workload);
    if (drawnFunctions.size >= mostKept) drawnFunctions.clear();
    drawnFunctions.set(key, functions);
  }
  return functions;
}

/** Every slot of a campaign needs the same ones, and drawing them takes 10 ms. */
const drawnFunctions = new Map<string, readonly AzureFunction[]>();
const mostKept = 64;

function drawFunctions(seed: number, workload: string): AzureFunction[] {
  const strata = (property: string): number[] =>
    strataOf(functionsPerWorkload, randomFor(seed, workload, 'azure', property));
  const invocations = strata('invocations').map(invocationsAt);
  const gapCvs = strata('gaps').map(gapCvAt);
  const executionsMs = strata('execution').map(executionMsAt);
  const memoriesMb = strata('memory').map(memoryMbAt);
  return invocations.map((count, index) => ({
    invocations: count,
    gapCv: gapCvs[index] ?? 1,
    executionMs: executionsMs[index] ?? 0,
    memoryMb: memoriesMb[index] ?? 0,
  }));
}

/**
 * A number of arrivals of a workload's functions in a window, sorted. Which function each belongs to
 * follows from their parts of the load; the gaps of one function are lognormal with its own spread,
 * closed to a circle of the window's length, so that their number is exact and no moment of the
 * window is special.
 */
export function azureArrivals(
  functions: readonly AzureFunction[],
  count: number,
  { durationMs, random }: { readonly durationMs: number; readonly random: Random },
): number[] {
  const last = lastBefore(durationMs);
  return countsByFunction(functions, count, random)
    .flatMap((arrivals, index) => circleOf(arrivals, functions[index]?.gapCv ?? 1, random))
    .map((place) => Math.min(place * durationMs, last))
    .sort((a, b) => a - b);
}

function countsByFunction(
  functions: readonly AzureFunction[],
  count: number,
  random: Random,
): number[] {
  let total = 0;
  const upTo = functions.map(({ invocations }) => {
    total += invocations;
    return total;
  });
  const counts = functions.map(() => 0);
  for (let drawn = 0; drawn < count; drawn += 1) {
    const index = firstAbove(upTo, random() * total);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

/** Places in [0, 1) with gaps of this spread; with a spread of 1 much like uniform draws. */
function circleOf(count: number, gapCv: number, random: Random): number[] {
  if (count === 0) return [];
  const phase = random();
  // Of a lognormal, cv² = exp(σ²) − 1; its scale is lost in the closing of the circle.
  const sigma = Math.sqrt(Math.log1p(gapCv ** 2));
  let sum = 0;
  const sums = Array.from({ length: count }, () => {
    sum += Math.exp(sigma * normal(random));
    return sum;
  });
  return sums.map((upTo) => (phase + upTo / sum) % 1);
}

/** A standard normal draw (Box and Muller, 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** One probability of each of n equal parts of (0, 1), in random order. */
function strataOf(count: number, random: Random): number[] {
  const strata = Array.from({ length: count }, (_, index) => (index + random()) / count);
  return shuffled(strata, random);
}

interface QuantilePoint {
  readonly probability: number;
  readonly value: number;
}

/** Invocations per function; beyond the last one that is published nothing is made up. */
const invocationQuantiles: readonly QuantilePoint[] = [
  { probability: 0.5, value: 74 },
  { probability: 0.9, value: 4504 },
  { probability: 0.99, value: 333_000 },
];

/** Straight on a lognormal's scale between the published quantiles, and at least one. */
function invocationsAt(probability: number): number {
  const onScale = invocationQuantiles.map((point) => ({
    at: normalQuantile(point.probability),
    value: Math.log(point.value),
  }));
  const z = Math.min(normalQuantile(probability), onScale.at(-1)?.at ?? 0);
  return Math.max(1, Math.exp(interpolated(onScale, z)));
}

const gapCvQuantiles: readonly QuantilePoint[] = [
  { probability: 0, value: 0 },
  { probability: 0.5, value: 0.52 },
  { probability: 0.75, value: 1.97 },
  { probability: 0.9, value: 5 },
];

function gapCvAt(probability: number): number {
  const points = gapCvQuantiles.map(({ probability: at, value }) => ({ at, value }));
  return interpolated(points, Math.min(probability, points.at(-1)?.at ?? 1));
}

/** ln seconds: mean and standard deviation. */
const executionFit = { mu: -0.38, sigma: 2.36 };

function executionMsAt(probability: number): number {
  return 1000 * Math.exp(executionFit.mu + executionFit.sigma * normalQuantile(probability));
}

/** Burr XII, in MB. */
const memoryFit = { c: 11.652, k: 0.221, lambda: 107.083 };

function memoryMbAt(probability: number): number {
  const { c, k, lambda } = memoryFit;
  return lambda * ((1 - probability) ** (-1 / k) - 1) ** (1 / c);
}

/** On the line through the two points around a place; the first and the last line go on. */
function interpolated(
  points: readonly { readonly at: number; readonly value: number }[],
  place: number,
): number {
  const above = points.findIndex(({ at }) => at >= place);
  const upper = Math.max(1, above === -1 ? points.length - 1 : above);
  const [left, right] = points.slice(upper - 1, upper + 1);
  if (left === undefined || right === undefined) return Number.NaN;
  return left.value + ((place - left.at) / (right.at - left.at)) * (right.value - left.value);
}

/** Index of the first sum above a value, by halving. */
function firstAbove(sums: readonly number[], value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
