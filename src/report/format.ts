import { type Claim, marginOf } from '../domain/simulation/scorecard.ts';

/**
 * Numbers as people read them. Everything that a report prints goes through here, so that a figure
 * looks the same in every table.
 */

/** Printed where there is no value; the table says why. */
export const blank = '–';

/** US dollars with three significant digits, never in scientific notation: `$0.00412`, `$1,230`. */
export function usd(value: number): string {
  if (value === 0) return '$0';
  const sign = value < 0 ? '−' : '';
  return `${sign}$${significant(Math.abs(value), 3)}`;
}

/** Milliseconds without their unit: one decimal below 10, whole numbers above. */
export function milliseconds(value: number): string {
  return Math.abs(value) < 10 ? trimmed(value, 1) : grouped(Math.round(value));
}

/** A length of time in the unit that a person would use: `80 ms`, `4.5 s`, `6 min 12 s`, `2 h`. */
export function duration(valueMs: number): string {
  if (valueMs < 1000) return `${milliseconds(valueMs)} ms`;
  if (valueMs < 59_950) return `${trimmed(valueMs / 1000, 1)} s`;
  const seconds = Math.round(valueMs / 1000);
  if (seconds < 3600) return twoUnits(seconds, 60, 'min', 's');
  return twoUnits(Math.round(seconds / 60), 60, 'h', 'min');
}

/** A share in [0, 1] as percent: one decimal, two where it is nearly none or nearly all. */
export function percent(share: number): string {
  const value = 100 * share;
  const isNearEnd = (value > 0 && value < 1) || (value > 99 && value < 100);
  const text = trimmed(value, isNearEnd ? 2 : 1);
  // 99.999 % must not read as all, nor 0.001 % as none.
  if (value < 100 && text === '100') return '>99.99 %';
  if (value > 0 && text === '0') return '<0.01 %';
  return `${text} %`;
}

/** How much larger or smaller a ratio is than 1: `−18.2 %`, `+4 %`. */
export function change(ratio: number): string {
  if (!Number.isFinite(ratio)) return 'not estimable';
  const size = Math.abs(100 * (ratio - 1));
  // Beyond a doubling a tenth of a percent is noise to a reader.
  const text = trimmed(size, size >= 100 ? 0 : 1);
  if (text === '0') return '0 %';
  return `${ratio < 1 ? '−' : '+'}${text} %`;
}

export function count(value: number): string {
  return grouped(Math.round(value));
}

/** Requests in a time, as many digits as anyone acts on: `29,100`, `4.5`. */
export function rate(value: number): string {
  return figure(value);
}

/** `1 slot`, `6 slots`. */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${count(value)} ${value === 1 ? singular : plural}`;
}

/** A plain number with up to three significant digits: rates, ratios, scores. */
export function figure(value: number): string {
  return trimmed(Number(value.toPrecision(3)), 12);
}

/** A claim of the simulator beside its target: four digits, because one that fails may be near. */
export function claimFigure(value: number): string {
  return trimmed(Number(value.toPrecision(4)), 12);
}

/** `0.01014 ± 0.00008`: what was drawn is known to the half of its 95 % interval. */
export function oursFigure(claim: Pick<Claim, 'ours' | 'error'>): string {
  const margin = marginOf(claim);
  return claimFigure(claim.ours) + (margin === 0 ? '' : ` ± ${Number(margin.toPrecision(1))}`);
}

/** A utility: its differences are small against it, so it has four decimals. */
export function utility(value: number): string {
  return `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(4)}`;
}

/** UTC, to the second, as it is written everywhere in the product. */
export function utc(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** `1 to 6, 8`: a week has 168. */
export function ranges(slots: readonly number[]): string {
  const runs: { first: number; last: number }[] = [];
  for (const slot of slots) {
    const run = runs.at(-1);
    if (run !== undefined && slot === run.last + 1) run.last = slot;
    else runs.push({ first: slot, last: slot });
  }
  return runs
    .map(({ first, last }) => (first === last ? String(first) : `${first} to ${last}`))
    .join(', ');
}

/** The words of a sentence with its first letter large. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A sentence of its own, continued after a colon: `The plan` becomes `the plan`. */
export function midSentence(text: string): string {
  return text.replace(/^(The|There|A|An|No|One|Every|It)(?= )/, (word) => word.toLowerCase());
}

/** Ends with a full stop, whatever the text ended with. */
export function sentence(text: string): string {
  const trimmedText = text.trim();
  return /[.!?]$/.test(trimmedText) ? trimmedText : `${trimmedText}.`;
}

function significant(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(rounded)));
  // A price below a millionth of a millionth is none of ours; `toFixed` has a limit.
  const [whole = '0', fraction] = rounded.toFixed(Math.min(decimals, 14)).split('.');
  return joined(grouped(Number(whole)), fraction);
}

/** At most so many decimals, and no zeros at the end. */
function trimmed(value: number, decimals: number): string {
  const [whole = '0', fraction] = String(Number(Math.abs(value).toFixed(decimals))).split('.');
  const digits = joined(grouped(Number(whole)), fraction);
  return value < 0 && digits !== '0' ? `−${digits}` : digits;
}

function joined(whole: string, fraction: string | undefined): string {
  return fraction === undefined ? whole : `${whole}.${fraction}`;
}

function grouped(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

function twoUnits(total: number, size: number, large: string, small: string): string {
  const rest = total % size;
  const first = `${Math.floor(total / size)} ${large}`;
  return rest === 0 ? first : `${first} ${rest} ${small}`;
}
