/**
 * Colours carry one meaning each: blue is Lambda, orange is Fargate, green is the answer, red is
 * serious. The pair blue and orange stays apart for colour-blind readers (Okabe & Ito, 2008), and
 * every drawing also tells them apart by form or text.
 */
export const stylesheet = `
:root {
  --page: #ffffff; --ink: #1a1d21; --soft: #5b6470; --line: #d9dee4; --panel: #f5f7f9;
  --lambda: #0072b2; --lambda-soft: #8fc3e3; --ecs: #c9540a; --ecs-soft: #efb48c; --neutral: #8a94a0;
  --answer: #0a7a52; --answer-panel: #e9f6f0; --doubt: #8a6100; --doubt-panel: #fdf5e2;
  --serious: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --ink: #e6e9ec; --soft: #a0a9b4; --line: #343b43; --panel: #1d2226;
    --lambda: #56b4e9; --lambda-soft: #2a6188; --ecs: #f0883e; --ecs-soft: #8a4a1c; --neutral: #7d8792;
    --answer: #4cc38a; --answer-panel: #15291f; --doubt: #e3b341; --doubt-panel: #2b2413;
    --serious: #ff8078;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 74rem;
  background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  overflow-wrap: break-word;
}
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
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
nav { display: flex; flex-wrap: wrap; gap: .15rem 1rem; font-size: .9rem; }
nav a { text-decoration-color: var(--line); text-underline-offset: .2em; padding: .2rem 0; }
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
figure { margin: 1rem 0 1.5rem; }
figcaption { color: var(--soft); font-size: .9rem; margin-bottom: .5rem; }
.drawings { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: .75rem 1.25rem; }
.drawings svg { width: 100%; height: auto; display: block; }
.drawings svg.wide { grid-column: 1 / -1; max-width: 34rem; overflow: visible; }
details { margin-top: .4rem; font-size: .9rem; }
summary { cursor: pointer; color: var(--soft); }
svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--ink); }
svg .soft { fill: var(--soft); }
svg .strong { font-weight: 600; }
svg .axis { stroke: var(--line); fill: none; }
svg .ink { stroke: var(--ink); fill: none; stroke-width: 1.5; }
svg .limit { stroke: var(--serious); stroke-dasharray: 4 3; fill: none; }
svg .failed { stroke: var(--serious); stroke-width: 2.5; fill: var(--page); }
svg .fill-lambda { fill: var(--lambda); } svg .fill-lambda-soft { fill: var(--lambda-soft); }
svg .fill-ecs { fill: var(--ecs); } svg .fill-ecs-soft { fill: var(--ecs-soft); }
svg .fill-neutral { fill: var(--neutral); } svg .fill-ink { fill: var(--ink); }
svg .line-lambda { stroke: var(--lambda); fill: none; stroke-width: 2; }
svg .line-ecs { stroke: var(--ecs); fill: none; stroke-width: 2; }
svg .dashed { stroke-dasharray: 5 4; }
@media (max-width: 40rem) {
  body { padding: 1rem .8rem 3rem; }
  h1 { font-size: 1.3rem; }
  .table.scroll td:not(.short):not(.number) { min-width: 12rem; }
  .table.scroll tbody th { white-space: normal; }
  .answer .sentence { font-size: 1.08rem; }
  .table.cards table, .table.cards tbody, .table.cards tr { display: block; }
  .table.cards thead { position: absolute; left: -999rem; }
  .table.cards tr { border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .7rem; margin-bottom: .6rem; }
  .table.cards tbody th { display: block; border: 0; padding: .1rem 0; font-weight: 650; }
  .table.cards td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .1rem 0; text-align: right; white-space: normal; }
  .table.cards td::before { content: attr(data-label); color: var(--soft); text-align: left; font-weight: 400; flex: none; max-width: 45%; overflow-wrap: normal; }
}
@media print {
  :root { --page: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --panel: #ffffff; --answer-panel: #ffffff; --doubt-panel: #ffffff; --answer: #0a7a52; --doubt: #8a6100; --serious: #b3261e; --lambda: #0072b2; --lambda-soft: #8fc3e3; --ecs: #c9540a; --ecs-soft: #efb48c; }
  body { max-width: none; font-size: 10pt; padding: 0; }
  nav, details { display: none; }
  figure, tr, .answer, li { break-inside: avoid; }
  h2 { break-after: avoid; }
  .table { overflow: visible; }
}
`.trim();
