import type { Arm } from '../../domain/arm.ts';
import type { ComparedFigure, ComparedMetric } from '../../domain/evidence/comparison.ts';
import type { Difference } from '../../domain/evidence/difference.ts';
import { type ThresholdUnit, unitOf } from '../../domain/evidence/threshold.ts';
import { entry } from '../check/check-text.ts';
import { wrap } from '../wrap.ts';
import type { CampaignComparison } from './compare.ts';
import { type ComparedCampaign, type ComparedModel, shownFigures } from './compared-campaign.ts';
import { figureText } from './figure-text.ts';

/** A comparison for people: whether it is one comes first, then the answers, then the figures. */
export function comparisonLines(comparison: CampaignComparison): string[] {
  const { first, second } = comparison;
  return [
    ...entry('A', `${first.name} (${first.setting.plan.testbed})`),
    ...entry('B', `${second.name} (${second.setting.plan.testbed})`),
    ...comparabilityLines(comparison),
    '',
    ...entry('Answer A', answerText(first)),
    ...entry('Answer B', answerText(second)),
    ...capacityLines(comparison),
    ...metricLines(comparison),
    ...crossoverLines(comparison),
    ...modelLines(comparison),
  ];
}

function comparabilityLines({
  comparability,
  isSame,
  first,
  second,
}: CampaignComparison): string[] {
  const { question, plan, prices, machine, code } = comparability;
  const parts: readonly (readonly [string, readonly Difference[]])[] = [
    ['question', question],
    ['plan', plan],
    ['prices', prices],
    ['machine', machine],
  ];
  const different = parts.filter(([, differences]) => differences.length > 0);
  return [
    ...(question.length === 0 ? [] : ['', 'Different questions: what follows answers neither.']),
    ...(isSame ? ['', 'The same measurement twice: every request had the same outcome.'] : []),
    ...(different.length === 0 ? [] : ['', 'What differs (A, then B):']),
    ...different.flatMap(([name, differences]) => [
      `  ${name}`,
      ...differences.slice(0, mostShown).flatMap(differenceLine),
      ...(differences.length > mostShown
        ? [`    and ${differences.length - mostShown} more; --json lists them all.`]
        : []),
    ]),
    ...(code.length === 0 ? [] : wrap(`  code: ${code.join('; ')}`, { indent: '    ' })),
    ...(first.setting.plan.testbed === second.setting.plan.testbed
      ? []
      : wrap('Different testbeds: a model, one machine and AWS are no samples of one another.')),
  ];
}

/** A plan that differs in everything would hide what follows. */
const mostShown = 12;

function differenceLine({ path, first, second }: Difference): string[] {
  return wrap(`    ${path}: ${valueText(first)}, ${valueText(second)}`, { indent: '      ' });
}

