import { findVerdict } from '../../answer.ts';
import { paragraph, type Section } from '../../document.ts';
import { sentence } from '../../format.ts';
import { writeCard } from '../../page/markdown.ts';
import type { ReportInput } from '../../report-input.ts';
import { bibliographyOf, cite } from './bibliography.ts';
import { collectionBlocks, recordBlocks } from './collection.ts';
import { costBlocks, evaluationBlocks } from './evaluation.ts';
import { featureBlocks, labelBlocks, modelBlocks } from './learning.ts';
import { principlesTable } from './principles.ts';
import {
  conclusionThreats,
  constructThreats,
  externalThreats,
  internalThreats,
} from './threats.ts';

export interface Methodology {
  /** `methodology.md`, with citations as Pandoc reads them. */
  readonly markdown: string;
  /** `references.bib`: the works that it cites. */
  readonly bibliography: string;
}

/**
 * The methods chapter of a campaign: what was done, why so, and what speaks against it. Every
 * sentence is made from the plan and from what happened, so what was not done is not described.
 */
export function renderMethodology(input: ReportInput): Methodology {
  const markdown = writeCard({
    title: `Methodology of ${input.campaignId}`,
    subtitle: subtitleOf(input),
    remarks:
      input.simulation === undefined ? [] : [`A simulation: ${sentence(input.simulation.stamp)}`],
    sections: [
      { id: 'question', title: 'Question', blocks: [paragraph(questionOf(input))] },
      { id: 'collection', title: 'Data collection', blocks: collectionBlocks(input) },
      { id: 'records', title: 'What was recorded', blocks: recordBlocks(input) },
      { id: 'cost', title: 'Cost model', blocks: costBlocks(input) },
      { id: 'labels', title: 'Labelling, and why so', blocks: labelBlocks(input) },
      { id: 'features', title: 'Features', blocks: featureBlocks(input) },
      { id: 'models', title: 'Models and router', blocks: modelBlocks(input) },
      { id: 'evaluation', title: 'Evaluation', blocks: evaluationBlocks(input) },
      ...threatSections(input),
      {
        id: 'principles',
        title: 'Checklist of methodological principles',
        blocks: [
          paragraph(
            `The eight principles of ${cite('papadopoulos2021methodological')}, each with what this campaign has for it.`,
          ),
          principlesTable(input),
        ],
      },
      { id: 'again', title: 'Doing it again', blocks: [paragraph(repetitionOf(input))] },
    ],
  });
  return { markdown, bibliography: bibliographyOf(markdown) };
}

const testbeds = {
  local: 'real processes on one machine',
  simulated: 'a discrete-event model of both platforms',
  aws: 'AWS Lambda and ECS Fargate in one account',
} as const;

function subtitleOf({ plan, outcome }: ReportInput): string {
  return `A campaign on ${testbeds[plan.testbed]}, ${outcome}. Citations are keys of references.bib.`;
}

function questionOf(input: ReportInput): string {
  const { plan } = input;
  const names = plan.workloads.map(({ name }) => name).join(', ');
  const margin = `${100 * plan.question.margin} %`;
  const answered = findVerdict(input) === undefined ? '' : ' The answer stands under Evaluation.';
  const asked =
    plan.evaluation.blocks === 0
      ? 'The plan asks for no evaluation, so nothing is decided about arms.'
      : `Which arm has the least cost of 1,000 good requests at ${plan.evaluation.ratePerS} requests/s, among those that are fast enough for every workload? Differences of ${margin} matter.`;
  return `For the workloads ${names}: Lambda, Fargate or a mix? ${asked} Question, margin and weights were fixed in the plan before slot 1.${answered}`;
}

function threatSections(input: ReportInput): readonly Section[] {
  const kinds = [
    ['construct', constructThreats],
    ['internal', internalThreats],
    ['external', externalThreats],
    ['conclusion', conclusionThreats],
  ] as const;
  return kinds.map(([kind, threatsOf]) => ({
    id: `threats-${kind}`,
    title: `Threats to ${kind} validity`,
    blocks: [{ kind: 'list', entries: threatsOf(input) }],
  }));
}

function repetitionOf({ campaignId, plan, dataset }: ReportInput): string {
  const fingerprint =
    dataset === undefined ? '' : ` The dataset's fingerprint is ${dataset.fingerprint}.`;
  const same =
    plan.testbed === 'simulated'
      ? 'The same plan and seed give the same dataset and the same models, byte for byte.'
      : 'The same plan and seed send the same requests again; what comes back is measured anew.';
  return `"crossover export ${campaignId} --bundle" writes everything that the figures were computed from, and "crossover verify" computes them again. ${same}${fingerprint}`;
}
