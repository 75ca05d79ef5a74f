import type { CalibrationBin, RocPoint } from '../../domain/models/model-evaluation.ts';
import { type Chart, number, text } from '../document.ts';
import { capitalised, count, counted, figure, percent } from '../format.ts';
import { chartColours, chartWidth } from '../page/chart-theme.ts';
import { estimated, type JudgedModel } from '../sections/model-comparison.ts';
import { percentAxis } from './chart-axes.ts';

/** How well each family ranks the requests of slots that it has not seen. */
export function rocChart(models: readonly JudgedModel[]): Chart {
  const values = models.flatMap(({ artifact, evaluation }) =>
    evaluation.roc.map((point) => ({ family: artifact.family, ...point })),
  );
  return {
    kind: 'chart',
    id: 'roc',
    title: rocTitle(models),
    caption:
      'Receiver operating characteristic: of the requests that Lambda was better for, the part ' +
      'that is sent there, against the same part of the others. Thin: a coin. ' +
      `${judgedOn(models)}.`,
    spec: rocSpec(
      values,
      models.map(({ artifact }) => artifact.family),
    ),
    table: {
      kind: 'table',
      caption: 'Points of the curve at and around the threshold in use',
      columns: [
        text('Family'),
        number('Threshold'),
        number('False positives'),
        number('True positives'),
        number('ROC-AUC'),
      ],
      rows: models.flatMap(({ artifact, evaluation }) =>
        pointsNear(evaluation.roc, [0.25, artifact.threshold, 0.75]).map((point) => ({
          cells: [
            artifact.family,
            figure(point.threshold),
            percent(point.falsePositiveRate),
            percent(point.truePositiveRate),
            estimated(evaluation.figures.rocAuc, figure),
          ],
        })),
      ),
    },
  };
}

/** Whether p_lambda means what it says. */
export function calibrationChart(models: readonly JudgedModel[]): Chart {
  const values = models.flatMap(({ artifact, evaluation }) =>
    evaluation.calibration.map((bin) => ({ family: artifact.family, ...bin })),
  );
  return {
    kind: 'chart',
    id: 'calibration',
    title: calibrationTitle(models),
    caption:
      'The share of Lambda, weighed by what is at stake, among requests of about the same score. ' +
      `Lines: 95 % intervals; diagonal: a perfect model. ${judgedOn(models)}.`,
    spec: squares(
      values,
      [
        {
          mark: { type: 'rule', strokeWidth: 1.5 },
          encoding: { y: { field: 'lower', type: 'quantitative' }, y2: { field: 'upper' } },
        },
        { mark: { type: 'point', color: chartColours.lambda } },
      ],
      { x: 'meanPLambda', y: 'shareLambda', xTitle: 'score for Lambda', yTitle: 'Lambda better' },
    ),
    table: {
      kind: 'table',
      caption: 'Bins of equally many requests',
      columns: [
        text('Family'),
        number('Mean score'),
        number('Share of Lambda'),
        number('95 % interval'),
        number('Requests'),
      ],
      rows: models.flatMap(({ artifact, evaluation }) =>
        evaluation.calibration.map((bin) => ({
          cells: [
            artifact.family,
            figure(bin.meanPLambda),
            percent(bin.shareLambda),
            `${percent(bin.lower)} to ${percent(bin.upper)}`,
            count(bin.rows),
          ],
        })),
      ),
    },
  };
}

function rocTitle(models: readonly JudgedModel[]): string {
  const areaOf = ({ evaluation }: JudgedModel): number => evaluation.figures.rocAuc?.value ?? 0;
  const [first, ...rest] = models.toSorted((one, other) => areaOf(other) - areaOf(one));
  if (first === undefined) return 'No model was judged';
  const family = capitalised(first.artifact.family);
  const area = figure(areaOf(first));
  return rest.length === 0
    ? `${family} ranks unseen requests with an area of ${area} under its curve (a coin: 0.5)`
    : `${family} ranks unseen requests best, with an area of ${area} under its curve (a coin: 0.5)`;
}

