/** How the options of `estimate` are written, beside what plans have (`src/plan/units.ts`). */
import { hoursPerMonth } from '../../domain/money/lambda-month.ts';
import type { Unit } from '../../plan/units.ts';

const thousands: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, b: 1e9, g: 1e9 };

const secondsPer: readonly (readonly [RegExp, number])[] = [
  [/^s(ec(onds?)?)?$/i, 1],
  [/^m(in(utes?)?)?$/i, 60],
  [/^h(ours?|r)?$/i, 3600],
  [/^d(ays?)?$/i, 86_400],
  [/^w(eeks?)?$/i, 7 * 86_400],
  [/^mo(nths?)?$/i, 3600 * hoursPerMonth],
  [/^y(ears?)?$/i, 12 * 3600 * hoursPerMonth],
];

/** In requests per second; a month has 730 hours. */
export const requestRate: Unit<number> = {
  what: 'a rate',
  right: 'a number per s, min, h, day or month, for example 26M/month, 300/s, 4000/min or 1M/day',
  pattern: /^(\d[\d_,]*(?:\.\d+)?) ?([kKmMbBgG]?) ?(?:\/|per) ?([a-zA-Z]+)$/,
  read: ([, amount = '', prefix = '', unit = '']) => {
    const seconds = secondsPer.find(([name]) => name.test(unit))?.[1];
    if (seconds === undefined) {
      return { message: `"${unit}" is no time`, suggestion: `Write ${requestRate.right}.` };
    }
    const count = Number(amount.replaceAll(/[_,]/g, '')) * (thousands[prefix.toLowerCase()] ?? 1);
    if (count > 0) return { value: count / seconds };
    return {
      message: 'No request at all costs nothing but tasks',
      suggestion: 'Give a rate above 0.',
    };
  },
};

/** The busiest time over the mean. */
export const peakFactor: Unit<number> = {
  what: 'a peak',
  right: 'how many times the mean the busiest hour has, for example x3',
  pattern: /^[x×]? ?(\d+(?:\.\d+)?) ?[x×]?$/i,
  read: ([, times]) => ({ value: Number(times) }),
};

const bytesPer: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1000,
  mb: 1e6,
  kib: 1024,
  mib: 1024 ** 2,
};

/** In bytes. */
export const bodySize: Unit<number> = {
  what: 'a size',
  right: 'a number with B, kB or MB, for example 10kB',
  pattern: /^(\d+(?:\.\d+)?) ?(B|kB|KB|MB|KiB|MiB)$/i,
  read: ([, amount, unit = '']) => ({
    value: Math.round(Number(amount) * (bytesPer[unit.toLowerCase()] ?? Number.NaN)),
  }),
};

/** A number of tasks or slots. */
export const wholeNumber: Unit<number> = {
  what: 'a whole number',
  right: 'a whole number, for example 2',
  pattern: /^(\d+)$/,
  read: ([, count]) => ({ value: Number(count) }),
};