function valueText(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function answerText({ verdict }: ComparedCampaign): string {
  if ('none' in verdict) return `none: ${verdict.none}`;
  const arm = verdict.answer ?? 'no arm is shown to be fast enough';
  return verdict.isDecided ? `${arm}, decided` : `${arm}, undecided`;
}

const platformNames = { lambda: 'Lambda', ecs: 'Fargate' } as const;

function capacityLines({ first, second }: CampaignComparison): string[] {
  const lines = [first, second].map(({ setup }) =>
    setup === undefined
      ? 'no evaluation'
      : Object.entries(setup.table)
          .map(([workload, platform]) => `${workload} on ${platformNames[platform]}`)
          .join(', '),
  );
  return [
    ...entry('Capacity A', lines[0] ?? ''),
    ...entry('Capacity B', lines[0] === lines[1] ? 'the same' : (lines[1] ?? '')),
  ];
}

/** Intervals of seven digits stand apart, and a line still has 80 columns. */
const widths = { label: 24, figure: 20, ratio: 16 } as const;

function metricLines({ metrics, margin, isSame }: CampaignComparison): string[] {
  if (metrics.length === 0) return ['', 'Nothing to compare: one of them has no scored block.'];
  const measured = [...new Set(metrics.map(({ arm }) => arm))];
  return [
    '',
    row('', 'A', 'B', 'B / A'),
    row('', '95 %', '95 %', '95 %'),
    ...measured.flatMap((arm) => armLines(arm, metrics)),
    '',
    ...wrap(
      isSame
        ? 'B / A has no interval: it is one measurement.'
        : 'B / A takes the campaigns for independent samples: their variances add (Welch, on logs of ' +
            `block resamples). The words are B's by METHOD 6.3 with a margin of ${100 * margin} %; ` +
            'outside both frozen questions they describe and decide nothing.',
    ),
  ];
}

function armLines(arm: Arm, metrics: readonly ComparedMetric[]): string[] {
  const own = metrics.filter((metric) => metric.arm === arm);
  const [reason, ...others] = new Set(own.map(({ unknown }) => unknown));
  if (reason === undefined || others.length > 0) return [arm, ...own.flatMap(figureLines)];
  // What is unknown for one reason is told once, and not after every figure.
  return [
    `${arm} (${sideText(reason)})`,
    ...own.flatMap(({ unknown: _told, ...metric }) => figureLines(metric)),
  ];
}

/** The table calls the campaigns A and B. */
function sideText(unknown: string): string {
  return unknown.replace(/\bfirst:/, 'A:').replace(/\bsecond:/, 'B:');
}

function figureLines(compared: ComparedMetric): string[] {
  const { workload, metric, first, second, ratio, unknown } = compared;
  const unit = unitOf(metric);
  const name = metric.replace('latency-', '');
  const interval = (figure: ComparedFigure | undefined): string =>
    rangeText(figure, (value) => figureText(value, unit));
  return [
    row(
      `  ${workload === undefined ? name : `${workload} ${name}`}`,
      pointText(first, unit),
      pointText(second, unit),
      ratio === undefined ? '' : ratioText(ratio.ratio),
    ),
    row(
      ratio === undefined ? '' : `    ${ratio.contrast}`,
      interval(first),
      interval(second),
      rangeText(ratio, ratioText),
    ),
    ...(unknown === undefined ? [] : wrap(`    (${sideText(unknown)})`, { indent: '    ' })),
  ];
}

function pointText(figure: ComparedFigure | undefined, unit: ThresholdUnit): string {
  return figure === undefined ? '-' : figureText(figure.value, unit);
}

function rangeText(
  range: { readonly lower?: number; readonly upper?: number } | undefined,
  text: (value: number) => string,
): string {
  if (range?.lower === undefined || range.upper === undefined) return '';
  return `${text(range.lower)} - ${text(range.upper)}`;
}

function ratioText(ratio: number): string {
  return Number.isFinite(ratio) ? ratio.toPrecision(3) : 'unbounded';
}

/** A name that is too long for its column has a line of its own. */
function row(label: string, ...cells: readonly [string, string, string]): string {
  const [first, second, ratio] = cells;
  const figures =
    first.padStart(widths.figure) + second.padStart(widths.figure) + ratio.padStart(widths.ratio);
  const line =
    label.length <= widths.label
      ? `${label.padEnd(widths.label)}${figures}`
      : `${label}\n${' '.repeat(widths.label)}${figures}`;
  return line.trimEnd();
}

function crossoverLines({ first, second }: CampaignComparison): string[] {
  const workloads = [
    ...new Set([...first.crossovers, ...second.crossovers].map(({ workload }) => workload)),
  ];
  if (workloads.length === 0) return [];
  return [
    '',
    'Crossover: requests/h from which Fargate is cheaper',
    ...workloads.map((workload) =>
      row(`  ${workload}`, crossoverText(first, workload), crossoverText(second, workload), ''),
    ),
  ];
}

function crossoverText({ crossovers }: ComparedCampaign, workload: string): string {
  const found = crossovers.find((crossover) => crossover.workload === workload);
  if (found === undefined) return '-';
  const { breakEven } = found;
  return breakEven === undefined ? 'never' : rateText(breakEven.requestsPerHour);
}

/** Three digits: prices and rates are not known better. */
function rateText(perHour: number): string {
  return Number(perHour.toPrecision(3)).toLocaleString('en-US');
}

function modelLines({ first, second }: CampaignComparison): string[] {
  const families = [...new Set([...first.models, ...second.models].map(({ family }) => family))];
  if (families.length === 0) return [];
  return [
    '',
    'Models of the last retraining, on slots that they had not seen',
    ...families.flatMap((family) => {
      const models = [first, second].map(({ models }) =>
        models.find((model) => model.family === family),
      );
      return [family, ...modelRows(models[0], models[1])];
    }),
  ];
}

function modelRows(first: ComparedModel | undefined, second: ComparedModel | undefined): string[] {
  const figures = shownFigures.flatMap((name) => {
    const [before, after] = [first?.figures[name], second?.figures[name]];
    if (before === undefined && after === undefined) return [];
    const text = (value: number): string => value.toFixed(3);
    return [
      row(`  ${name}`, before ? text(before.value) : '-', after ? text(after.value) : '-', ''),
      row('', rangeText(before, text), rangeText(after, text), ''),
    ];
  });
  const ceiling = (model: ComparedModel | undefined): string =>
    model === undefined ? '-' : model.ceiling.map((value) => value.toFixed(3)).join(' - ');
  return [...figures, row('  ceiling of accuracy', ceiling(first), ceiling(second), '')];
}
