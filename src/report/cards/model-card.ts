import { modelInUse } from '../../domain/models/model.ts';
import { type Block, number, paragraph, type Section, type Table, text } from '../document.ts';
import { blank, count, counted, listed, sentence } from '../format.ts';
import { writeCard } from '../page/markdown.ts';
import type { EvaluatedModel, ReportInput } from '../report-input.ts';
import { driftBlocks, evaluationBlocks } from '../sections/model-evaluation.ts';
import { retrainingTable } from '../sections/retraining-table.ts';

/** `model-card.md`: what the models of a campaign are, were made from, can do and cannot. */
export function renderModelCard(input: ReportInput): string {
  return writeCard({
    title: `Models of ${input.campaignId}`,
    subtitle:
      'Each tells the probability that Lambda is the better platform for one request, from what is ' +
      'known before it is sent. A request goes to Lambda when it is above the threshold.',
    remarks: [],
    sections: [
      useSection(input),
      dataSection(input),
      recipeSection(input),
      { id: 'evaluation', title: 'How good they are', blocks: judgedBlocks(input) },
      historySection(input),
      limitsSection(input),
    ],
  });
}

function useSection({ campaignId, champion }: ReportInput): Section {
  const blocks: Block[] = [];
  if (champion === undefined) {
    blocks.push(paragraph('No router was chosen.'));
  } else {
    const inUse = modelInUse(champion);
    const what = inUse === undefined ? 'best-static, which needs no model' : `model ${inUse}`;
    blocks.push(paragraph(`In use would be ${what}. ${sentence(champion.reason)}`));
  }
  blocks.push({
    kind: 'list',
    entries: [
      ...(champion === undefined || modelInUse(champion) === undefined
        ? []
        : [{ text: `Score requests of your own: crossover predict --model ${campaignId} FILE` }]),
      { text: `Take model, table and weights elsewhere: crossover export ${campaignId} --policy` },
      { text: `Look, promote and roll back: crossover models list ${campaignId}` },
    ],
  });
  return { id: 'use', title: 'In use, and how to use them', blocks };
}

function dataSection({ dataset, models, plan }: ReportInput): Section {
  const [first] = models;
  const learned =
    dataset === undefined
      ? 'There is no dataset.'
      : `Dataset ${dataset.fingerprint}: ${counted(dataset.pairs, 'pair')} of ` +
        `${counted(dataset.slots.length, 'complete slot')} on testbed ${plan.testbed}; what it holds ` +
        'stands in dataset-card.md.';
  const labels =
    plan.labels.rule === 'utility'
      ? 'The label of a pair is the platform with the lower utility, its weight the difference: an ' +
        'error costs what was at stake.'
      : 'The label of a pair is Lambda where it was faster at no more than 1.1 times the cost.';
  return {
    id: 'data',
    title: 'What they were made from',
    blocks: [
      paragraph(`${learned} ${labels} Slots are never split, and ladders train but judge nothing.`),
      ...(first === undefined ? [] : [featureTable(first)]),
    ],
  };
}

function featureTable({ artifact }: EvaluatedModel): Table {
  return {
    kind: 'table',
    caption: 'Features, in the order of the vector that is scored',
    columns: [number('Place'), text('Feature')],
    rows: artifact.features.map((feature, index) => ({ cells: [count(index + 1), feature] })),
  };
}

function recipeSection({ models }: ReportInput): Section {
  if (models.length === 0) {
    return { id: 'recipes', title: 'Recipes', blocks: [paragraph('No model was fitted.')] };
  }
  const table: Table = {
    kind: 'table',
    caption: 'Same data, seed and code give the same bytes, and with them the same hash',
    columns: [
      text('Family'),
      text('Hash'),
      text('Settings'),
      number('Pairs'),
      number('Used of them'),
      number('Seed'),
      number('Threshold'),
      text('Made with'),
    ],
    rows: models.map(({ hash, artifact }) => ({ cells: recipeCells(hash, artifact) })),
    note: `Used: a library that takes no weights or fewer rows gets a seeded draw by weight; ${blank} = all were used.`,
  };
  return { id: 'recipes', title: 'Recipes', blocks: [table] };
}

function recipeCells(hash: string, artifact: EvaluatedModel['artifact']): string[] {
  const { family, lineage, threshold } = artifact;
  const named = (values: Readonly<Record<string, unknown>>): string =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  return [
    family,
    hash,
    named(lineage.params),
    count(lineage.rows),
    lineage.rowsUsed === undefined ? blank : count(lineage.rowsUsed),
    String(lineage.seed),
    String(threshold),
    named(lineage.libraries),
  ];
}

function judgedBlocks(input: ReportInput): Block[] {
  const blocks = evaluationBlocks(input);
  if (blocks.length > 0) return blocks;
  const reasons = input.models.flatMap(({ artifact }) => artifact.notJudged ?? []);
  const why = reasons.length === 0 ? 'there is no model.' : listed([...new Set(reasons)]);
  return [paragraph(`Nothing was judged: ${sentence(why)}`)];
}

function historySection(input: ReportInput): Section {
  return {
    id: 'history',
    title: 'Retrainings',
    blocks: [
      ...(input.retrainings.length === 0
        ? [paragraph('There was no retraining.')]
        : [retrainingTable(input)]),
      ...driftBlocks(input),
    ],
  };
}

function limitsSection({ plan, simulation }: ReportInput): Section {
  const entries = [
    { text: 'One region, one account and the hours of one campaign: other hours may differ.' },
    {
      text:
        'V_pair values moving one request while both platforms carry the whole load. Only a ' +
        'measured arm says what routing all of them does.',
    },
    {
      text: `Made for the workloads ${listed(plan.workloads.map(({ name }) => name))}; a request of another is refused.`,
    },
    ...(simulation === undefined ? [] : [{ text: `Simulated: ${sentence(simulation.stamp)}` }]),
  ];
  return { id: 'limits', title: 'Limits', blocks: [{ kind: 'list', entries }] };
}
