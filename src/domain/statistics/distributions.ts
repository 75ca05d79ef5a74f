/** The distributions that intervals need: normal, Student's t, beta. */

/** Φ: probability that a standard normal number is at most z. */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  if (z > 0) return 1 - normalCdf(-z);
  return z < -2.5 ? lowerTail(-z) : 0.5 - centralPart(-z);
}

/** Φ⁻¹. */
export function normalQuantile(probability: number): number {
  if (probability <= 0) return Number.NEGATIVE_INFINITY;
  if (probability >= 1) return Number.POSITIVE_INFINITY;
  // The normal is Student's t with any number of degrees of freedom: the same search finds both.
  return symmetricQuantile(probability, normalCdf);
}

/** Probability that a number with Student's t distribution is at most t. */
export function studentCdf(t: number, degrees: number): number {
  const tail = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** The t that a number with Student's t distribution exceeds with probability 1 − `probability`. */
export function studentQuantile(probability: number, degrees: number): number {
  if (probability <= 0) return Number.NEGATIVE_INFINITY;
  if (probability >= 1) return Number.POSITIVE_INFINITY;
  return symmetricQuantile(probability, (t) => studentCdf(t, degrees));
}

/**
 * I_x(a, b), the regularised incomplete beta function: the beta distribution's CDF.
 *
 * Source: Abramowitz & Stegun 26.5.8, the continued fraction, evaluated by Lentz's method.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(
    lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  // The fraction converges fast only on its own side of the mean.
  if (x < (a + 1) / (a + b + 2)) return (front * betaFraction(x, a, b)) / a;
  return 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/** The x with I_x(a, b) = probability. */
export function betaQuantile(probability: number, a: number, b: number): number {
  return bisect(0, 1, (x) => incompleteBeta(x, a, b) >= probability);
}

/**
 * Φ(z) − 1/2 for small z > 0, as φ(z)·(z + z³/3 + z⁵/15 + …).
 *
 * Source: G. Marsaglia, Evaluating the Normal Distribution, J. Stat. Software 11(4), 2004.
 */
function centralPart(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; odd < 200 && term > sum * 1e-17; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return sum * normalDensity(z);
}

/** 1 − Φ(z) for large z, as φ(z)/(z + 1/(z + 2/(z + …))): keeps its digits far out. */
function lowerTail(z: number): number {
  let fraction = z;
  for (let depth = 120; depth >= 1; depth -= 1) fraction = z + depth / fraction;
  return normalDensity(z) / fraction;
}

function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

function symmetricQuantile(probability: number, cdf: (value: number) => number): number {
  if (probability === 0.5) return 0;
  // In the lower tail, where a CDF near 0 keeps the digits that one near 1 loses.
  const tail = Math.min(probability, 1 - probability);
  let reach = 1;
  while (cdf(-reach) > tail && reach < 1e12) reach *= 2;
  const quantile = bisect(-reach, 0, (value) => cdf(value) >= tail);
  return probability < 0.5 ? quantile : -quantile;
}

/** The smallest argument for which a rising condition holds; 200 halvings exhaust a double. */
function bisect(from: number, to: number, holds: (value: number) => boolean): number {
  let low = from;
  let high = to;
  for (let step = 0; step < 200; step += 1) {
    const middle = low + (high - low) / 2;
    if (middle === low || middle === high) break;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const awayFromZero = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 500; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return fraction;
}

/** ln Γ(x) for x > 0. Source: C. Lanczos, 1964, with P. Godfrey's coefficients for g = 7, n = 9. */
function lnGamma(x: number): number {
  const shifted = x - 1;
  let sum = 0.99999999999980993;
  for (const [index, coefficient] of lanczos.entries()) sum += coefficient / (shifted + index + 1);
  const base = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
