import { colourVariables, darkColours, lightColours, printColours } from '../colours.ts';

export const stylesheet = `
:root { ${colourVariables(lightColours)} }
@media (prefers-color-scheme: dark) {
  :root { ${colourVariables(darkColours)} }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 74rem;
  background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  overflow-wrap: break-word;
}
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
.part {
  margin: 4rem 0 -1.5rem; font-size: .8rem; font-weight: 600; letter-spacing: .06em;
  text-transform: uppercase; color: var(--soft);
}
p { margin: .5rem 0; max-width: 50rem; }
.answer p { max-width: 60rem; }
.subtitle, .note, .advice, nav a { color: var(--soft); }
.note { font-size: .85rem; }
.answer {
  margin: 1.25rem 0 1rem; padding: .9rem 1.1rem; border-radius: .4rem;
  border-left: .35rem solid var(--neutral); background: var(--panel);
}
.answer.decided { border-color: var(--answer); background: var(--answer-panel); }
.answer.undecided { border-color: var(--doubt); background: var(--doubt-panel); }
.answer .state {
  margin: 0; font-size: .8rem; font-weight: 600; letter-spacing: .04em; text-transform: uppercase;
  color: var(--soft);
}
.answer.decided .state { color: var(--answer); }
.answer.undecided .state { color: var(--doubt); }
.answer .sentence { font-size: 1.2rem; line-height: 1.4; font-weight: 600; margin: .15rem 0 .5rem; }
nav {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem 1.5rem;
  margin-top: 3rem; padding: 1rem 1.1rem; border-radius: .4rem; background: var(--panel); font-size: .9rem;
}
nav p { margin: 0 0 .2rem; font-weight: 600; }
nav a { display: block; padding: .2rem 0; text-decoration-color: var(--line); text-underline-offset: .2em; }
a { color: inherit; }
ul { padding-left: 0; list-style: none; margin: .5rem 0; max-width: 60rem; }
li { padding: .45rem 0 .45rem .9rem; border-left: 3px solid var(--line); margin-bottom: .4rem; }
li.serious { border-color: var(--serious); }
li.serious .fact { font-weight: 600; }
.table { overflow-x: auto; margin: 0 0 .25rem; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
.caption { color: var(--soft); font-size: .9rem; margin: 1.1rem 0 .2rem; }
th, td { padding: .32rem .42rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-weight: 600; }
td:not(.short):not(.number) { overflow-wrap: anywhere; min-width: 9rem; }
thead th { color: var(--soft); vertical-align: bottom; }
tbody th { font-weight: 500; }
tbody th, td.number, td.short { white-space: nowrap; }
tbody th.long { white-space: normal; min-width: 11rem; }
th:first-child { padding-left: .2rem; }
.number { text-align: right; }
tr.is-answer { background: var(--answer-panel); }
tr.is-answer th, tr.is-answer td { font-weight: 650; }
figure {
  display: grid; grid-template-columns: minmax(0, 33rem) minmax(14rem, 1fr); column-gap: 2rem;
  align-items: start; margin: 1.5rem 0 2rem;
}
figure > * { grid-column: 1 / -1; }
figure > .drawing { grid-column: 1; }
figure > .units { grid-column: 2; margin-top: 1.2rem; }
figcaption { font-weight: 600; margin-bottom: .4rem; max-width: 50rem; }
.drawing svg { width: 100%; height: auto; display: block; }
details { margin-top: .4rem; font-size: .9rem; }
summary { cursor: pointer; color: var(--soft); padding: .2rem 0; }
@media screen { details:not([open]) + .folded { display: none; } }
@media (max-width: 56rem) {
  figure { display: block; }
  figure > .units { margin-top: .4rem; }
}
@media (max-width: 40rem) {
  body { padding: 1rem .8rem 3rem; }
  h1 { font-size: 1.3rem; }
  nav { grid-template-columns: 1fr; gap: .6rem; }
  nav a { display: inline-block; padding: .3rem .8rem .3rem 0; }
  .table.scroll td:not(.short):not(.number) { min-width: 12rem; }
  .table.scroll tbody th { white-space: normal; }
  .answer .sentence { font-size: 1.08rem; }
  .table.cards table, .table.cards tbody, .table.cards tr { display: block; }
  .table.cards thead { position: absolute; left: -999rem; }
  .table.cards tr { border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .7rem; margin-bottom: .6rem; }
  .table.cards tbody th { display: block; border: 0; padding: .1rem 0; font-weight: 650; }
  .table.cards td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .1rem 0; text-align: right; white-space: normal; }
  .table.cards td::before { content: attr(data-label); color: var(--soft); text-align: left; font-weight: 400; flex: none; max-width: 45%; overflow-wrap: normal; }
  .table.cards td:empty { display: none; }
}
@media print {
  :root { color-scheme: light; ${colourVariables(printColours)} }
  @page { margin: 15mm; }
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; }
  nav, details { display: none; }
  .drawing, figcaption, tr, .answer, li { break-inside: avoid; }
  h2, .caption, figcaption, .part { break-after: avoid; }
  thead { display: table-header-group; }
  .table { overflow: visible; }
  /* A sheet is narrower than a screen, and nothing on it can be scrolled. */
  table { font-size: 7.5pt; max-width: 100%; }
  th, td { padding: .2rem .25rem; }
  tbody th, td.number, td.short, tbody th.long { white-space: normal; min-width: 0; overflow-wrap: anywhere; }
  td:not(.short):not(.number) { min-width: 4rem; }
  figure { display: block; }
  .drawing { max-width: 11.5cm !important; }
  a { text-decoration: none; }
  a[download] { display: none; }
}
`.trim();
