import type { Arm } from '../../domain/arm.ts';
import { hoursPerMonth } from '../../domain/money/lambda-month.ts';
import { type FitCheck, type FitRow, trustedError } from '../../domain/simulation/fit-check.ts';
import type { ArmResult, ArmWorkloadResult, Verdict } from '../../domain/verdict/verdict.ts';
import type { ArmMarks, WhatIf } from '../../domain/what-if/what-if.ts';
import { blank, change, milliseconds, percent, usd } from '../../report/format.ts';
import { sentence, table } from '../check/check-text.ts';
import { columns, wrap } from '../wrap.ts';

/** The answer for people: at most 80 columns, without colour. */
export function whatIfLines(answer: WhatIf): string[] {
  const { baseline, changed, fit, notes } = answer;
  return [
    ...wrap(`What if, for campaign ${answer.campaignId}:`),
    ...answer.changes.flatMap((line) => wrap(`  ${line}`, { indent: '    ' })),
    '',
    ...wrap(`As measured: ${decisionWords(baseline)}.`, { indent: '  ' }),
    ...wrap(`Changed:     ${decisionWords(changed)}, ${markWords(answer)}.`, { indent: '  ' }),
    ...wrap(flipSentence(answer), { indent: '  ' }),
    '',
    ...costTable(answer),
    '',
    ...speedTable(answer),
    '',
    ...wrap(`${legend}${sloLegend(answer)}`, { indent: '  ' }),
    ...(fit === undefined ? [] : ['', ...fitLines(fit)]),
    ...(notes.length === 0 ? [] : ['', ...notes.flatMap((note) => sentence(`- ${note}`))]),
  ];
}

const legend =
  'Pairs of figures are as measured → changed. re-priced: computed anew from the stored ' +
  'observations; simulated: by the simulator fitted to this campaign.';

function decisionWords({ answer, isDecided }: Verdict): string {
  if (answer === undefined) return 'no arm is fast enough';
  return isDecided ? answer : `${answer}, but undecided`;
}

function markWords({ answerMark, fit }: WhatIf): string {
  const isDoubted = fit !== undefined && !fit.isTrusted;
  return isDoubted ? `${answerMark} (not trustworthy here)` : answerMark;
}

function flipSentence({ flips, baseline, changed }: WhatIf): string {
  if (!flips) return 'The answer stays.';
  return `The answer FLIPS from ${baseline.answer ?? 'none'} to ${changed.answer ?? 'none'}.`;
}

function costTable({ baseline, changed, marks }: WhatIf): string[] {
  const rows = changed.arms.map((now) => {
    const before = baseline.arms.find(({ arm }) => arm === now.arm);
    return [
      now.arm.replace('-again', ' A/A'),
      pair(before && fastWord(before), fastWord(now)),
      pair(before && usd(before.costPer1000Usd), usd(now.costPer1000Usd)),
      before === undefined ? blank : change(now.costPer1000Usd / before.costPer1000Usd),
      pair(before && monthWords(before), monthWords(now)),
      marks[now.arm]?.cost ?? blank,
    ];
  });
  return table(['arm', 'fast', '$/1,000 good', 'cost', '$/month', 'cost is'], rows);
}

function fastWord({ isFastEnough }: ArmResult): string {
  return isFastEnough ? 'yes' : 'no';
}

/** At the load of the evaluation, whole dollars: nobody knows a month's cents. */
function monthWords({ cost }: ArmResult): string {
  const month = (cost.allInUsd / cost.hours) * hoursPerMonth;
  return month.toLocaleString('en-US', { maximumFractionDigits: month < 10 ? 1 : 0 });
}

/** Without its medians where names and figures are too long for a line. */
function speedTable(answer: WhatIf): string[] {
  const head = ['arm, workload', 'p50 ms', 'p95 ms', 'inside SLO', 'speed is'];
  const rows = speedRows(answer);
  const whole = table(head, rows);
  if (whole.every((line) => line.length <= columns)) return whole;
  return table(
    head.filter((_, column) => column !== 1),
    rows.map((row) => row.filter((_, column) => column !== 1)),
  );
}

