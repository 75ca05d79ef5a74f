import type { Champion } from '../../domain/models/model.ts';
import { type Block, paragraph, type Section, text } from '../document.ts';
import { capitalised, counted, listed, sentence } from '../format.ts';
import type { EvaluatedModel, ReportInput } from '../report-input.ts';
import { driftBlocks, evaluationBlocks } from './model-evaluation.ts';
import { retrainingTable } from './retraining-table.ts';

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
      ...driftBlocks(input),
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
  const { capacityReason } = champion;
  return [
    paragraph(`${kind}. ${sentence(champion.reason)}${servicesText(champion)}`),
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

/** The reason of the capacity decision says it workload by workload; nobody wants it twice. */
function servicesText({ withCapacity, capacityReason }: Champion): string {
  if (capacityReason !== undefined) return '';
  return withCapacity.length === 0
    ? ' No workload is worth a Fargate service at the rate of the question.'
    : ` Worth a Fargate service at the rate of the question: ${listed(withCapacity)}.`;
}

function modelBlocks(input: ReportInput): Block[] {
  const { models, plan } = input;
  if (models.length === 0) {
    const why =
      plan.learning.families.length === 0
        ? 'the plan names no model family'
        : 'the training gave none, for the reason above';
    return [paragraph(`There is no learned model: ${why}.`)];
  }
  return [...notJudged(models), ...evaluationBlocks(input)];
}

/** Of a model that was judged on nothing only the reason is known. */
function notJudged(models: readonly EvaluatedModel[]): Block[] {
  return models.flatMap(({ artifact, evaluation }) =>
    evaluation !== undefined || artifact.notJudged === undefined
      ? []
      : [paragraph(`${capitalised(artifact.family)}: ${sentence(artifact.notJudged)}`)],
  );
}
