import { wrap } from '../wrap.ts';

/** How `check` sets its text: lines of 80 columns, terms in a column of their own. */
export const width = 80;

const termWidth = 12;

export function entry(term: string, text: string): string[] {
  return wrap(`${term.padEnd(termWidth)}${text}`, { width, indent: ' '.repeat(termWidth) });
}

export function sentence(text: string): string[] {
  return wrap(text, { width, indent: '  ' });
}

/** Columns as wide as their widest cell; the first is aligned left, the others right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => {
        const columnWidth = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(columnWidth) : cell.padStart(columnWidth);
      })
      .join('  '),
  );
}

/** `0:24`, `2:00`, `167:00:00`: time since the start of slot 1. */
export function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, '0');
  return hours === 0
    ? `${minutes}:${tail}`
    : `${hours}:${String(minutes).padStart(2, '0')}:${tail}`;
}

/** `6 min`, `45 s`, `3.2 h`: an estimate does not pretend to seconds. */
export function roundedDuration(ms: number): string {
  if (ms < 90_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

export function usd(amount: number): string {
  if (amount !== 0 && amount < 0.01) return `$${amount.toPrecision(1)}`;
  return `$${amount.toFixed(2)}`;
}
