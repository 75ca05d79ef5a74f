import type { Chart } from '../document.ts';
import { count, counted, percent } from '../format.ts';
import { chartColours, chartWidth } from '../page/chart-theme.ts';
import type { JudgedModel } from '../sections/model-comparison.ts';
import { confusionTable } from '../sections/model-tables.ts';
import { platformNames } from './platform-marks.ts';

const platforms = [platformNames.ecs, platformNames.lambda] as const;

/** Truth against prediction on unseen slots, a square for each family. */
export function confusionChart(models: readonly JudgedModel[]): Chart {
  return {
    kind: 'chart',
    id: 'confusion',
    title: title(models),
    caption:
      'Pairs of slots that no model had seen. Rows: which platform was better; columns: which one ' +
      'the model said. The share is that of the row, and the stronger the larger.',
    spec: {
      data: { values: models.flatMap(cellsOf) },
      facet: { field: 'family', type: 'nominal', sort: null, title: null },
      columns: 2,
      spacing: { column: 20, row: 18 },
      spec: {
        width: chartWidth.half - 20,
        height: 90,
        encoding: {
          x: {
            field: 'said',
            type: 'nominal',
            sort: [...platforms],
            title: 'said',
            axis: { labelAngle: 0, domain: false, ticks: false },
          },
          y: {
            field: 'better',
            type: 'nominal',
            sort: [...platforms],
            title: null,
            axis: { domain: false, ticks: false },
          },
        },
        layer: [
          {
            mark: { type: 'rect', color: chartColours.neutral, stroke: chartColours.line },
            encoding: {
              opacity: {
                field: 'shareOfBetter',
                type: 'quantitative',
                scale: { domain: [0, 1], range: [0.03, 0.7] },
                legend: null,
              },
            },
          },
          {
            mark: { type: 'text', baseline: 'bottom', fontWeight: 600 },
            encoding: { text: { field: 'pairsWords' } },
          },
          {
            mark: { type: 'text', baseline: 'top', dy: 3 },
            encoding: { text: { field: 'shareWords' } },
          },
        ],
      },
    },
    table: confusionTable(models),
  };
}

function cellsOf({ artifact, evaluation: { confusion } }: JudgedModel) {
  return confusion.flatMap((row, truth) => {
    const all = row[0] + row[1];
    return row.map((pairs, said) => ({
      family: artifact.family,
      better: platforms[truth],
      said: platforms[said],
      pairs,
      shareOfBetter: all === 0 ? 0 : pairs / all,
      pairsWords: count(pairs),
      shareWords: all === 0 ? 'no pair' : percent(pairs / all),
    }));
  });
}

/** The rarer platform is what a model with a high accuracy can still miss. */
function title(models: readonly JudgedModel[]): string {
  const [first] = models;
  if (first === undefined) return 'No model was judged';
  const pairsOf = (truth: 0 | 1): number => sumOf(first.evaluation.confusion[truth]);
  const rarer = pairsOf(0) < pairsOf(1) ? 0 : 1;
  const found = models.map(
    ({ artifact, evaluation: { confusion } }) =>
      `${artifact.family} ${count(confusion[rarer][rarer])}`,
  );
  return `Of ${counted(pairsOf(rarer), 'pair')} that ${platforms[rarer]} was better for, the models found: ${found.join(', ')}`;
}

function sumOf([one, other]: readonly [number, number]): number {
  return one + other;
}
