import { mean } from '../statistics/statistics.ts';
import { enoughBlocks } from './bootstrap.ts';

/**
 * Lag-1 autocorrelation of the block log ratios of cost, the largest of any two arms. Only blocks
 * whose numbers follow each other are neighbours. Undefined with fewer than six blocks, which say
 * nothing about it, and where no ratio varies.
 *
 * @param blocks numbers of the blocks, ascending
 * @param logCosts one entry per arm, with one value per block
 */
export function autocorrelationOf(
  blocks: readonly number[],
  logCosts: readonly Float64Array[],
): number | undefined {
  if (blocks.length < enoughBlocks) return undefined;
  const pairs = logCosts.flatMap((own, arm) =>
    logCosts.slice(arm + 1).map((other) => own.map((value, at) => value - (other[at] ?? 0))),
  );
  const found = pairs.flatMap((ratios) => lagOne(blocks, ratios) ?? []);
  return found.length === 0 ? undefined : Math.max(...found);
}

/** Ratios that differ by less than that, relatively, do not vary: they are rounded. */
const leastVariation = 1e-9;

function lagOne(blocks: readonly number[], ratios: Float64Array): number | undefined {
  const centre = mean(ratios);
  let variance = 0;
  let covariance = 0;
  for (let at = 0; at < ratios.length; at += 1) {
    const own = (ratios[at] ?? 0) - centre;
    variance += own ** 2;
    if (blocks[at + 1] === (blocks[at] ?? 0) + 1) {
      covariance += own * ((ratios[at + 1] ?? 0) - centre);
    }
  }
  return variance <= ratios.length * leastVariation ** 2 ? undefined : covariance / variance;
}

/**
 * By how much an interval over so many blocks with this lag-1 autocorrelation is too short: the mean
 * of a first-order autoregressive sequence has (1+r)/(1−r) times the variance of independent
 * values. What is estimated of r is too low by (1+4r)/n.
 *
 * Sources: G. Box, G. Jenkins, G. Reinsel, Time Series Analysis, section 2.1; M. Kendall, Note on
 * bias in the estimation of autocorrelation, Biometrika 41, 1954.
 */
export function wideningFor(autocorrelation: number, blocks: number): number {
  const corrected = autocorrelation + (1 + 4 * autocorrelation) / blocks;
  const r = Math.min(Math.max(0, corrected), 0.95);
  return Math.sqrt((1 + r) / (1 - r));
}
