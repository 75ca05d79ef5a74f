import type {
  DatasetDescription,
  DatasetSetting,
  DetectorCheck,
  DetectorRun,
  LabelDescription,
  LabelGroup,
} from '../../domain/dataset/dataset-description.ts';
import { type Block, number, paragraph, type Section, type Table, text } from '../document.ts';
import { blank, count, counted, figure, listed, percent, ranges, utility } from '../format.ts';

/** Labels, weights, what could be learned from them, and what speaks against it. */
export function datasetLabelSections({ labels, setting }: DatasetDescription): Section[] {
  if (labels === undefined) {
    const why = 'There are none: no request has an outcome on both platforms yet.';
    return [{ id: 'labels', title: 'Labels and weights', blocks: [paragraph(why)] }];
  }
  return [
    { id: 'labels', title: 'Labels and weights', blocks: labelBlocks(labels, setting) },
    { id: 'ratio', title: 'The ratio rule beside these labels', blocks: ratioBlocks(labels) },
    { id: 'ceiling', title: 'Ceiling', blocks: ceilingBlocks(labels) },
    { id: 'detectors', title: 'Detectors', blocks: labels.detectors.map(detectorTable) },
    { id: 'features', title: 'Features', blocks: [featureTable(labels)] },
    { id: 'split', title: 'Split by time', blocks: [splitBlock(labels)] },
  ];
}

function labelBlocks(
  labels: LabelDescription,
  { labels: { rule, latencyWeight } }: DatasetSetting,
) {
  const w = figure(latencyWeight);
  const words =
    rule === 'utility'
      ? `The label is the platform with the lower u = ${w}·ln(latency) + ${figure(1 - latencyWeight)}·ln(marginal cost), plus ln 4 for a failure or a missed SLO; the weight of a pair is the difference of the two, capped at its 99.9 % quantile.`
      : 'The label is Lambda where it is faster and costs at most a tenth more, and else Fargate; every pair weighs 1.';
  const load: Block[] = [
    ...(labels.byLadderStep.length === 0 ? [] : [ladderTable(labels)]),
    ...(labels.byRate.length === 0 ? [] : [rateTable(labels)]),
  ];
  return [paragraph(words), balanceTable(labels), workloadTable(labels), ...load];
}

function balanceTable({ pairs, balance }: LabelDescription): Table {
  const rows = [['Lambda', balance.lambda] as const, ['Fargate', balance.ecs] as const];
  return {
    kind: 'table',
    caption: `Class balance, all ${counted(pairs, 'pair')}`,
    columns: [text('Better'), number('Pairs'), number('Share'), number('Share of the weight')],
    rows: rows.map(([name, own]) => ({
      cells: [name, count(own.pairs), percent(own.pairs / pairs), percent(own.weight)],
    })),
  };
}

const groupColumns = ['Pairs', 'Lambda better', 'Weight p50', 'p90', 'mean'].map((label) =>
  number(label),
);

function groupCells(group: LabelGroup): string[] {
  const { pairs, lambdaShare, weightP50, weightP90, weightMean } = group;
  return [count(pairs), percent(lambdaShare), ...[weightP50, weightP90, weightMean].map(figure)];
}

function workloadTable({ byWorkload }: LabelDescription): Table {
  return {
    kind: 'table',
    caption: 'By workload, ladder left out',
    columns: [text('Workload'), ...groupColumns],
    rows: byWorkload.map((group) => ({ cells: [group.workload, ...groupCells(group)] })),
    note: 'A weight near 0 says that the choice hardly matters; ln 2 = 0.69 is a factor of two in latency and cost.',
  };
}

function ladderTable({ byLadderStep }: LabelDescription): Table {
  return {
    kind: 'table',
    caption: 'By load: the ladder, one workload alone',
    columns: [text('Workload'), number('Busy'), number('1/s'), ...groupColumns],
    rows: byLadderStep.map((group) => ({
      cells: [
        group.workload,
        percent(group.utilisation),
        figure(group.ratePerS),
        ...groupCells(group),
      ],
    })),
    note: 'Busy: planned utilisation of the Fargate service at this rate.',
  };
}

function rateTable({ byRate }: LabelDescription): Table {
  return {
    kind: 'table',
    caption: 'By load: rate of the own workload in the last 60 s, ladder left out',
    columns: [text('Workload'), number('1/s from'), number('to'), ...groupColumns],
    rows: byRate.map((group) => ({
      cells: [group.workload, figure(group.fromPerS), figure(group.toPerS), ...groupCells(group)],
    })),
  };
}

