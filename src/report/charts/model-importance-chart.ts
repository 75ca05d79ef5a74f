import { type Chart, number, text } from '../document.ts';
import { blank, count, percent, utility } from '../format.ts';
import { chartColours, chartWidth } from '../page/chart-theme.ts';
import { estimated, type JudgedModel } from '../sections/model-comparison.ts';
import { rowAxis } from './chart-axes.ts';

/** More features than that explain nothing to a reader. */
const shownFeatures = 8;

/** What the families look at, beside each other: what shuffling a feature costs. */
export function importanceChart(models: readonly JudgedModel[]): Chart {
  const features = leadingFeatures(models);
  return {
    kind: 'chart',
    id: 'importance',
    title: title(models, features),
    caption:
      'Permutation importance: by how much V_pair gets worse when a feature is shuffled among ' +
      `${pairs(models)} unseen pairs; lines: 95 % intervals over slots. The ${features.length} ` +
      'that matter most to any family.',
    spec: importanceSpec(models, features),
    table: {
      kind: 'table',
      caption: 'What the families look at',
      columns: [
        text('Feature'),
        text('Family'),
        number('Permutation, in u'),
        number('Own measure'),
      ],
      rows: features.flatMap((feature) =>
        models.flatMap(({ artifact, evaluation }) =>
          evaluation.importance
            .filter((row) => row.feature === feature)
            .map(({ permutation, own }) => ({
              cells: [
                feature,
                artifact.family,
                estimated(permutation, utility),
                own === undefined ? blank : percent(own),
              ],
            })),
        ),
      ),
      note:
        'Own measure: the share of the mean decrease in impurity, or of the gain; ' +
        `${blank} = the family has none.`,
      narrow: 'cards',
    },
  };
}

function leadingFeatures(models: readonly JudgedModel[]): readonly string[] {
  const largest = new Map<string, number>();
  for (const { evaluation } of models) {
    for (const { feature, permutation } of evaluation.importance) {
      largest.set(feature, Math.max(largest.get(feature) ?? 0, permutation.value));
    }
  }
  return [...largest]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, shownFeatures)
    .map(([feature]) => feature);
}

function pairs(models: readonly JudgedModel[]): string {
  const [first] = models;
  return first === undefined ? 'no' : count(first.evaluation.importanceRows);
}

function title(models: readonly JudgedModel[], features: readonly string[]): string {
  const [feature] = features;
  if (feature === undefined) return 'No feature was looked at';
  const most = models.filter(({ evaluation }) => evaluation.importance[0]?.feature === feature);
  return models.length === 1
    ? `The model looks most at ${feature}`
    : `${feature} matters most to ${count(most.length)} of ${count(models.length)} families`;
}

/** Families are told apart by form: colours belong to the platforms. */
const shapes: string[] = ['circle', 'square', 'triangle-up'];

function importanceSpec(
  models: readonly JudgedModel[],
  features: readonly string[],
): Chart['spec'] {
  const families = models.map(({ artifact }) => artifact.family);
  const values = models.flatMap(({ artifact, evaluation }) =>
    evaluation.importance
      .filter(({ feature }) => features.includes(feature))
      .map(({ feature, permutation: { value, lower, upper }, own }) => ({
        feature,
        family: artifact.family,
        permutation: value,
        lower: lower ?? value,
        upper: upper ?? value,
        ...(own === undefined ? {} : { own }),
      })),
  );
  const y = {
    field: 'feature',
    type: 'nominal',
    sort: [...features],
    title: null,
    axis: rowAxis,
  } as const;
  const yOffset = {
    field: 'family',
    sort: families,
    scale: { range: [14, 34] },
  } as const;
  return {
    width: chartWidth.wide + 30,
    height: { step: 40 },
    data: { values },
    encoding: { y: { ...y, sort: [...features] } },
    layer: [
      {
        mark: { type: 'text', align: 'left', x: 0, dy: -13, fontWeight: 600, clip: true },
        transform: [{ aggregate: [{ op: 'count', as: 'families' }], groupby: ['feature'] }],
        encoding: { text: { field: 'feature' } },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.5, color: chartColours.soft },
        encoding: {
          x: {
            field: 'lower',
            type: 'quantitative',
            title: 'V_pair worse by',
            axis: { tickCount: 4 },
          },
          x2: { field: 'upper' },
          yOffset: { ...yOffset, scale: { range: [14, 34] } },
        },
      },
      {
        mark: { type: 'point', size: 40 },
        encoding: {
          x: { field: 'permutation', type: 'quantitative' },
          yOffset: { ...yOffset, scale: { range: [14, 34] } },
          shape: {
            field: 'family',
            type: 'nominal',
            title: null,
            scale: { domain: families, range: shapes },
            legend: { columns: 2 },
          },
        },
      },
    ],
  };
}
