import { normalOf } from './noise-model.ts';

/** Quantiles of the init duration; ln init is straight between them over the normal score. */
export interface InitModel {
  readonly normalScores: readonly number[];
  readonly lnMs: readonly number[];
}

/** Measured quantiles of init durations. */
export interface InitQuantiles {
  readonly n: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly ln_sigma: number;
}

/**
 * One table from the measurements at all memory sizes, because init does not depend on memory
 * (METHOD 7.1): geometric means by number of measurements, and the largest of all. Nothing was
 * published below the median; there the spread of the whole is used.
 */
export function initModel(measured: readonly InitQuantiles[]): InitModel {
  const n = measured.reduce((sum, at) => sum + at.n, 0);
  const mean = (of: (at: InitQuantiles) => number): number =>
    measured.reduce((sum, at) => sum + (at.n / n) * of(at), 0);
  const lnMean = (of: (at: InitQuantiles) => number): number => mean((at) => Math.log(of(at)));
  const median = lnMean((at) => at.p50);
  const lowest = 3;
  return {
    normalScores: [-lowest, 0, ...[0.9, 0.95, 0.99, n / (n + 1)].map(normalOf)],
    lnMs: [
      median - lowest * mean((at) => at.ln_sigma),
      median,
      lnMean((at) => at.p90),
      lnMean((at) => at.p95),
      lnMean((at) => at.p99),
      Math.log(Math.max(...measured.map((at) => at.max))),
    ],
  };
}

/** A lognormal of which median and σ were measured; cut where tables end. */
export function lognormalInit(measured: {
  readonly medianMs: number;
  readonly sigma: number;
}): InitModel {
  const median = Math.log(measured.medianMs);
  const scores = [-3, 0, 3];
  return { normalScores: scores, lnMs: scores.map((score) => median + score * measured.sigma) };
}

/** The init duration at a normal score; the lowest and the largest are not exceeded. */
export function initMsAt({ normalScores, lnMs }: InitModel, score: number): number {
  const last = normalScores.length - 1;
  let above = 1;
  while (above < last && score > (normalScores[above] ?? 0)) above += 1;
  const [fromScore = 0, toScore = 0] = [normalScores[above - 1], normalScores[above]];
  const [fromLn = 0, toLn = 0] = [lnMs[above - 1], lnMs[above]];
  const part = Math.min(1, Math.max(0, (score - fromScore) / (toScore - fromScore)));
  return Math.exp(fromLn + part * (toLn - fromLn));
}
