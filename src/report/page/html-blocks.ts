import { chartCsv } from '../charts/chart-values.ts';
import type { Block, Chart, List, Section, Table } from '../document.ts';
import { counted } from '../format.ts';
import type { Drawings } from './charts.ts';
import { escaped, prose } from './html-text.ts';

export function sectionMarkup(section: Section, drawings: Drawings): string {
  return `<section id="${escaped(section.id)}">
<h2>${escaped(section.title)}</h2>
${section.blocks.map((block) => blockMarkup(block, drawings)).join('\n')}
</section>`;
}

function blockMarkup(block: Block, drawings: Drawings): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${prose(block.text)}</p>`;
    case 'list':
      return listMarkup(block);
    case 'table':
      return block.rows.length > mostRows ? foldedTable(block) : tableMarkup(block);
    case 'chart':
      return chartMarkup(block, drawings);
    default:
      return block satisfies never;
  }
}

function listMarkup(list: List): string {
  const entries = list.entries.map((entry) => {
    const advice =
      entry.advice === undefined ? '' : ` <span class="advice">${prose(entry.advice)}</span>`;
    const kind = entry.isSerious === true ? ' class="serious"' : '';
    return `<li${kind}><span class="fact">${prose(entry.text)}</span>${advice}</li>`;
  });
  return `<ul>\n${entries.join('\n')}\n</ul>`;
}

/** A chart whose drawing failed says so, and its table stands open. */
function chartMarkup(chart: Chart, drawings: Drawings): string {
  const { name = chart.id, svg, failure = 'it was not drawn' } = drawings.get(chart) ?? {};
  const href = `data:text/csv;charset=utf-8,${encodeURIComponent(chartCsv(chart))}`;
  const values = `${tableMarkup(chart.table)}
<p class="note"><a download="${escaped(name)}.csv" href="${escaped(href)}">Download these values as CSV</a></p>`;
  const drawing =
    svg === undefined
      ? `<p class="note">The chart could not be drawn: ${prose(failure)}</p>\n${values}`
      : `<div class="drawing" style="max-width: ${widthOf(svg)}px">${svg}</div>`;
  return `<figure id="figure-${escaped(name)}">
<figcaption>${prose(chart.title)}</figcaption>
${drawing}
<p class="note units">${prose(chart.caption)}</p>
${svg === undefined ? '' : folded('The data behind it', values)}
</figure>`;
}

/** So much larger than it was drawn may a chart become: its texts are then as large as the page's. */
const mostEnlarged = 1.3;

function widthOf(svg: string): number {
  const [, width = '440'] = /^<svg[^>]* width="([\d.]+)"/.exec(svg) ?? [];
  return Math.round(mostEnlarged * Number(width));
}

/** More rows than that are looked up, not read: the hours of a week. */
const mostRows = 40;

function foldedTable(table: Table): string {
  return folded(`${table.caption}: ${counted(table.rows.length, 'row')}`, tableMarkup(table));
}

/**
 * What is folded stands beside the element that unfolds it, not in it: on paper nothing can be
 * opened, and the stylesheet shows it.
 */
function folded(summary: string, content: string): string {
  return `<details><summary>${prose(summary)}</summary></details>
<div class="folded">
${content}
</div>`;
}

function tableMarkup(table: Table): string {
  const heads = table.columns.map(
    (column) => `<th scope="col"${numberClass(column.isNumber)}>${escaped(column.label)}</th>`,
  );
  const rows = table.rows.map((row) => {
    const cells = row.cells.map((cell, index) => cellMarkup(table, cell, index));
    return `<tr${row.isAnswer === true ? ' class="is-answer"' : ''}>${cells.join('')}</tr>`;
  });
  const note = table.note === undefined ? '' : `\n<p class="note">${prose(table.note)}</p>`;
  // The caption stands outside what scrolls, so that it can be read on a narrow screen.
  return `<p class="caption">${prose(table.caption)}</p>
<div class="table ${narrowForm(table)}"><table aria-label="${escaped(table.caption)}">
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>${note}`;
}

/** A card for each of many rows would make a telephone's page endless: these are scrolled sideways. */
const mostCards = 8;

function narrowForm({ narrow = 'scroll', rows }: Table): 'cards' | 'scroll' {
  return rows.length > mostCards ? 'scroll' : narrow;
}

/** Words of a cell that are not broken: more would make a table too wide. */
const shortLength = 24;

function cellMarkup(table: Table, cell: string, index: number): string {
  const column = table.columns[index];
  const isShort = cell.length <= shortLength;
  if (index === 0) {
    return `<th scope="row"${isShort ? '' : ' class="long"'}>${escaped(cell)}</th>`;
  }
  // On a narrow screen a row becomes a card, and each cell carries its column's name.
  const label = escaped(column?.label ?? '');
  const short = isShort ? ' class="short"' : '';
  const kind = column?.isNumber === true ? numberClass(true) : short;
  return `<td data-label="${label}"${kind}>${escaped(cell)}</td>`;
}

function numberClass(isNumber: boolean | undefined): string {
  return isNumber === true ? ' class="number"' : '';
}
