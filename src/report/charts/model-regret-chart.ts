import type { Estimate } from '../../domain/models/model-evaluation.ts';
import type { Chart } from '../document.ts';
import { capitalised, listed } from '../format.ts';
import { chartColours, chartWidth } from '../page/chart-theme.ts';
import { comparisonTable, type JudgedModel } from '../sections/model-comparison.ts';

/** What each router leaves on the table, to the best that its features can tell (METHOD 6.1). */
export function regretChart(models: readonly JudgedModel[], inUse?: string): Chart {
  const rows = regretRows(models);
  return {
    kind: 'chart',
    id: 'model-comparison',
    title: title(rows),
    caption:
      'Regret in u to the attainable oracle, which stands at 0: lower is better. Lines: 95 % ' +
      'intervals over slots. Square: best-static, one fixed platform per workload.',
    spec: regretSpec(rows),
    table: comparisonTable(models, inUse),
  };
}

interface RegretRow {
  readonly router: string;
  readonly kind: 'model' | 'best-static';
  readonly regret: Estimate;
}

function regretRows(models: readonly JudgedModel[]): readonly RegretRow[] {
  const [first] = models;
  const learned = models.map(({ artifact, evaluation }) => ({
    router: artifact.family,
    kind: 'model' as const,
    regret: evaluation.regret,
  }));
  if (first === undefined) return learned;
  const regret = first.evaluation.regretBestStatic;
  return [...learned, { router: 'best-static', kind: 'best-static', regret }];
}

/** Overlapping intervals are no order, and the title does not pretend one. */
function title(rows: readonly RegretRow[]): string {
  const [lowest, ...rest] = rows.toSorted((one, other) => one.regret.value - other.regret.value);
  if (lowest === undefined) return 'No router was judged';
  const apart = rest.filter(
    ({ regret }) =>
      lowest.regret.upper !== undefined &&
      regret.lower !== undefined &&
      regret.lower > lowest.regret.upper,
  );
  if (apart.length === rest.length && rest.length > 0) {
    return `${capitalised(lowest.router)} leaves the least, apart from all others`;
  }
  const others = rest.filter((row) => !apart.includes(row)).map(({ router }) => router);
  return `${capitalised(lowest.router)} was measured to leave the least, but not apart from ${listed(others)}`;
}

function regretSpec(rows: readonly RegretRow[]): Chart['spec'] {
  const values = rows.map(({ router, kind, regret: { value, lower, upper } }) => ({
    router,
    kind,
    regret: value,
    lower: lower ?? value,
    upper: upper ?? value,
  }));
  return {
    width: chartWidth.wide - 75,
    height: { step: 28 },
    data: { values },
    encoding: { y: { field: 'router', type: 'nominal', sort: null, title: null } },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 1.5 },
        encoding: {
          x: { field: 'lower', type: 'quantitative', title: 'regret, u', axis: { tickCount: 4 } },
          x2: { field: 'upper' },
        },
      },
      {
        mark: { type: 'rule', color: chartColours.answer, strokeDash: [5, 3] },
        encoding: { x: { datum: 0 }, y: { value: 0 }, y2: { value: 'height' } },
      },
      {
        mark: { type: 'point', size: 60 },
        encoding: {
          x: { field: 'regret', type: 'quantitative' },
          shape: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: ['model', 'best-static'], range: ['circle', 'square'] },
            legend: null,
          },
        },
      },
    ],
  };
}