function calibrationTitle(models: readonly JudgedModel[]): string {
  const bins = models.flatMap(({ evaluation }) => evaluation.calibration);
  const isOff = ({ meanPLambda, lower, upper }: CalibrationBin): boolean =>
    meanPLambda < lower || meanPLambda > upper;
  const off = bins.filter(isOff).length;
  return off === 0
    ? 'Scores mean what they say: every interval has the diagonal inside'
    : `In ${count(off)} of ${counted(bins.length, 'bin')} the score is not the share it claims to be`;
}

function judgedOn([first]: readonly JudgedModel[]): string {
  if (first === undefined) return 'Nothing was judged';
  const { rows, judgedSlots } = first.evaluation;
  return `n = ${count(rows)} pairs of ${counted(judgedSlots.length, 'slot')} that no model had seen`;
}

/** The points of the curve whose thresholds are nearest to the wanted ones, each once. */
function pointsNear(roc: readonly RocPoint[], thresholds: readonly number[]): RocPoint[] {
  const near = thresholds.flatMap((wanted) => {
    const distance = (point: RocPoint): number => Math.abs(point.threshold - wanted);
    const [first, ...rest] = roc.filter(({ threshold }) => threshold >= 0 && threshold <= 1);
    if (first === undefined) return [];
    return [
      rest.reduce(
        (nearest, point) => (distance(point) < distance(nearest) ? point : nearest),
        first,
      ),
    ];
  });
  return [...new Set(near)];
}

/** Families are told apart by their dashes: colours belong to the platforms. */
const dashes: number[][] = [
  [1, 0],
  [6, 3],
  [2, 2],
];

function rocSpec(values: readonly object[], families: string[]): Chart['spec'] {
  const ends: number[] = [0, 1];
  const share = { type: 'quantitative' as const, scale: { domain: ends }, axis: percentAxis };
  return {
    data: { values: [...values] },
    width: rocWidth,
    height: rocWidth,
    encoding: {
      x: { field: 'falsePositiveRate', title: 'false positives', ...share },
      y: { field: 'truePositiveRate', title: 'true positives', ...share },
    },
    layer: [
      diagonal,
      {
        mark: { type: 'line' },
        encoding: {
          order: { field: 'falsePositiveRate' },
          strokeDash: {
            field: 'family',
            type: 'nominal',
            title: null,
            scale: { domain: families, range: dashes },
            legend: { symbolType: 'stroke', columns: 2 },
          },
        },
      },
    ],
  };
}

const rocWidth = 280;

const diagonal: Layers[number] = {
  mark: { type: 'rule', color: chartColours.neutral },
  encoding: { x: { datum: 0 }, y: { datum: 0 }, x2: { datum: 1 }, y2: { datum: 1 } },
};

interface Axes {
  readonly x: string;
  readonly y: string;
  readonly xTitle: string;
  readonly yTitle: string;
}

type Layers = Extract<Chart['spec'], { readonly layer: unknown }>['layer'];

/** A square per family: both axes from none to all, and the diagonal. */
function squares(
  values: readonly object[],
  layers: Layers,
  { x, y, xTitle, yTitle }: Axes,
): Chart['spec'] {
  const share = { type: 'quantitative' } as const;
  const ends: number[] = [0, 1];
  const axis = { ...percentAxis, values: [0, 0.5, 1] };
  return {
    data: { values: [...values] },
    // The upright title of the axis stands between a panel and its name.
    facet: {
      field: 'family',
      type: 'nominal',
      sort: null,
      title: null,
      header: { labelPadding: 22 },
    },
    columns: 2,
    spacing: { column: 26, row: 18 },
    spec: {
      width: chartWidth.half,
      height: chartWidth.half,
      encoding: {
        x: { field: x, ...share, scale: { domain: ends }, title: xTitle, axis },
        y: { field: y, ...share, scale: { domain: ends }, title: yTitle, axis },
      },
      layer: [diagonal, ...layers],
    },
  };
}
