import type { Answer, Block, Figure, List, ReportDocument, Section, Table } from './document.ts';
import { stylesheet } from './stylesheet.ts';

/**
 * The report as one HTML file: no script, nothing that is loaded from elsewhere (the policy in its
 * head forbids it as well), so that it opens from a disk, a mail or an archive in ten years.
 */
export function writeHtml(report: ReportDocument): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${escaped(report.title)}</title>
<style>
${stylesheet}
</style>
</head>
<body>
<header>
<h1>${escaped(report.title)}</h1>
<p class="subtitle">${escaped(report.subtitle)}</p>
</header>
<main>
${answerMarkup(report.answer)}
${contentsMarkup(report.sections)}
${report.sections.map(sectionMarkup).join('\n')}
</main>
</body>
</html>
`;
}

/** Text as it stands in HTML, in element content and in quoted attributes. */
export function escaped(plain: string): string {
  return plain
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Prose: besides, no line ends between a figure and its percent sign. */
function prose(plain: string): string {
  return escaped(plain).replace(/(?<=\d) (?=%)/g, '&nbsp;');
}

const stateLabel = { decided: 'Decided', undecided: 'Undecided', none: 'No verdict' } as const;

function answerMarkup(answer: Answer): string {
  const remarks = answer.remarks.map((remark) => `<p>${prose(remark)}</p>`);
  return `<section class="answer ${answer.state}" aria-label="Answer">
<p class="state">${stateLabel[answer.state]}</p>
<p class="sentence">${prose(answer.sentence)}</p>
${remarks.join('\n')}
</section>`;
}

function contentsMarkup(sections: readonly Section[]): string {
  const links = sections.map(
    (section) => `<a href="#${escaped(section.id)}">${escaped(section.title)}</a>`,
  );
  return `<nav aria-label="Contents">${links.join('\n')}</nav>`;
}

function sectionMarkup(section: Section): string {
  return `<section id="${escaped(section.id)}">
<h2>${escaped(section.title)}</h2>
${section.blocks.map(blockMarkup).join('\n')}
</section>`;
}

function blockMarkup(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${prose(block.text)}</p>`;
    case 'list':
      return listMarkup(block);
    case 'table':
      return tableMarkup(block);
    case 'figure':
      return figureMarkup(block);
    case 'chart':
      return tableMarkup(block.table);
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

function figureMarkup(figure: Figure): string {
  return `<figure>
<figcaption>${prose(figure.caption)}</figcaption>
<div class="drawings">${figure.drawings.join('\n')}</div>
<details><summary>The same figures as a table</summary>
${tableMarkup(figure.table)}
</details>
</figure>`;
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
<div class="table ${table.narrow ?? 'scroll'}"><table aria-label="${escaped(table.caption)}">
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>${note}`;
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
