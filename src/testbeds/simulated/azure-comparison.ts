import { type AzureFunction, azureFunctions } from '../../domain/requests/shapes/azure.ts';
import type { AzureComparison, AzureRow } from '../../domain/simulation/scorecard.ts';
import type { Calibration } from './calibration.ts';

/** What is compared with the trace. */
export type AzureLoad =
  | {
      /** The shape `azure`: the functions that are drawn for each of these workloads. */
      readonly shape: 'azure';
      readonly seed: number;
      readonly workloads: readonly string[];
    }
  | {
      /** Any other load: the workloads themselves, by their part of the requests. */
      readonly shape: 'other';
      readonly workloads: readonly WorkloadInUse[];
    };

export interface WorkloadInUse {
  readonly share: number;
  readonly executionMs: number;
  readonly memoryMb: number;
}

/** What the shape draws for one workload; all others are drawn from the same distributions. */
const oneWorkload: AzureLoad = { shape: 'azure', seed: 1, workloads: ['azure'] };

/**
 * Execution time and memory against the Azure Functions trace of 2019 (METHOD 7.3): quantiles, and
 * the largest distance of the distributions at the quantiles that are published. Of the trace's
 * functions each counts once, as in its own distributions.
 */
export function azureComparison(
  { azure_2019 }: Calibration,
  load: AzureLoad = oneWorkload,
): AzureComparison {
  const { exec_quantiles_ms, memory_quantiles_mb, iat_cv, invocations_per_function } = azure_2019;
  const parts = partsOf(load);
  const rows = [
    ...rowsOf('execution time, ms', exec_quantiles_ms, parts, ({ executionMs }) => executionMs),
    ...rowsOf('memory, MB', memory_quantiles_mb, parts, ({ memoryMb }) => memoryMb),
    ...rowsOf('cv of gaps', iat_cv, parts, ({ gapCv }) => gapCv),
    ...rowsOf('invocations', invocations_per_function, parts, ({ invocations }) => invocations),
  ];
  return {
    of: load.shape === 'azure' ? 'functions' : 'workloads',
    functions: parts.length,
    executionKs: distance(exec_quantiles_ms, parts, ({ executionMs }) => executionMs),
    memoryKs: distance(memory_quantiles_mb, parts, ({ memoryMb }) => memoryMb),
    rows,
    source: azure_2019.source,
  };
}

type Part = WorkloadInUse & Partial<Pick<AzureFunction, 'gapCv' | 'invocations'>>;
type PropertyOf = (part: Part) => number | undefined;

function partsOf(load: AzureLoad): readonly Part[] {
  if (load.shape === 'other') return load.workloads;
  const all = load.workloads.flatMap((workload) => azureFunctions(load.seed, workload));
  return all.map((one) => ({ ...one, share: 1 / all.length }));
}

function rowsOf(
  property: AzureRow['property'],
  published: Readonly<Record<string, number>>,
  parts: readonly Part[],
  of: PropertyOf,
): AzureRow[] {
  return Object.entries(published).map(([name, azure]) => {
    const probability = probabilityOf(name);
    const ours = quantileOf(parts, of, probability);
    return { property, probability, azure, ...(ours === undefined ? {} : { ours }) };
  });
}

/** Kolmogorov and Smirnov's statistic, as far as the published quantiles let it be seen. */
function distance(
  published: Readonly<Record<string, number>>,
  parts: readonly Part[],
  of: PropertyOf,
): number {
  const distances = Object.entries(published).map(([name, value]) => {
    const partWith = (isCounted: (own: number) => boolean): number =>
      parts.reduce((sum, part) => sum + (isCounted(of(part) ?? 0) ? part.share : 0), 0);
    const probability = probabilityOf(name);
    // Where many are equal to the value, the distribution jumps across the published one.
    const below = partWith((own) => own < value);
    const notAbove = partWith((own) => own <= value);
    return Math.max(below - probability, probability - notAbove, 0);
  });
  return Math.max(...distances);
}

function quantileOf(
  parts: readonly Part[],
  of: PropertyOf,
  probability: number,
): number | undefined {
  const sorted = parts
    .flatMap((part) => {
      const value = of(part);
      return value === undefined ? [] : [{ value, share: part.share }];
    })
    .sort((one, other) => one.value - other.value);
  let sum = 0;
  for (const { value, share } of sorted) {
    sum += share;
    // Parts of one that add up to a little less in binary must not move the rank.
    if (sum >= probability - 1e-9) return value;
  }
  return sorted.at(-1)?.value;
}

/** `p90` is 0.9. */
function probabilityOf(name: string): number {
  return Number(name.slice(1)) / 100;
}
