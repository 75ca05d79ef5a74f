import { escaped } from './html.ts';

/**
 * Widths in the drawings' own units: one that stands alone, and one of several beside each other.
 * Both are near the width of a telephone, so that their texts stay readable on one.
 */
export const wide = 440;
export const half = 320;

/** A finished SVG. Its title is what a screen reader says. */
export function drawing(
  width: number,
  height: number,
  title: string,
  parts: readonly string[],
): string {
  const kind = width === wide ? ' class="wide"' : '';
  return `<svg${kind} viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">${parts.join('')}</svg>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return `<line class="${kind}" x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}"/>`;
}

export interface LabelStyle {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly kind?: 'soft' | 'strong';
}

export function label(x: number, y: number, words: string, style: LabelStyle): string {
  const anchor = style.anchor === undefined ? '' : ` text-anchor="${style.anchor}"`;
  const kind = style.kind === undefined ? '' : ` class="${style.kind}"`;
  return `<text x="${fixed(x)}" y="${fixed(y)}"${anchor}${kind}>${escaped(words)}</text>`;
}

/** Round values above zero and up to the largest: steps of 1, 2 or 5 times a power of ten. */
export function niceTicks(largest: number, about: number): readonly number[] {
  const rough = largest / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? power;
  const ticks = Array.from({ length: about + 1 }, (_, index) => (index + 1) * step);
  return ticks.filter((tick) => tick <= largest);
}

export function isNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}

/** A coordinate: a tenth of a unit is finer than any screen. */
export function fixed(value: number): string {
  return String(Number(value.toFixed(1)));
}
