import type { Plan } from '../../domain/plan.ts';
import type { Baselines, Regret } from '../../domain/rivals/baselines.ts';
import type { Chart } from '../document.ts';
import { counted, listed } from '../format.ts';
import { chartColours, chartWidth } from '../page/chart-theme.ts';
import { regretTable, rivalNames, wayName } from '../sections/baselines-tables.ts';
import { inPercent } from '../sections/baselines-words.ts';

/** How far each way is from what can be attained, with its interval over blocks. */
export function regretChart(baselines: Baselines, plan: Plan, blocks: number): Chart {
  return {
    kind: 'chart',
    id: 'regret-by-way',
    title: title(baselines),
    caption:
      'Mean u lost per routed request to the attainable oracle, which is the line at 0; to the ' +
      `left is better. Bars: 95 % intervals over ${counted(blocks, 'scored block')}. Filled: ` +
      'measured arms; hollow: computed rivals.',
    spec: regretSpec(baselines.regrets),
    table: regretTable(baselines, plan, blocks),
  };
}

/** The measured arm that lost the least is what a reader looks for. */
function title({ regrets, routed }: Baselines): string {
  const measured = regrets.filter(({ of }) => !isComputed(of));
  const [best] = measured.toSorted((one, other) => one.regret - other.regret);
  if (best === undefined) return 'No arm was measured on routed workloads';
  const lost = best.regret > 0 ? `lost ${inPercent(best.regret)}` : 'lost nothing';
  return `On ${listed(routed)}, ${best.of} ${lost} to the best attainable routing, the least of all arms`;
}

function isComputed(of: string): boolean {
  return Object.keys(rivalNames).includes(of);
}

function regretSpec(regrets: readonly Regret[]): Chart['spec'] {
  const values = regrets.map((own) => ({
    way: wayName(own.of),
    kind: isComputed(own.of) ? 'computed' : 'measured',
    regret: own.regret,
    // Without an interval (a resample that cannot be estimated) the point stands alone.
    lower: Number.isFinite(own.lower) ? own.lower : own.regret,
    upper: Number.isFinite(own.upper) ? own.upper : own.regret,
  }));
  const y = { field: 'way', type: 'nominal', sort: null, title: null } as const;
  return {
    width: chartWidth.wide - 140,
    height: { step: 24 },
    data: { values },
    layer: [
      {
        mark: { type: 'rule', strokeDash: [4, 3], stroke: chartColours.soft },
        encoding: { x: { datum: 0, type: 'quantitative' } },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.5 },
        encoding: {
          x: { field: 'lower', type: 'quantitative', title: 'Regret in u' },
          x2: { field: 'upper' },
          y,
        },
      },
      {
        mark: { type: 'point', size: 60, opacity: 1, stroke: chartColours.ink, filled: false },
        encoding: {
          x: { field: 'regret', type: 'quantitative' },
          y,
          fill: {
            field: 'kind',
            type: 'nominal',
            scale: {
              domain: ['measured', 'computed'],
              range: [chartColours.ink, chartColours.page],
            },
            legend: null,
          },
        },
      },
    ],
  };
}
