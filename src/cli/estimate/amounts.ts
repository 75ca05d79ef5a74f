/** Amounts as `estimate` prints them. */
import { hoursPerMonth } from '../../domain/money/lambda-month.ts';
import { count, figure } from '../../report/format.ts';

/** A month's bill: cents below a thousand dollars, whole dollars above. */
export function money(usd: number): string {
  if (usd !== 0 && Math.abs(usd) < 0.01) return usd < 0 ? '-$0.00' : '<$0.01';
  const sign = usd < 0 ? '-' : '';
  const amount = Math.abs(usd);
  return amount < 1000 ? `${sign}$${amount.toFixed(2)}` : `${sign}$${count(amount)}`;
}

/** `26M`, `1.5M`, `850k`, `120`: three digits. */
export function compact(value: number): string {
  const [divisor, unit] =
    value >= 999_500_000
      ? [1e9, 'B']
      : value >= 999_500
        ? [1e6, 'M']
        : value >= 9_995
          ? [1e3, 'k']
          : [1, ''];
  return `${figure(value / divisor)}${unit}`;
}

export function monthly(ratePerS: number): string {
  return `${compact(ratePerS * 3600 * hoursPerMonth)} a month`;
}

/** `9.89/s`, or a slow one in the unit in which it has digits. */
export function rate(ratePerS: number): string {
  if (ratePerS >= 0.01) return `${figure(ratePerS)}/s`;
  if (ratePerS * 3600 >= 1) return `${figure(ratePerS * 3600)}/h`;
  return `${figure(ratePerS * 86_400)}/day`;
}

/** How much less the second is than the first. */
export function savedShare(more: number, less: number): string {
  const share = 1 - less / more;
  const value = 100 * share;
  return `${value < 10 ? figure(Number(value.toFixed(1))) : Math.round(value)} %`;
}
