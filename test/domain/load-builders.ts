import type { EvaluationPlan, LoadPlan, Plan } from '../../src/domain/plan.ts';
import type { SourceRequest } from '../../src/domain/requests/requests.ts';
import { aPlan, aWorkload } from './evaluation-builders.ts';

export const mixCpuMs = { light: 2, medium: 40, heavy: 200 };

/** Three workloads, 20 pairs of mixed load and a ladder of two steps. */
export function aLoadPlan(
  changes: {
    readonly seed?: number;
    readonly load?: Partial<LoadPlan>;
    readonly evaluation?: Partial<EvaluationPlan>;
  } = {},
): Plan {
  return aPlan({
    seed: changes.seed ?? 42,
    workloads: [
      aWorkload({ name: 'light', share: 0.5, ecsVcpu: 0.25 }),
      aWorkload({ name: 'medium', share: 0.3 }),
      aWorkload({ name: 'heavy', share: 0.2, ecsTasks: 2 }),
    ],
    load: {
      durationMs: 10_000,
      ratePerS: 2,
      ladder: { utilisation: [0.25, 0.5], stepMs: 4000, pairs: 30 },
      timeoutMs: 10_000,
      ...changes.load,
    },
    evaluation: {
      blocks: 9,
      leadInBlocks: 1,
      blockDurationMs: 4000,
      drainMs: 800,
      ratePerS: 10,
      ...changes.evaluation,
    },
  });
}

export function countBy<Value>(
  values: readonly Value[],
  keyOf: (value: Value) => string,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[keyOf(value)] = (counts[keyOf(value)] ?? 0) + 1;
  return counts;
}

/** An opened request log with these rows, in which nothing is wrong. */
export function aLog(rows: readonly SourceRequest[]) {
  return {
    problems: [],
    count: rows.length,
    spanMs: rows.at(-1)?.atMs ?? 0,
    windowRows: async (fromMs: number, toMs: number) =>
      rows.filter(({ atMs }) => atMs >= fromMs && atMs < toMs),
    close: () => {},
  };
}
