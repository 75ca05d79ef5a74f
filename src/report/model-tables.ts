import type { UnseenWorkload } from '../domain/model-evaluation.ts';
import { number, type Table, text } from './document.ts';
import { blank, count, counted, figure, percent, utility } from './format.ts';
import { estimated, type JudgedModel } from './model-comparison.ts';

/** More features than that explain nothing to a reader. */
const shownFeatures = 8;

/** What a model looks at, by what its absence would cost and by the library's own measure. */
export function importanceTable({ artifact, evaluation }: JudgedModel): Table {
  const { importance, importanceRows } = evaluation;
  const rest = importance.length - shownFeatures;
  return {
    kind: 'table',
    caption: `What ${artifact.family} looks at`,
    columns: [text('Feature'), number('Permutation, in u'), number('Own measure')],
    rows: importance.slice(0, shownFeatures).map(({ feature, permutation, own }) => ({
      cells: [feature, estimated(permutation, utility), own === undefined ? blank : percent(own)],
    })),
    note:
      'Permutation: by how much V_pair gets worse when the feature is shuffled among ' +
      `${counted(importanceRows, 'unseen pair')}, with its 95 % interval over slots. Own measure: mean ` +
      `decrease in impurity, or gain; ${blank} = the family has none.` +
      (rest > 0 ? ` ${counted(rest, 'further feature')} below these.` : ''),
    narrow: 'cards',
  };
}

/** Truth against prediction on unseen slots. */
export function confusionTable(models: readonly JudgedModel[]): Table {
  return {
    kind: 'table',
    caption: 'What was better, and what the model said, in pairs of unseen slots',
    columns: [
      text('Family'),
      number('Fargate, said Fargate'),
      number('Fargate, said Lambda'),
      number('Lambda, said Fargate'),
      number('Lambda, said Lambda'),
    ],
    rows: models.map(({ artifact, evaluation: { confusion } }) => ({
      cells: [artifact.family, ...confusion.flat().map(count)],
    })),
    narrow: 'cards',
  };
}

/** The figures of a classifier that are of less interest than V_pair. */
export function classifierTable(models: readonly JudgedModel[]): Table {
  return {
    kind: 'table',
    caption: 'Further figures of the classifiers, on unseen slots',
    columns: [
      text('Family'),
      number('Balanced accuracy'),
      number('Precision'),
      number('Recall'),
      number('F1'),
      number('Log loss'),
      number('Brier score'),
    ],
    rows: models.map(({ artifact, evaluation: { figures } }) => ({
      cells: [
        artifact.family,
        estimated(figures.balancedAccuracy, percent),
        estimated(figures.precision, percent),
        estimated(figures.recall, percent),
        estimated(figures.f1, percent),
        estimated(figures.logLoss, figure),
        estimated(figures.brier, figure),
      ],
    })),
    note: `In brackets the 95 % interval over slots. Precision, recall and F1 are those of Lambda; log loss and Brier score weigh a pair by what is at stake. ${blank} = it cannot be computed.`,
    narrow: 'cards',
  };
}

/** Each workload judged by models that have never seen it: undefined when nobody tried. */
export function unseenTable(models: readonly JudgedModel[]): Table | undefined {
  const rows = models.flatMap(({ artifact, evaluation }) =>
    (evaluation.leaveOneWorkloadOut ?? []).map((unseen) => ({
      cells: [artifact.family, unseen.workload, ...unseenCells(unseen)],
    })),
  );
  if (rows.length === 0) return undefined;
  return {
    kind: 'table',
    caption: 'Leave one workload out: judged by models that have never seen it',
    columns: [
      text('Family'),
      text('Workload'),
      number('Pairs'),
      number('Accuracy'),
      number('The more frequent platform'),
      number('V_pair'),
      number('V_pair of best-static'),
      text('Remark'),
    ],
    rows,
    note: `${blank} = not judged, for the reason in the remark. A router for a new workload would do about as well as this.`,
    narrow: 'cards',
  };
}

function unseenCells(unseen: UnseenWorkload): string[] {
  const { rows, accuracy, majorityAccuracy, vPair, vPairBestStatic, notJudged } = unseen;
  if (notJudged !== undefined) return [count(rows), blank, blank, blank, blank, notJudged];
  return [
    count(rows),
    percent(accuracy),
    percent(majorityAccuracy),
    utility(vPair),
    utility(vPairBestStatic),
    '',
  ];
}
