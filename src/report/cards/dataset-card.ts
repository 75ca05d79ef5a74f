import { datasetColumns } from '../../domain/dataset/dataset-columns.ts';
import type { DatasetDescription } from '../../domain/dataset/dataset-description.ts';
import {
  type Block,
  type CardDocument,
  paragraph,
  type Section,
  type Table,
  text,
} from '../document.ts';
import { blank, count, figure, listed, ranges, utc } from '../format.ts';
import { writeCard } from '../page/markdown.ts';
import { datasetLabelSections } from './dataset-label-sections.ts';
import { datasetRowSections } from './dataset-row-sections.ts';

/**
 * The page that goes with a dataset, as Markdown: what it is, how it came about, what is in it and
 * what is not. A pure function of the description, so that the same slots give the same page.
 */
export function renderDatasetCard(description: DatasetDescription): string {
  return writeCard(datasetCard(description));
}

export function datasetCard(description: DatasetDescription): CardDocument {
  return {
    ...datasetSummary(description),
    sections: [
      collectedSection(description),
      ...datasetSummary(description).sections,
      columnSection(description),
      limitSection(description),
      citeSection(description),
    ],
  };
}

/** Without what every dataset has in common: what `dataset describe` prints. */
export function datasetSummary(description: DatasetDescription): CardDocument {
  const { campaignId, testbed, setting, findings } = description;
  return {
    title: `Dataset of ${campaignId}`,
    subtitle: `Paired measurements of ${listed(setting.workloads)} on Lambda and Fargate, testbed ${testbed}.`,
    remarks: stampRemarks(description),
    sections: [
      {
        id: 'size',
        title: 'What it is',
        blocks: [fingerprintLine(description), sizeTable(description)],
      },
      {
        id: 'findings',
        title: 'Findings',
        blocks: [
          {
            kind: 'list',
            entries: findings.map(({ message, isSerious }) => ({ text: message, isSerious })),
          },
        ],
      },
      ...datasetRowSections(description),
      ...datasetLabelSections(description),
    ],
  };
}

function stampRemarks({ testbed, stamp }: DatasetDescription): string[] {
  if (testbed !== 'simulated') return [];
  const trust =
    stamp === undefined ? 'The scorecard is written with the report' : `The simulator: ${stamp}`;
  return [`Simulated: no platform was measured, a model was computed. ${trust}.`];
}

/** By itself, so that it stays in one piece wherever it is printed. */
function fingerprintLine({ dataset }: DatasetDescription): Block {
  return paragraph(
    dataset === undefined
      ? 'There is no dataset: no slot is complete.'
      : `Fingerprint ${dataset.fingerprint}`,
  );
}

function sizeTable({ dataset, span, coverage, labels }: DatasetDescription): Table {
  const rows = [
    ['Slots', dataset === undefined ? blank : ranges(dataset.slots)],
    ['Time', span === undefined ? blank : `${utc(span.fromMs)} to ${utc(span.toMs)}`],
    ['Intended requests', count(coverage.requests)],
    ['Rows, one per request and platform', count(coverage.rows)],
    ['Pairs with two outcomes', count(coverage.pairs)],
    ['Pairs of the ladder among them', count(ladderPairs(labels))],
  ];
  return {
    kind: 'table',
    caption: 'Size',
    columns: [text('What'), text('Value')],
    rows: rows.map((cells) => ({ cells })),
  };
}

function ladderPairs(labels: DatasetDescription['labels']): number {
  return (labels?.byLadderStep ?? []).reduce((sum, { pairs }) => sum + pairs, 0);
}

function collectedSection({ setting, testbed }: DatasetDescription): Section {
  const how =
    testbed === 'simulated'
      ? 'A discrete-event model answered in virtual time.'
      : 'A load generator with open arrivals sent them over HTTP.';
  return {
    id: 'collected',
    title: 'How it was collected',
    blocks: [
      paragraph(
        'Every intended request was drawn before anything was sent, and went to both platforms a ' +
          `fixed gap apart, in balanced order. ${how} Each has one row per platform, also when it ` +
          'failed, timed out or was never sent. Rows of the client were joined to the records of ' +
          'the platforms by request id; a row without one has a reason.',
      ),
      paragraph(
        'A slot ends with a ladder: one workload alone, at the rates of given utilisations. Its ' +
          'rows train models and enter no share of everyday load. Slots that were missed or ' +
          'degraded are not in the dataset, and no load of an evaluation is.',
      ),
      paragraph(
        `Prices ${setting.priceBook}; hours of the features on the clock of ${setting.timezone}; seed ${setting.seed}.`,
      ),
    ],
  };
}

function columnSection({ setting }: DatasetDescription): Section {
  return {
    id: 'columns',
    title: 'Columns',
    blocks: [
      {
        kind: 'table',
        caption: 'Of an exported row, in their order',
        columns: [text('Column'), text('Unit'), text('Meaning'), text('A blank means')],
        rows: datasetColumns(setting.workloads).map((column) => ({
          cells: [
            column.name,
            column.unit,
            column.appliesTo === undefined
              ? column.meaning
              : `${column.meaning} (${column.appliesTo} only)`,
            column.blank ?? 'unknown',
          ],
        })),
        note: 'Unknown is blank, never −1 or an empty text. Times are UTC.',
      },
    ],
  };
}

function limitSection({ testbed }: DatasetDescription): Section {
  const first =
    testbed === 'simulated'
      ? 'It was simulated: it shows what the model says, and no platform was measured.'
      : 'One region, one stretch of time, one account: other hours and hosts may differ.';
  return {
    id: 'limits',
    title: 'Limits',
    blocks: [
      {
        kind: 'list',
        entries: [
          first,
          'A weekday that occurs once is one observation: it can be described, not tested.',
          'A label is one draw: the same request sent again may get the other one.',
          'Both platforms carried the full load. What a router would change about their load is not in it.',
          'Requests of a slot share their hour and their hosts: split by slot, never by row.',
          'Ratios of latency and cost contain the answer and are no features.',
        ].map((entry) => ({ text: entry })),
      },
    ],
  };
}

function citeSection({ campaignId, dataset, setting }: DatasetDescription): Section {
  const fingerprint =
    dataset === undefined
      ? 'There is no fingerprint yet.'
      : `Cite it as campaign ${campaignId}, slots ${ranges(dataset.slots)}, fingerprint ${dataset.fingerprint}.`;
  const { rule, latencyWeight } = setting.labels;
  return {
    id: 'cite',
    title: 'How to cite and compute it again',
    blocks: [
      paragraph(
        `${fingerprint} It is the sha256 of all that was measured in these slots; the campaign's name and the attempts are no part of it.`,
      ),
      paragraph(
        `"crossover dataset build ${campaignId}" computes it from the stored observations; the same slots give the same one. "crossover dataset export ${campaignId} --format parquet" writes the rows, and "crossover dataset describe ${campaignId}" these figures. Labels by the rule ${rule} with the latency weight ${figure(latencyWeight)}.`,
      ),
    ],
  };
}
