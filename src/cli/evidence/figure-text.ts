import type { ThresholdUnit } from '../../domain/evidence/threshold.ts';

/** Three digits, which is more than most intervals leave of a figure. */
export function figureText(value: number, unit: ThresholdUnit): string {
  if (!Number.isFinite(value)) return 'unbounded';
  switch (unit) {
    case 'ms':
      return value < 100 ? `${value.toPrecision(3)} ms` : `${Math.round(value)} ms`;
    case 'usd':
      return `$${value.toPrecision(3)}`;
    case 'share':
      return `${(100 * value).toFixed(1)} %`;
    default:
      return unit satisfies never;
  }
}
