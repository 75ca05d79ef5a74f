import type { Plan, WorkloadPlan } from '../../domain/plan.ts';
import { type Block, number, type Section, type Table, text } from '../document.ts';
import { blank, count, counted, duration, figure, percent, ranges } from '../format.ts';
import type { ReportInput } from '../report-input.ts';

/** All that is needed to do it again. */
export function provenanceSection(input: ReportInput): Section {
  const blocks: Block[] = [workloadTable(input), planTable(input.plan), identityTable(input)];
  return { id: 'provenance', title: 'How it was done', blocks };
}

function workloadTable({ plan, deployment }: ReportInput): Table {
  return {
    kind: 'table',
    caption: 'Workloads of the plan',
    columns: [
      text('Workload'),
      number('Share'),
      text('Lambda'),
      text('Fargate'),
      number('Tasks'),
      text('SLO'),
      number('CPU per request, ms'),
    ],
    rows: plan.workloads.map((workload) => ({
      cells: [
        workload.name,
        percent(workload.share),
        `${count(workload.lambdaMemoryMb)} MB`,
        `${figure(workload.ecsVcpu)} vCPU, ${count(workload.ecsMemoryMb)} MB`,
        String(workload.ecsTasks),
        sloText(workload),
        cpuText(deployment?.cpuMs[workload.name] ?? workload.cpuMs),
      ],
    })),
  };
}

function planTable(plan: Plan): Table {
  const { schedule, load, evaluation, question } = plan;
  const rows = [
    [
      'Question',
      `minimise ${question.minimise.replace('1000', '1,000')}, margin ${percent(question.margin)}`,
    ],
    ['Slots', `${schedule.slots}, every ${duration(schedule.everyMs)}, pace ${schedule.pace}`],
    [
      'Load of a slot',
      `${figure(load.ratePerS)} requests/s for ${duration(load.durationMs)}, ${load.shape}, counts ${load.counts}`,
    ],
    ['Gap in a pair', duration(load.gapMs)],
    ['Ladder', ladderText(plan)],
    ['Evaluation', evaluation.blocks === 0 ? 'none' : evaluationText(plan)],
    ['Labels', `${plan.labels.rule}, weight of latency ${figure(plan.labels.latencyWeight)}`],
    ['Learning', learningText(plan)],
    [
      'Prices',
      `${plan.pricing.book}, target utilisation ${percent(plan.pricing.targetUtilisation)}`,
    ],
    ['Seed', String(plan.seed)],
  ];
  return {
    kind: 'table',
    caption: 'The plan, as it was frozen before slot 1',
    columns: [text('Setting'), text('Value')],
    rows: rows.map((cells) => ({ cells })),
  };
}

function identityTable({
  campaignId,
  plan,
  deployment,
  dataset,
  model,
  outcome,
}: ReportInput): Table {
  const rows = [
    ['Campaign', campaignId],
    ['Outcome', outcome],
    ['Testbed', plan.testbed],
    ['Dataset fingerprint', dataset?.fingerprint ?? blank],
    ['Slots in the dataset', dataset === undefined ? blank : ranges(dataset.slots)],
    ['Model hash', model?.hash ?? blank],
    ['Node', deployment?.nodeVersion ?? blank],
    [
      'Machine',
      deployment === undefined
        ? blank
        : `${deployment.cpuModel}, ${counted(deployment.cpuCount, 'CPU')}`,
    ],
    ['Limits', deployment?.limits ?? blank],
    ...Object.entries(model?.artifact.lineage.libraries ?? {}),
  ];
  return {
    kind: 'table',
    caption: 'Identities and versions',
    columns: [text('What'), text('Value')],
    rows: rows.map((cells) => ({ cells })),
    note: 'The same slots give the same fingerprint, and the same dataset and seed the same model hash.',
  };
}

function sloText({ slo }: WorkloadPlan): string {
  return slo === undefined ? 'none' : `${duration(slo.latencyMs)} for ${percent(slo.attainment)}`;
}

function cpuText(cpuMs: number | undefined): string {
  return cpuMs === undefined ? 'not measured' : figure(cpuMs);
}

function ladderText({ load: { ladder } }: Plan): string {
  if (ladder === undefined) return 'none';
  return `${ladder.utilisation.map(percent).join(', ')} of one service, ${duration(ladder.stepMs)} a step`;
}

function learningText({ learning }: Plan): string {
  const { families, trees, retrain } = learning;
  if (families.length === 0) return 'no router';
  const nights = retrain === undefined ? '' : `, after each nominal night (${retrain})`;
  return `${families.join(', ')} of ${counted(trees, 'tree')}${nights} and after the last slot`;
}

function evaluationText({ evaluation, testbed }: Plan): string {
  const stretch = testbed === 'local' ? ' per arm' : '';
  return `${counted(evaluation.blocks, 'block')} of ${duration(evaluation.blockDurationMs)}${stretch} at ${figure(evaluation.ratePerS)} requests/s, ${evaluation.leadInBlocks} lead-in, counts ${evaluation.counts}${furtherText(evaluation)}`;
}

/** What the plan asks for beyond its blocks. */
function furtherText({ aa, extendTo }: Plan['evaluation']): string {
  const on = extendTo === undefined ? '' : `, to at most ${count(extendTo)} blocks while undecided`;
  return `${on}${aa === true ? ', with A/A copies of both platforms' : ''}`;
}
