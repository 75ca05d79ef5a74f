/** Figures and lists as a verdict's sentence says them. */
import type { ArmContrast } from './verdict.ts';

/** "18 % cheaper (95 % interval 12 to 24 %)". */
export function difference({ cost }: Pick<ArmContrast, 'cost'>): string {
  const isCheaper = cost.ratio <= 1;
  const change = (ratio: number): number => 100 * (isCheaper ? 1 - ratio : ratio - 1);
  const bounds = [change(cost.lower), change(cost.upper)].sort((a, b) => a - b);
  const [low = 0, high = 0] = bounds;
  const word = isCheaper ? 'cheaper' : 'dearer';
  // Bounds that would read alike get a decimal more: an interval of no width is hard to believe.
  const digits = rounded(low) === rounded(high) ? (value: number) => value.toFixed(1) : rounded;
  return `${digits(change(cost.ratio))} % ${word} (95 % interval ${digits(low)} to ${digits(high)} %)`;
}

export function dollars(usd: number): string {
  return `$${usd.toPrecision(3)}`;
}

export function percent(share: number): string {
  return `${rounded(100 * share)} %`;
}

/** Two digits where they say something: 18, 8.4, 0.3. */
function rounded(value: number): string {
  const text = Math.abs(value) < 10 || value > 90 ? value.toFixed(1) : value.toFixed(0);
  return text.replace(/\.0$/, '').replace(/^-0$/, '0').replace('-', '−');
}

export function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}
