import type { Estimate, ModelEvaluation } from '../../domain/models/model-evaluation.ts';
import { number, type Row, type Table, text } from '../document.ts';
import { blank, count, counted, figure, percent, utility } from '../format.ts';
import type { EvaluatedModel } from '../report-input.ts';

/** A model that was judged, as the tables and figures of its evaluation take it. */
export interface JudgedModel extends EvaluatedModel {
  readonly evaluation: ModelEvaluation;
}

export function judgedModels(models: readonly EvaluatedModel[]): readonly JudgedModel[] {
  return models.flatMap(({ evaluation, ...model }) =>
    evaluation === undefined ? [] : [{ ...model, evaluation }],
  );
}

/** The families beside each other and beside what they must beat, on the same unseen slots. */
export function comparisonTable(models: readonly JudgedModel[], inUse?: string): Table {
  const [first] = models;
  return {
    kind: 'table',
    caption: caption(first?.evaluation),
    columns: [
      text('Router'),
      number('V_pair'),
      number('Regret'),
      number('Accuracy'),
      number('ROC-AUC'),
    ],
    rows: [
      ...models.map((model) => modelRow(model, inUse)),
      ...(first === undefined ? [] : baselineRows(first.evaluation)),
    ],
    note:
      'In brackets the 95 % interval over slots. V_pair is the mean utility of the chosen outcomes ' +
      'and regret what is left of it to the attainable oracle, the best choice for each cell of ' +
      'workload, payload and load: lower is better, and a model that knows ' +
      'more than the cells do can be below 0. Accuracy counts requests alike, whatever is at ' +
      `stake. ${blank} = it has no such figure.`,
    narrow: 'cards',
  };
}

function caption(evaluation: ModelEvaluation | undefined): string {
  if (evaluation === undefined) return 'No family was judged';
  const { judgedSlots, fittedSlots, rows } = evaluation;
  return (
    `The families, fitted on ${counted(fittedSlots.length, 'earlier slot')} and judged on ` +
    `${count(rows)} pairs of ${counted(judgedSlots.length, 'later slot')}`
  );
}

function modelRow({ artifact, hash, evaluation }: JudgedModel, inUse: string | undefined): Row {
  const { figures, regret } = evaluation;
  return {
    isAnswer: hash === inUse,
    cells: [
      artifact.family,
      estimated(figures.vPair, utility),
      estimated(regret, utility),
      estimated(figures.accuracy, percent),
      estimated(figures.rocAuc, figure),
    ],
  };
}

function baselineRows({ baselines, regretBestStatic }: ModelEvaluation): Row[] {
  const [crossFitted, inSample] = baselines.ceiling;
  const none = (cells: number): string[] => Array(cells).fill(blank);
  return [
    {
      cells: [
        'best-static',
        utility(baselines.vPairBestStatic),
        estimated(regretBestStatic, utility),
        ...none(2),
      ],
    },
    { cells: ['attainable oracle', utility(baselines.vPairOracle), utility(0), ...none(2)] },
    {
      cells: ['the more frequent platform', ...none(2), percent(baselines.majorityAccuracy), blank],
    },
    {
      cells: [
        'ceiling, cross-fitted to in-sample',
        ...none(2),
        `${percent(crossFitted)} to ${percent(inSample)}`,
        blank,
      ],
    },
  ];
}

/** `0.912 [0.9, 0.924]`, or the value alone where there is no interval. */
export function estimated(
  estimate: Estimate | undefined,
  written: (value: number) => string,
): string {
  if (estimate === undefined) return blank;
  const { value, lower, upper } = estimate;
  if (lower === undefined || upper === undefined) return written(value);
  // The unit once is enough, and a table of intervals has no room for three.
  const [from, to] = [lower, upper].map((end) => written(end).replace(/ %$/, ''));
  return `${written(value)} [${from}, ${to}]`;
}