function speedRows({ baseline, changed, marks }: WhatIf): string[][] {
  return changed.arms.flatMap(({ arm, workloads }) =>
    workloads.map((now) => {
      const before = baseline.arms
        .find((one) => one.arm === arm)
        ?.workloads.find(({ workload }) => workload === now.workload);
      return [
        `${shortArm(arm)} ${now.workload}`,
        pair(quantileWords(before, 'p50'), quantileWords(now, 'p50') ?? blank),
        pair(quantileWords(before, 'p95'), quantileWords(now, 'p95') ?? blank),
        pair(before && percent(before.attainment), percent(now.attainment)),
        speedMark(marks[arm]),
      ];
    }),
  );
}

/** Long names of arms would leave no room for those of workloads. */
function shortArm(arm: Arm): string {
  return arm.replace('-only', '').replace('best-', '').replace('-again', ' A/A');
}

function quantileWords(
  result: ArmWorkloadResult | undefined,
  name: 'p50' | 'p95',
): string | undefined {
  const value = result?.[name];
  return value === undefined ? undefined : milliseconds(value);
}

function pair(before: string | undefined = blank, now: string): string {
  return before === now ? now : `${before}→${now}`;
}

function speedMark(marks: ArmMarks | undefined): string {
  if (marks === undefined) return blank;
  return marks.latency === marks.attainment ? marks.latency : `${marks.latency}*`;
}

function sloLegend({ marks }: WhatIf): string {
  const own = Object.values(marks);
  return own.some(({ latency, attainment }) => latency !== attainment)
    ? ' * inside SLO is re-priced.'
    : '';
}

const worstShown = 3;

function fitLines(fit: WhatIf['fit'] & {}): string[] {
  const blocks = `${fit.blocks} scored ${fit.blocks === 1 ? 'block' : 'blocks'}`;
  const how = fit.isOwnSimulation
    ? `The campaign is a simulation, simulated again with its own parameters: its ${blocks}`
    : `Fitted to the collection, the simulator says of the ${blocks} that it has not seen: they`;
  if (fit.worst < 0.0005) return wrap(`${how} come out as they were.`, { indent: '  ' });
  const worst = fit.rows
    .toSorted((one, other) => Math.abs(other.error) - Math.abs(one.error))
    .slice(0, worstShown);
  const verdict = trustWords(fit);
  return [
    ...wrap(`${how} come out ${verdict}`, { indent: '  ' }),
    ...worst.flatMap((row) => wrap(`  ${rowWords(row)}`, { indent: '    ' })),
    ...wrap(`  (${coverage(fit)})`, { indent: '    ' }),
  ];
}

function trustWords({ isTrusted, worst }: FitCheck): string {
  if (isTrusted) return `off by at most ${percent(worst)}.`;
  if (worst > trustedError) {
    return `off by up to ${percent(worst)}, above ${percent(trustedError)}: NOT TRUSTWORTHY HERE.`;
  }
  return (
    `off by at most ${percent(worst)} in cost and cold starts; ` +
    'of too few requests no quantile could be checked: NOT TRUSTWORTHY HERE.'
  );
}

function coverage({ rows }: FitCheck): string {
  const within = rows.filter(({ error }) => Math.abs(error) <= trustedError).length;
  return `${within} of ${rows.length} figures are within ${percent(trustedError)}`;
}

function rowWords({ arm, workload, figure, measured, predicted, error }: FitRow): string {
  const what =
    workload === undefined ? `${figure} of ${arm}` : `${figure} of ${workload} on ${arm}`;
  switch (figure) {
    case 'cost':
      return `${what}: ${usd(predicted)} for ${usd(measured)} measured (${change(1 + error)})`;
    case 'cold share':
      return `${what}: ${percent(predicted)} for ${percent(measured)} measured`;
    case 'p50':
    case 'p95':
      return (
        `${what}: ${milliseconds(predicted)} ms for ${milliseconds(measured)} ms measured ` +
        `(${change(1 + error)})`
      );
    default:
      return figure satisfies never;
  }
}
