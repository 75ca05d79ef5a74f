import type { Block, CardDocument, List, Section, Table } from '../report/document.ts';
import { columns as width, wrap } from './wrap.ts';

/** A card as plain text in lines of at most 80 columns; charts appear as the tables behind them. */
export function documentText({ title, subtitle, remarks, sections }: CardDocument): string[] {
  return [
    ...wrap(title),
    ...wrap(subtitle),
    ...remarks.flatMap((remark) => wrap(remark)),
    ...sections.flatMap(sectionText),
  ];
}

function sectionText({ title, blocks }: Section): string[] {
  return ['', title, '-'.repeat(title.length), ...blocks.flatMap(withGap)];
}

function withGap(block: Block, index: number): string[] {
  return index === 0 ? blockText(block) : ['', ...blockText(block)];
}

function blockText(block: Block): string[] {
  switch (block.kind) {
    case 'paragraph':
      return wrap(block.text);
    case 'list':
      return listText(block);
    case 'table':
      return tableText(block);
    case 'chart':
      return tableText({ ...block.table, caption: block.title });
    default:
      return block satisfies never;
  }
}

function listText({ entries }: List): string[] {
  return entries.flatMap(({ text, advice, isSerious }) =>
    wrap(`${isSerious === true ? '!' : '-'} ${text}${advice === undefined ? '' : ` ${advice}`}`, {
      indent: '  ',
    }),
  );
}

const gap = '  ';

function tableText({ caption, columns, rows, note }: Table): string[] {
  const table = [columns.map(({ label }) => label), ...rows.map(({ cells }) => cells)];
  const widths = fittingWidths(
    columns.map((column, index) => ({
      width: Math.max(...table.map((cells) => cells[index]?.length ?? 0)),
      canWrap: column.isNumber !== true,
    })),
  );
  const lines = table.flatMap((cells) => rowText(cells, columns, widths));
  return [...wrap(caption), ...lines, ...(note === undefined ? [] : wrap(note))];
}

/** What is too wide is taken from the widest column of words, down to a width that still reads. */
function fittingWidths(
  columns: readonly { readonly width: number; readonly canWrap: boolean }[],
): number[] {
  const widths = columns.map((column) => column.width);
  const widthOf = (index: number): number => (columns[index]?.canWrap ? (widths[index] ?? 0) : 0);
  const total = widths.reduce((sum, own) => sum + own, 0) + gap.length * (widths.length - 1);
  for (let over = total - width; over > 0; over -= 1) {
    const widest = [...widths.keys()].reduce((a, b) => (widthOf(b) > widthOf(a) ? b : a), 0);
    if (widthOf(widest) <= narrowest) break;
    widths[widest] = widthOf(widest) - 1;
  }
  return widths;
}

const narrowest = 10;

function rowText(cells: readonly string[], columns: Table['columns'], widths: readonly number[]) {
  const wrapped = cells.map((cell, index) =>
    columns[index]?.isNumber === true ? [cell] : wrapCell(cell, widths[index] ?? 0),
  );
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    wrapped
      .map((lines, index) => {
        const text = lines[line] ?? '';
        const own = widths[index] ?? 0;
        return columns[index]?.isNumber === true ? text.padStart(own) : text.padEnd(own);
      })
      .join(gap)
      .trimEnd(),
  );
}

/** A word that is longer than its column is cut into pieces, so that its neighbours stay in line. */
function wrapCell(cell: string, columnWidth: number): string[] {
  return wrap(cell, { width: columnWidth }).flatMap(
    (line) => line.match(new RegExp(`.{1,${columnWidth}}`, 'gu')) ?? [''],
  );
}
