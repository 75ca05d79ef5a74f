/**
 * How long a verdict takes: 2,000 resamples over 4 arms x 4 workloads, with the blocks and requests
 * of a demo and of a week. Prints a table and one line of JSON. Run: node bench/verdict.ts
 */
import { arms } from '../src/domain/arm.ts';
import { decideVerdict, type VerdictQuestion } from '../src/domain/decide.ts';
import { randomFor } from '../src/domain/random.ts';
import { aCell, aCost, aPlan, aWorkload } from '../test/domain/evaluation-builders.ts';

const workloads = ['lightweight', 'thumbnail', 'medium', 'heavy'];
const repetitions = 7;

const results = [
  { name: 'demo', blocks: 9, requests: 15 },
  { name: 'week', blocks: 168, requests: 300 },
].map((shape) => {
  const question = anEvaluation(shape.blocks, shape.requests);
  const times = Array.from({ length: repetitions }, () => {
    const startedAt = performance.now();
    decideVerdict(question);
    return performance.now() - startedAt;
  }).sort((a, b) => a - b);
  const rounded = times.map((time) => Math.round(time));
  return {
    ...shape,
    arms: arms.length,
    workloads: workloads.length,
    resamples: 2000,
    msMin: rounded[0],
    msMedian: rounded[Math.floor(repetitions / 2)],
    msMax: rounded.at(-1),
  };
});

console.table(results);
console.log(JSON.stringify({ bench: 'verdict', repetitions, results }));

/** A few requests in a thousand fail; the others spread over a factor of seven. */
function anEvaluation(blocks: number, requests: number): VerdictQuestion {
  const random = randomFor(1, 'bench', blocks);
  const numbers = Array.from({ length: blocks }, (_, index) => index + 1);
  const cells = arms.flatMap((arm) =>
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
  const costs = arms.flatMap((arm, index) =>
    numbers.map((block) => {
      const allInUsd = (1 + index / 10) * (0.9 + random() / 5);
      return aCost({ arm, block, allInUsd, ecsIdleUsd: index, good: requests * 4 });
    }),
  );
  const slo = { latencyMs: 1000, attainment: 0.95 };
  const plan = aPlan({
    workloads: workloads.map((name) => aWorkload({ name, share: 0.25, slo })),
  });
  return { plan, cells, costs, arms, skipped: [], seed: 1 };
}