function ratioBlocks({ ratioRule }: LabelDescription): Block[] {
  return [
    paragraph(
      'The ratio rule says Lambda where it is faster and costs at most a tenth more, and else Fargate. It knows no difference between a little and a lot.',
    ),
    {
      kind: 'table',
      caption: 'Share of pairs in which each rule says Lambda, and in which they disagree',
      columns: [
        text('Workload'),
        ...['Pairs', 'Utility', 'Ratio', 'Disagree', 'Lost u'].map((label) => number(label)),
      ],
      rows: ratioRule.map((row) => ({
        cells: [
          row.workload ?? 'all',
          count(row.pairs),
          percent(row.utilityLambdaShare),
          percent(row.ratioLambdaShare),
          percent(row.disagreeShare),
          utility(row.lostUtility),
        ],
      })),
      note: 'Lost u: what a pair loses on average when the ratio rule is followed instead.',
    },
  ];
}

function ceilingBlocks({ ceiling }: LabelDescription): Block[] {
  const rows = [
    ['Always the more frequent platform', percent(ceiling.majority)],
    ["Always the workload's more frequent platform", percent(ceiling.workloadMajority)],
    ['Ceiling, cross-fitted over slots', percent(ceiling.crossFitted)],
    ['Ceiling, in-sample', percent(ceiling.inSample)],
  ];
  return [
    {
      kind: 'table',
      caption: `Share of ${counted(ceiling.rows, 'label')} that a rule can get right`,
      columns: [text('Rule'), number('Right')],
      rows: rows.map((cells) => ({ cells })),
      note: 'Ceiling: the more frequent label of each cell of workload, payload and load. A model inside the bracket is done; one far above it knows the answer.',
    },
  ];
}

const detectorWords: Readonly<Record<DetectorCheck['detector'], string>> = {
  'too-few-pairs': 'Too few pairs',
  'one-class': 'Smaller class',
  'function-of-workload': 'Workload tells it',
  'too-few-of-a-class': 'Pairs of smaller class',
  leak: 'Leak',
};

function detectorTable({ on, workloads, pairs, checks }: DetectorRun): Table {
  const scope =
    on === 'all-pairs'
      ? `all ${counted(pairs, 'pair')}`
      : `${counted(pairs, 'pair')} of ${listed(workloads)}, which earn a service`;
  return {
    kind: 'table',
    caption: `What was looked at in ${scope}`,
    columns: [text('Detector'), number('Value'), number('Fires'), text('Found')],
    rows: checks.map((check) => ({
      cells: [
        check.feature === undefined
          ? detectorWords[check.detector]
          : `${detectorWords[check.detector]}: ${check.feature}`,
        figureOf(check, check.value),
        `${check.fires} ${figureOf(check, check.limit)}`,
        check.finding === undefined ? blank : check.finding.kind,
      ],
    })),
    note: 'Leak: how much a feature alone, within its workload, tells of the labels. Whether a model itself is far above the ceiling is looked at when it is trained.',
  };
}

function figureOf({ unit }: DetectorCheck, value: number): string {
  // Two decimals, because a share of 98.98 % is not above 99 %.
  return unit === 'pairs' ? count(value) : `${(100 * value).toFixed(2)} %`;
}

function featureTable({ features, pairs }: LabelDescription): Table {
  return {
    kind: 'table',
    caption: `Range of the features over ${counted(pairs, 'pair')}`,
    columns: [
      text('Feature'),
      ...['min', 'p50', 'max'].map((label) => number(label)),
      text('Constant in'),
    ],
    rows: features.map(({ feature, min, p50, max, isConstant, constantWithin }) => ({
      cells: [
        feature,
        ...[min, p50, max].map(figure),
        isConstant ? 'all pairs' : constantWithin.length === 0 ? blank : constantWithin.join(', '),
      ],
    })),
    note: 'A constant feature tells nothing; one that is constant within every workload no more than the workload does.',
  };
}

function splitBlock({ split }: LabelDescription): Block {
  if (split === undefined) {
    return paragraph(
      'Fewer than three slots have pairs: too few to fit on some and judge on others.',
    );
  }
  return {
    kind: 'table',
    caption: 'Earlier slots to fit on, later ones to judge on; a slot is never divided',
    columns: [text('Part'), text('Slots'), number('Pairs'), number('Lambda better')],
    rows: [
      { part: 'fit', ...split.fitted },
      { part: 'judge', ...split.judged },
    ].map(({ part, slots, pairs, lambdaShare }) => ({
      cells: [part, ranges(slots), count(pairs), percent(lambdaShare)],
    })),
  };
}
