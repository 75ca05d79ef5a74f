/** The contrasts of all arms in numpy: the same cells, the same resamples (`contrasts.py`). */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';

import type { Arm } from '../../src/domain/arm.ts';
import { randomFor } from '../../src/domain/statistics/random.ts';
import { resampleBlocks } from '../../src/domain/verdict/bootstrap.ts';
import type { VerdictQuestion } from '../../src/domain/verdict/decide.ts';
import { requirePython } from './python.ts';

export interface ReferenceContrasts {
  readonly numpy: string;
  readonly msTimes: readonly number[];
  /** Ratio, lower and upper end. */
  readonly contrasts: readonly {
    readonly arm: Arm;
    readonly against: Arm;
    readonly cost: readonly number[];
    readonly latency: readonly number[];
  }[];
}

/** Every cell has as many latencies; the resamples are those of the verdict. */
export async function referenceContrasts(
  folder: string,
  question: VerdictQuestion,
  repetitions: number,
): Promise<ReferenceContrasts> {
  const { plan, cells, costs, arms, seed } = question;
  const blocks = new Set(costs.map(({ block }) => block)).size;
  const requests = cells[0]?.latenciesMs.length ?? 0;
  const { rows } = resampleBlocks(blocks, randomFor(seed, 'verdict', 'blocks'));
  const facts = {
    arms,
    workloads: plan.workloads.length,
    shares: plan.workloads.map(({ share }) => share),
    timeoutMs: plan.load.timeoutMs,
    blocks,
    requests,
    repetitions,
  };
  const latencies = arms.flatMap((arm) =>
    plan.workloads.flatMap(({ name }) =>
      cells
        .filter((cell) => cell.arm === arm && cell.workload === name)
        .flatMap(({ latenciesMs }) => latenciesMs),
    ),
  );
  const costsOf = (field: 'allInUsd' | 'good'): number[] =>
    arms.flatMap((arm) => costs.filter((cost) => cost.arm === arm).map((cost) => cost[field]));
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeFile(join(folder, 'facts.json'), JSON.stringify(facts)),
    writeFile(join(folder, 'latencies'), Float64Array.from(latencies)),
    writeFile(join(folder, 'usd'), Float64Array.from(costsOf('allInUsd'))),
    writeFile(join(folder, 'good'), Float64Array.from(costsOf('good'))),
    writeFile(join(folder, 'weights'), Uint16Array.from(rows.flatMap((row) => [...row]))),
  ]);
  const script = join(import.meta.dirname, 'contrasts.py');
  // One core for both: numpy's products would otherwise take the second one.
  await execa(await requirePython(), [script, folder], {
    stderr: 'inherit',
    env: { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' },
  });
  return JSON.parse(await readFile(join(folder, 'found.json'), 'utf8'));
}
