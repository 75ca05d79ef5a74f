/**
 * Half width of an always-valid 1 − α interval for a mean, in standard deviations of one unit, after
 * `units` of them: it holds at every look together, so that one may go on until it is clear
 * (METHOD 6.5). It is narrowest around `mostUnits`, at which the plan ends. Infinite with fewer than
 * two units.
 *
 * Source: I. Waudby-Smith, D. Arbour, R. Sinha, E. Kennedy, A. Ramdas, Time-uniform central limit
 * theory and asymptotic confidence sequences, arXiv 2103.06476, theorem 2.2 and equation for ρ.
 */
export function alwaysValidRadius({
  units,
  mostUnits,
  alpha,
}: {
  readonly units: number;
  readonly mostUnits: number;
  readonly alpha: number;
}): number {
  if (units < 2) return Number.POSITIVE_INFINITY;
  const twice = -2 * Math.log(alpha);
  const rhoSquared = (twice + Math.log(twice) + 1) / mostUnits;
  const grown = units * rhoSquared + 1;
  return Math.sqrt(((2 * grown) / (units ** 2 * rhoSquared)) * Math.log(Math.sqrt(grown) / alpha));
}
