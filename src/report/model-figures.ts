import type { CalibrationBin, RocPoint } from '../domain/model-evaluation.ts';
import { type Figure, number, text } from './document.ts';
import { drawing, fixed, half, label, line } from './drawing.ts';
import { count, figure, percent } from './format.ts';
import { estimated, type JudgedModel } from './model-comparison.ts';

/** How well each family ranks the requests of slots that it has not seen. */
export function rocFigure(models: readonly JudgedModel[]): Figure {
  return {
    kind: 'figure',
    drawings: models.map(({ artifact, evaluation }) => rocDrawing(artifact.family, evaluation.roc)),
    caption:
      'Receiver operating characteristic on unseen slots: of the requests that Lambda was better ' +
      'for, the part that is sent there, against the same part of the others; dashed: a coin',
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
export function calibrationFigure(models: readonly JudgedModel[]): Figure {
  return {
    kind: 'figure',
    drawings: models.map(({ artifact, evaluation }) =>
      calibrationDrawing(artifact.family, evaluation.calibration),
    ),
    caption:
      'Calibration on unseen slots: the share of Lambda, weighed by what is at stake, among ' +
      'requests of about the same p_lambda; lines: 95 % intervals; dashed: a perfect one',
    table: {
      kind: 'table',
      caption: 'Bins of equally many requests',
      columns: [
        text('Family'),
        number('Mean p_lambda'),
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

/** The points of the curve whose thresholds are nearest to the wanted ones, each once. */
function pointsNear(roc: readonly RocPoint[], thresholds: readonly number[]): RocPoint[] {
  const near = thresholds.flatMap((wanted) => {
    const distance = (point: RocPoint): number => Math.abs(point.threshold - wanted);
    const [first, ...rest] = roc.filter(({ threshold }) => threshold >= 0 && threshold <= 1);
    if (first === undefined) return [];
    return [rest.reduce((best, point) => (distance(point) < distance(best) ? point : best), first)];
  });
  return [...new Set(near)];
}

const frame = { left: 48, right: half - 20, top: 30, bottom: 260 };

function x(share: number): number {
  return frame.left + share * (frame.right - frame.left);
}

function y(share: number): number {
  return frame.bottom - share * (frame.bottom - frame.top);
}

function rocDrawing(family: string, roc: readonly RocPoint[]): string {
  const points = roc.map(
    ({ falsePositiveRate, truePositiveRate }) =>
      `${fixed(x(falsePositiveRate))},${fixed(y(truePositiveRate))}`,
  );
  return square(family, 'ROC curve', 'false positives', [
    `<polyline class="line-lambda" points="${points.join(' ')}"/>`,
  ]);
}

function calibrationDrawing(family: string, bins: readonly CalibrationBin[]): string {
  const marks = bins.map(({ meanPLambda, shareLambda, lower, upper }) => {
    const at = x(meanPLambda);
    const dot = `<circle class="fill-lambda" cx="${fixed(at)}" cy="${fixed(y(shareLambda))}" r="3.5"/>`;
    return line(at, y(lower), at, y(upper), 'ink') + dot;
  });
  return square(family, 'calibration', 'p_lambda', marks);
}

/** Both axes from none to all, and the diagonal. */
function square(family: string, what: string, axis: string, parts: readonly string[]): string {
  const ticks = [0, 0.5, 1].map(
    (share) =>
      line(frame.left, y(share), frame.right, y(share), 'axis') +
      line(x(share), frame.top, x(share), frame.bottom, 'axis') +
      label(frame.left - 6, y(share) + 4, percent(share), { anchor: 'end', kind: 'soft' }) +
      label(x(share), frame.bottom + 16, percent(share), { anchor: 'middle', kind: 'soft' }),
  );
  return drawing(half, frame.bottom + 40, `${family}: ${what}`, [
    label(0, 14, family, { kind: 'strong' }),
    ...ticks,
    line(x(0), y(0), x(1), y(1), 'ink dashed'),
    label((frame.left + frame.right) / 2, frame.bottom + 34, axis, {
      anchor: 'middle',
      kind: 'soft',
    }),
    ...parts,
  ]);
}
