import {
  type Answer,
  type Block,
  type CardDocument,
  type Chart,
  type List,
  type ReportDocument,
  type Section,
  sectionsOf,
  type Table,
} from '../document.ts';
import type { Drawings } from './charts.ts';

/** The report as GitHub-flavoured Markdown. A chart is a file beside it, with its table. */
export function writeMarkdown(report: ReportDocument, drawings: Drawings): string {
  const parts = [
    `# ${escaped(report.title)}`,
    escaped(report.subtitle),
    answerText(report.answer),
    ...sectionsOf(report).map((section) => sectionText(section, drawings)),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** A card as GitHub-flavoured Markdown. */
export function writeCard(card: CardDocument): string {
  const parts = [
    `# ${escaped(card.title)}`,
    escaped(card.subtitle),
    ...card.remarks.map((remark) => `> ${escaped(remark)}`),
    ...card.sections.map((section) => sectionText(section, new Map())),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Text as it stands in Markdown: whatever a plan or a failure said cannot become markup. */
export function escaped(plain: string): string {
  return (
    plain
      .replace(/\s+/g, ' ')
      .replace(/[\\`*|~]/g, '\\$&')
      // Brackets make a link or a note only before one of these; an interval stays as it is.
      .replace(/\](?=[([:])|\[(?=\^)/g, '\\$&')
      .replace(/&(?=[#a-z])/gi, '&amp;')
      .replace(/</g, '&lt;')
      // An underscore inside a word is harmless, and names of columns read better without backslash.
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
      .replace(/^(\s*)([#>+-]|\d+[.)])(?=\s)/, '$1\\$2')
  );
}

function answerText(answer: Answer): string {
  const remarks = answer.remarks.map((remark) => `> ${escaped(remark)}`);
  return [`> **${escaped(answer.sentence)}**`, ...remarks].join('\n>\n');
}

function sectionText(section: Section, drawings: Drawings): string {
  const blocks = section.blocks.map((block) => blockText(block, drawings));
  return [`## ${escaped(section.title)}`, ...blocks].join('\n\n');
}

function blockText(block: Block, drawings: Drawings): string {
  switch (block.kind) {
    case 'paragraph':
      return escaped(block.text);
    case 'list':
      return listText(block);
    case 'table':
      return tableText(block);
    case 'chart':
      return chartText(block, drawings);
    default:
      return block satisfies never;
  }
}

function listText(list: List): string {
  const lines = list.entries.map((entry) => {
    const fact = escaped(entry.text);
    const marked = entry.isSerious === true ? `**${fact}**` : fact;
    return entry.advice === undefined ? `- ${marked}` : `- ${marked} ${escaped(entry.advice)}`;
  });
  return lines.join('\n');
}

/** A card stands alone: there the table speaks for the chart. */
function chartText(chart: Chart, drawings: Drawings): string {
  const { name, svg } = drawings.get(chart) ?? {};
  const title = escaped(chart.title);
  // Brackets would end the text of the image, and whatever follows would be taken for a link.
  const spoken = escaped(chart.title.replace(/[[\]]/g, ''));
  const image = svg === undefined ? [] : [`![${spoken}](figures/${name}.svg)`];
  return [`**${title}**`, ...image, escaped(chart.caption), tableText(chart.table)].join('\n\n');
}

function tableText(table: Table): string {
  const header = table.columns.map((column) => escaped(column.label));
  const rule = table.columns.map((column) => (column.isNumber === true ? '--:' : '---'));
  const rows = table.rows.map((row) => {
    const cells = row.cells.map(escaped);
    return row.isAnswer === true ? cells.map((cell) => `**${cell}**`) : cells;
  });
  const lines = [header, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const note = table.note === undefined ? [] : [escaped(table.note)];
  return [`*${escaped(table.caption)}*`, lines.join('\n'), ...note].join('\n\n');
}
