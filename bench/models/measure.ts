/** What is measured of a family: its training, its cancel, and single decisions of its model. */
import { decodeScorer } from '../../src/domain/models/scorer.ts';
import type { TrainingRows } from '../../src/domain/models/training.ts';
import type { FamilyParams, FittedModel, ModelFamily } from '../../src/learning/model-family.ts';

export interface FitFigures {
  readonly model: FittedModel;
  readonly wallS: number;
  readonly cpuS: number;
  readonly lagMsMax: number;
}

/** The fit that counts, with the longest time that the event loop was held up meanwhile. */
export async function measureFit(
  family: ModelFamily,
  rows: TrainingRows,
  params: FamilyParams,
): Promise<FitFigures> {
  let lagMsMax = 0;
  let lastMs = performance.now();
  const ticker = setInterval(() => {
    const nowMs = performance.now();
    lagMsMax = Math.max(lagMsMax, nowMs - lastMs - 10);
    lastMs = nowMs;
  }, 10);
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const model = await family.fit(rows, params, {
    seed: 42,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const wallS = (performance.now() - startedMs) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  // One more turn, so that a fit that ended by blocking is seen.
  await new Promise((resolve) => setTimeout(resolve, 20));
  clearInterval(ticker);
  return { model, wallS, cpuS: (cpu.user + cpu.system) / 1e6, lagMsMax };
}

/** From the abort to the settled fit, by when all threads have ended. */
export async function measureCancel(
  family: ModelFamily,
  rows: TrainingRows,
  params: FamilyParams,
): Promise<number> {
  const controller = new AbortController();
  let abortedMs = 0;
  const timer = setTimeout(() => {
    abortedMs = performance.now();
    controller.abort(new Error('cancelled by the bench'));
  }, 1500);
  const [outcome] = await Promise.allSettled([
    family.fit(rows, params, { seed: 1, signal: controller.signal, onProgress: () => undefined }),
  ]);
  clearTimeout(timer);
  if (outcome.status === 'fulfilled') throw new Error('The fit ended before it was cancelled.');
  return performance.now() - abortedMs;
}

const rounds = 7;

export interface DecisionFigures {
  readonly p50Us: readonly number[];
  readonly p99Us: readonly number[];
}

/** Single decisions on rows in their order, timed one by one; the rounds show the spread. */
export function measureDecisions(model: FittedModel, rows: TrainingRows): DecisionFigures {
  const scorer = decodeScorer(model.scorer, rows.features.length);
  const vectors = Array.from({ length: Math.min(10_000, rows.rowCount) }, (_, row) =>
    Float64Array.from(rows.features, (_name, f) => rows.values[f * rows.rowCount + row] ?? 0),
  );
  let sum = 0;
  const measured = Array.from({ length: rounds }, () => {
    const micros = vectors.map((vector) => {
      const before = performance.now();
      sum += scorer.score(vector);
      return (performance.now() - before) * 1000;
    });
    if (!Number.isFinite(sum)) throw new Error('A score is no number.');
    micros.sort((a, b) => a - b);
    const at = (share: number) => micros[Math.floor(share * (micros.length - 1))] ?? Number.NaN;
    return { p50: at(0.5), p99: at(0.99) };
  });
  return { p50Us: measured.map(({ p50 }) => p50), p99Us: measured.map(({ p99 }) => p99) };
}
