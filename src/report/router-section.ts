import type { ModelArtifact } from '../domain/model.ts';
import { type Block, number, paragraph, type Section, type Table, text } from './document.ts';
import { count, counted, figure, listed, percent, sentence, utility } from './format.ts';
import type { ReportInput } from './report-input.ts';
import { retrainingTable } from './retraining-table.ts';

/** More features than that explain nothing to a reader. */
const shownFeatures = 8;

/** Which router would be in use, and how good the learned one is. */
export function routerSection(input: ReportInput): Section {
  return {
    id: 'router',
    title: 'The router',
    blocks: [
      ...championBlocks(input),
      ...failureBlocks(input),
      ...findingBlocks(input),
      ...modelBlocks(input),
      // With one retraining, all of it has been said.
      ...(input.retrainings.length > 1 ? [retrainingTable(input)] : []),
    ],
  };
}

function failureBlocks({ retrainingFailure }: ReportInput): Block[] {
  if (retrainingFailure === undefined) return [];
  return [paragraph(`The retraining failed: ${sentence(retrainingFailure)}`)];
}

/** A finding that has decided has been said with the decision. */
function findingBlocks({ findings, champion }: ReportInput): Block[] {
  return findings
    .filter(({ message }) => champion?.reason.includes(message) !== true)
    .map(({ message }) => paragraph(sentence(message)));
}

function championBlocks({ champion }: ReportInput): Block[] {
  if (champion === undefined) return [paragraph('No router was chosen.')];
  const kind =
    champion.kind === 'learned'
      ? 'In use would be the learned model'
      : 'In use would be best-static, one fixed platform per workload';
  const services =
    champion.withCapacity.length === 0
      ? 'No workload is worth a Fargate service at the rate of the question.'
      : `Worth a Fargate service at the rate of the question: ${listed(champion.withCapacity)}.`;
  const { capacityReason } = champion;
  return [
    paragraph(`${kind}. ${sentence(champion.reason)} ${services}`),
    ...(capacityReason === undefined ? [] : [paragraph(sentence(capacityReason))]),
    {
      kind: 'table',
      caption: `Best-static after ${counted(champion.slotsSeen, 'slot')}`,
      columns: [text('Workload'), text('Platform')],
      rows: Object.entries(champion.table).map(([workload, platform]) => ({
        cells: [workload, platform === 'lambda' ? 'Lambda' : 'Fargate'],
      })),
    },
  ];
}

function modelBlocks({ model, plan }: ReportInput): Block[] {
  if (model !== undefined) return [judgement(model.artifact), importanceTable(model.artifact)];
  const why =
    plan.learning.families.length === 0
      ? 'the plan names no model family'
      : 'the training gave none, for the reason above';
  return [paragraph(`There is no learned model: ${why}.`)];
}

/** Of a model that was judged on nothing only the reason is known; its figures are all of 0 rows. */
function judgement(artifact: ModelArtifact): Block {
  return artifact.notJudged === undefined
    ? metricsTable(artifact)
    : paragraph(sentence(artifact.notJudged));
}

function metricsTable({ metrics, family }: ModelArtifact): Table {
  const [crossFitted, inSample] = metrics.ceiling;
  const rows = [
    ['Rows it was judged on', count(metrics.testRows)],
    ['Accuracy', percent(metrics.accuracy)],
    ['Accuracy of always saying the more frequent platform', percent(metrics.majorityAccuracy)],
    [
      'Ceiling (cross-fitted to in-sample, ladder included)',
      `${percent(crossFitted)} to ${percent(inSample)}`,
    ],
    ['Balanced accuracy', percent(metrics.balancedAccuracy)],
    ['ROC-AUC', figure(metrics.rocAuc)],
    ['Log loss', figure(metrics.logLoss)],
    ['Brier score', figure(metrics.brier)],
    ['V_pair of the model (lower is better)', utility(metrics.vPair)],
    ['V_pair of best-static', utility(metrics.vPairBestStatic)],
    ['Lambda was better: said Fargate, said Lambda', metrics.confusion[1].map(count).join(', ')],
    ['Fargate was better: said Fargate, said Lambda', metrics.confusion[0].map(count).join(', ')],
  ];
  return {
    kind: 'table',
    caption: `The learned model (${family}), fitted on the earlier two thirds of the slots and judged on the rest`,
    columns: [text('Measure'), number('Value')],
    rows: rows.map((cells) => ({ cells })),
    note: valueNote(metrics),
  };
}

function valueNote({ vPair, vPairBestStatic }: ModelArtifact['metrics']): string {
  const gain = vPairBestStatic - vPair;
  const comparison =
    gain > 0
      ? `The model is better than best-static by ${utility(gain)}`
      : `The model is not better than best-static (difference ${utility(-gain)})`;
  return (
    `${comparison}. V_pair is the mean utility of the chosen outcomes, of moving one request while ` +
    'both platforms carried the whole load. Accuracy alone says little: compare it with the more frequent platform and the ceiling.'
  );
}

function importanceTable({ importance }: ModelArtifact): Table {
  const sorted = Object.entries(importance).sort(([, first], [, second]) => second - first);
  const rest = sorted.length - shownFeatures;
  return {
    kind: 'table',
    caption: 'What the model looks at: mean decrease in impurity',
    columns: [text('Feature'), number('Importance')],
    rows: sorted.slice(0, shownFeatures).map(([feature, value]) => ({
      cells: [feature, percent(value)],
    })),
    ...(rest > 0 ? { note: `${counted(rest, 'further feature')} below these.` } : {}),
  };
}
