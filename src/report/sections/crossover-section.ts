import { crossoverChart } from '../charts/crossover-chart.ts';
import { type Block, number, paragraph, type Section, type Table, text } from '../document.ts';
import { blank, count, counted, listed, percent, rate, usd } from '../format.ts';
import type { ReportInput } from '../report-input.ts';
import { type Crossover, crossoversOf, findPriceBook } from './crossover.ts';

export function crossoverSection(input: ReportInput): Section {
  const crossovers = crossoversOf(input);
  const blocks: Block[] =
    crossovers.length === 0
      ? [paragraph(whyNoCrossovers(input))]
      : [
          paragraph(
            'The break-even is the rate from which one workload alone, with a Fargate service of its ' +
              'own, stays cheaper than on Lambda; each side with the entrance that the plan gives ' +
              'it. Services that share a balancer break even earlier. It says nothing about latency.',
          ),
          crossoverChart(crossovers, crossoverTable(crossovers)),
          ...aboveTarget(input, crossovers),
        ];
  return { id: 'crossover', title: 'Break-even of each workload', blocks };
}

export function whyNoCrossovers(input: ReportInput): string {
  return findPriceBook(input) === undefined
    ? `It cannot be computed: there is no price book "${input.plan.pricing.book}".`
    : 'It cannot be computed: the CPU time of a request was neither given in the plan nor measured.';
}

/** What would be needed is counted; what was deployed and measured was less. */
function aboveTarget({ plan }: ReportInput, crossovers: readonly Crossover[]): Block[] {
  const named = crossovers.flatMap(({ workload, deployed }) =>
    deployed === undefined
      ? []
      : [`${workload} (${counted(deployed.tasks, 'task')} ${percent(deployed.utilisation)} busy)`],
  );
  if (named.length === 0) return [];
  const target = percent(plan.pricing.targetUtilisation);
  return [
    paragraph(
      `At the rate of the plan its own tasks are busier than the target utilisation of ${target} in ${listed(named)}: ` +
        'Fargate is counted here with the tasks that are needed, which the plan does not deploy.',
    ),
  ];
}

function crossoverTable(crossovers: readonly Crossover[]): Table {
  return {
    kind: 'table',
    caption:
      'Break-even of each workload alone, and cost per 1,000 requests at the rate of the plan',
    columns: [
      text('Workload'),
      number('Break-even, requests/h'),
      number('Plan, requests/h'),
      number('Lambda'),
      number('Fargate'),
      number('Tasks'),
      number('Utilisation'),
      text("Cheaper at the plan's rate"),
    ],
    rows: crossovers.map((row) => ({
      cells: [
        row.workload,
        row.breakEven === undefined ? 'never' : rate(row.breakEven.requestsPerHour),
        rate(row.planPerHour),
        usd(row.lambdaPer1000Usd),
        Number.isFinite(row.ecsPer1000Usd) ? usd(row.ecsPer1000Usd) : blank,
        count(row.tasks),
        percent(row.utilisation),
        row.cheaper === 'ecs' ? 'Fargate' : 'Lambda',
      ],
    })),
    note: earlierNote(crossovers),
  };
}

/** Cost jumps with each further task, so Fargate can be cheaper for a while below its break-even. */
function earlierNote(crossovers: readonly Crossover[]): string {
  const parts = crossovers.flatMap(({ workload, breakEven }) =>
    (breakEven?.earlier ?? []).map(
      ({ fromPerHour, toPerHour }) =>
        `${workload} from ${rate(fromPerHour)} to ${rate(toPerHour)} requests/h`,
    ),
  );
  const base =
    'Lambda: with the billed time that was measured, where there was any; Fargate: as many ' +
    'tasks as the target utilisation needs, at least those of the plan, what stands idle included; ' +
    'both with the whole entrance for this workload alone.';
  if (parts.length === 0) return base;
  return `${base} Fargate is also cheaper for a while below its break-even, until it needs another task: ${parts.join('; ')}.`;
}
