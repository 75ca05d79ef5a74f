import type { Chart, Table } from '../document.ts';

type ValueRow = Readonly<Record<string, unknown>>;

/**
 * The values that a chart was drawn from, as CSV, to twelve digits; of a chart that holds no
 * rows of its own, its table.
 */
export function chartCsv({ spec, table }: Chart): string {
  const rows = valueRows(spec);
  if (rows.length === 0) return tableCsv(table);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => columns.map((column) => csvCell(row[column])));
  return written([columns.map(csvCell), ...lines]);
}

function tableCsv({ columns, rows }: Table): string {
  const head = columns.map(({ label }) => csvCell(label));
  return written([head, ...rows.map(({ cells }) => cells.map(csvCell))]);
}

/** Every row of every `data: { values }`, wherever layers and panels keep them; each set once. */
function valueRows(spec: unknown): readonly ValueRow[] {
  const sets = new Set<readonly unknown[]>();
  collect(spec, sets);
  return [...sets].flat().filter(isRow);
}

function collect(part: unknown, sets: Set<readonly unknown[]>): void {
  if (typeof part !== 'object' || part === null) return;
  for (const [key, value] of Object.entries(part)) {
    if (key === 'data' && isRow(value) && Array.isArray(value['values'])) sets.add(value['values']);
    else collect(value, sets);
  }
}

function isRow(value: unknown): value is ValueRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function written(lines: readonly (readonly string[])[]): string {
  return `${lines.map((cells) => cells.join(',')).join('\r\n')}\r\n`;
}

/**
 * A database that sums in several threads leaves the last digits to chance; without them the same
 * campaign gives the same bytes.
 */
function steady(value: number): number {
  return Number(value.toPrecision(12));
}

/** RFC 4180; a spreadsheet takes a text that begins like a formula for one, so it is kept apart. */
function csvCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(steady(value)) : '';
  const cell = typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = typeof value === 'string' && /^[=+@\t]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
