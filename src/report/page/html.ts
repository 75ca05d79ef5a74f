import type { Answer, Part, ReportDocument } from '../document.ts';
import type { Drawings } from './charts.ts';
import { sectionMarkup } from './html-blocks.ts';
import { escaped, prose } from './html-text.ts';
import { stylesheet } from './stylesheet.ts';

/**
 * The report as one HTML file: no script, nothing that is loaded from elsewhere (the policy in its
 * head forbids it as well), so that it opens from a disk, a mail or an archive in ten years.
 */
export function writeHtml(report: ReportDocument, drawings: Drawings): string {
  const [summary, ...parts] = report.parts.filter(({ sections }) => sections.length > 0);
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
${summary === undefined ? '' : partMarkup(summary, drawings)}
${contentsMarkup(parts)}
${parts.map((part) => `${partTitle(part)}\n${partMarkup(part, drawings)}`).join('\n')}
</main>
</body>
</html>
`;
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

/** After the summary, which needs none: what a reader may want to look up. */
function contentsMarkup(parts: readonly Part[]): string {
  const groups = parts.map(({ title, sections }) => {
    const links = sections.map(
      ({ id, title: name }) => `<a href="#${escaped(id)}">${escaped(name)}</a>`,
    );
    return `<div><p>${escaped(title)}</p>\n${links.join('\n')}</div>`;
  });
  return `<nav aria-label="Contents">${groups.join('\n')}</nav>`;
}

function partTitle({ title }: Part): string {
  return `<p class="part">${escaped(title)}</p>`;
}

function partMarkup({ sections }: Part, drawings: Drawings): string {
  return sections.map((section) => sectionMarkup(section, drawings)).join('\n');
}
