/**
 * How long a verdict takes: 2,000 resamples over 4 arms x 4 workloads, with the blocks and requests
 * of a demo, of a week's slots (168 x 300 pairs) and of four times that, beside the contrasts of the
 * same cells in numpy, from the same resamples. Prints tables and one line of JSON.
 * Run: node bench/verdict.ts
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { candidates } from '../src/domain/arm.ts';
import { randomFor } from '../src/domain/statistics/random.ts';
import { decideVerdict, type VerdictQuestion } from '../src/domain/verdict/decide.ts';
import type { RatioInterval, Verdict } from '../src/domain/verdict/verdict.ts';
import { aCell, aCost, aPlan, aWorkload } from '../test/domain/evaluation-builders.ts';
import { type ReferenceContrasts, referenceContrasts } from './references/contrasts.ts';

const workloads = ['lightweight', 'thumbnail', 'medium', 'heavy'];
const repetitions = 5;

const shapes = [
  { name: 'demo', blocks: 9, requests: 15 },
  { name: 'week', blocks: 168, requests: 75 },
  { name: 'four times a week', blocks: 168, requests: 300 },
];
const folder = await mkdtemp(join(tmpdir(), 'crossover-verdict-bench-'));
const results = [];
try {
  for (const shape of shapes) {
    const question = anEvaluation(shape.blocks, shape.requests);
    const { times, verdict } = decideOften(question);
    const reference = await referenceContrasts(join(folder, shape.name), question, repetitions);
    const ordered = [...reference.msTimes].sort((a, b) => a - b);
    results.push({
      ...shape,
      pairs: shape.requests * workloads.length,
      msMin: Math.round(times[0] ?? 0),
      msMedian: Math.round(times[Math.floor(repetitions / 2)] ?? 0),
      msMax: Math.round(times.at(-1) ?? 0),
      numpyMsMedian: Math.round(ordered[Math.floor(repetitions / 2)] ?? 0),
      largestDifference: largestDifference(verdict, reference),
    });
  }
} finally {
  await rm(folder, { recursive: true });
}

console.table(results);
console.log(JSON.stringify({ bench: 'verdict', repetitions, results }));

function decideOften(question: VerdictQuestion): { times: number[]; verdict: Verdict } {
  const times: number[] = [];
  let verdict = decideVerdict(question);
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const startedAt = performance.now();
    verdict = decideVerdict(question);
    times.push(performance.now() - startedAt);
  }
  return { times: times.sort((a, b) => a - b), verdict };
}

/** Of ratios and ends of all contrasts, relative; the quantile must be the reference's p95. */
function largestDifference(verdict: Verdict, reference: ReferenceContrasts): number | string {
  if (verdict.quantile !== 'p95' || verdict.isFewBlocks) return 'another quantile';
  const differences = verdict.contrasts.flatMap(({ arm, against, cost, latency }) => {
    const same = reference.contrasts.find(
      (row) =>
        (row.arm === arm && row.against === against) ||
        (row.arm === against && row.against === arm),
    );
    if (same === undefined || latency === undefined) throw new Error(`No ${arm}/${against}.`);
    const isTurned = same.arm !== arm;
    return [...distances(cost, same.cost, isTurned), ...distances(latency, same.latency, isTurned)];
  });
  return Math.max(...differences);
}

function distances(
  { ratio, lower, upper }: RatioInterval,
  [otherRatio = 0, otherLower = 0, otherUpper = 0]: readonly number[],
  isTurned: boolean,
): number[] {
  const other = isTurned
    ? [1 / otherRatio, 1 / otherUpper, 1 / otherLower]
    : [otherRatio, otherLower, otherUpper];
  return [ratio, lower, upper].map((value, place) => Math.abs(value / (other[place] ?? 0) - 1));
}

/** A few requests in a thousand fail; the others spread over a factor of seven. */
function anEvaluation(blocks: number, requests: number): VerdictQuestion {
  const random = randomFor(1, 'bench', blocks);
  const numbers = Array.from({ length: blocks }, (_, index) => index + 1);
  const cells = candidates.flatMap((arm) =>
    numbers.flatMap((block) =>
      workloads.map((workload) => {
        const latenciesMs = Array.from({ length: requests }, () =>
          random() < 0.003 ? Number.POSITIVE_INFINITY : 50 * Math.exp(2 * random() ** 2),
        );
        const good = latenciesMs.filter(Number.isFinite).length;
        return aCell({ arm, block, workload, good, latenciesMs });
      }),
    ),
  );
  const costs = candidates.flatMap((arm, index) =>
    numbers.map((block) => {
      const allInUsd = (1 + index / 10) * (0.9 + random() / 5);
      return aCost({ arm, block, allInUsd, ecsIdleUsd: index, good: requests * 4 });
    }),
  );
  const slo = { latencyMs: 1000, attainment: 0.95 };
  const plan = aPlan({
    workloads: workloads.map((name) => aWorkload({ name, share: 0.25, slo })),
  });
  return { plan, cells, costs, arms: candidates, skipped: [], seed: 1 };
}
