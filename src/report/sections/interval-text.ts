import type { QuantileFigure } from '../../domain/dataset/measured.ts';
import type { LatencyEnds } from '../../domain/dataset/profile.ts';
import type { Interval } from '../../domain/verdict/bootstrap.ts';
import { blank, milliseconds, percent } from '../format.ts';

/** `412 [398, 430]`; an end without a number is open: `412 [398, –]`. */
export function quantileText(figure: QuantileFigure | undefined): string {
  if (figure === undefined) return blank;
  const { lowerMs, upperMs } = figure;
  return (
    milliseconds(figure.valueMs) +
    endsText({
      ...(lowerMs === undefined ? {} : { lowerMs }),
      ...(upperMs === undefined ? {} : { upperMs }),
    })
  );
}

/** ` [398, 430]`, or nothing without an interval. */
export function endsText({ lowerMs, upperMs }: LatencyEnds): string {
  if (lowerMs === undefined && upperMs === undefined) return '';
  const [lower = blank, upper = blank] = [lowerMs, upperMs].map((end) =>
    end === undefined ? undefined : milliseconds(end),
  );
  return ` [${lower}, ${upper}]`;
}

/** `12.4 % [10.1 %, 15 %]`. */
export function shareText(share: number, interval: Interval | undefined): string {
  if (interval === undefined) return percent(share);
  return `${percent(share)} [${percent(interval.lower)}, ${percent(interval.upper)}]`;
}
