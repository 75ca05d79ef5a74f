import { number, paragraph, type Section, type Table, text } from '../document.ts';
import { blank, counted, figure, rate } from '../format.ts';
import type { ReportInput } from '../report-input.ts';
import { type Crossover, crossoversOf } from './crossover.ts';
import { whyNoCrossovers } from './crossover-section.ts';

/** First screen: how far each workload is from the rate at which its cheaper platform changes. */
export function standingSection(input: ReportInput): Section {
  const crossovers = crossoversOf(input);
  const block =
    crossovers.length === 0 ? paragraph(whyNoCrossovers(input)) : standingTable(input, crossovers);
  return { id: 'standing', title: 'Where each workload changes sides', blocks: [block] };
}

function standingTable(input: ReportInput, crossovers: readonly Crossover[]): Table {
  return {
    kind: 'table',
    caption: 'Requests an hour from which Fargate is the cheaper one, each workload by itself',
    columns: [
      text('Workload'),
      number('Now, requests/h'),
      number('Break-even'),
      text('You are'),
      number('Holds up to'),
      text('Cheaper now'),
      text('Basis'),
    ],
    rows: crossovers.map((row) => ({
      cells: [
        row.workload,
        rate(row.planPerHour),
        row.breakEven === undefined ? 'none' : rate(row.breakEven.requestsPerHour),
        distanceText(row),
        upToText(row),
        cheaperText(row),
        isMeasured(input, row) ? 'measured' : 'computed',
      ],
    })),
    note:
      'With the tasks of the break-even Fargate stays the cheaper one up to the rate under "holds ' +
      'up to", and beyond it with more tasks. Measured: the ladder ran this workload on the ' +
      'tasks of the plan below and above its break-even. Computed: from list prices, billed times and CPU ' +
      'times, at a load that was not run. It says nothing about latency.',
    narrow: 'cards',
  };
}

function upToText({ breakEven }: Crossover): string {
  if (breakEven === undefined) return blank;
  const { upToPerHour, tasks } = breakEven;
  return `${rate(upToPerHour)} with ${counted(tasks, 'task')}`;
}

/** Cost jumps with each task: Fargate can be cheaper now and dearer at a higher rate. */
function cheaperText({ cheaper, planPerHour, breakEven }: Crossover): string {
  if (cheaper === 'lambda') return 'Lambda';
  if (breakEven === undefined || breakEven.requestsPerHour <= planPerHour) return 'Fargate';
  const now = breakEven.earlier.find(
    ({ fromPerHour, toPerHour }) => fromPerHour <= planPerHour && planPerHour <= toPerHour,
  );
  return now === undefined ? 'Fargate' : `Fargate, up to ${rate(now.toPerHour)}`;
}

/** A factor tells how much the traffic may change; a difference does not. */
function distanceText({ planPerHour, breakEven }: Crossover): string {
  if (breakEven === undefined || !(breakEven.requestsPerHour > 0) || !(planPerHour > 0)) {
    return blank;
  }
  const factor = breakEven.requestsPerHour / planPerHour;
  return factor >= 1 ? `${figure(factor)} times below` : `${figure(1 / factor)} times above`;
}

/** Maps are solid where the ladder went, on the tasks that it ran on (METHOD 1.8). */
function isMeasured({ plan, profile }: ReportInput, { workload, breakEven }: Crossover): boolean {
  const deployed = plan.workloads.find(({ name }) => name === workload)?.ecsTasks;
  if (profile === undefined || breakEven === undefined || breakEven.tasks !== deployed)
    return false;
  const rates = profile.ladder
    .filter((row) => row.workload === workload && row.requests > 0)
    .map(({ ratePerS }) => 3600 * ratePerS);
  const { requestsPerHour } = breakEven;
  return Math.min(...rates) <= requestsPerHour && requestsPerHour <= Math.max(...rates);
}
