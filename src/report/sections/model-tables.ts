import type { UnseenWorkload } from '../../domain/models/model-evaluation.ts';
import { type Block, number, paragraph, type Table, text } from '../document.ts';
import { blank, count, figure, midSentence, percent, sentence, utility } from '../format.ts';
import { estimated, type JudgedModel } from './model-comparison.ts';

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

/** Each workload judged by models that have never seen it; empty when nobody tried. */
export function unseenBlocks(models: readonly JudgedModel[]): Block[] {
  const unseen = models.flatMap(({ evaluation }) => evaluation.leaveOneWorkloadOut ?? []);
  if (unseen.length === 0) return [];
  if (unseen.some(({ notJudged }) => notJudged === undefined)) return [unseenTable(models)];
  const reasons = new Set(
    unseen.map(
      ({ workload, notJudged = '' }) => `${workload}: ${midSentence(sentence(notJudged))}`,
    ),
  );
  return [
    paragraph(
      `No model could be judged on a workload that it had never seen. ${[...reasons].join(' ')}`,
    ),
  ];
}

function unseenTable(models: readonly JudgedModel[]): Table {
  const rows = models.flatMap(({ artifact, evaluation }) =>
    (evaluation.leaveOneWorkloadOut ?? []).map((unseen) => ({
      cells: [artifact.family, unseen.workload, ...unseenCells(unseen)],
    })),
  );
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
