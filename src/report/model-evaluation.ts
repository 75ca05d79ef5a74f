import { modelInUse, notableDrift } from '../domain/model.ts';
import { type Block, paragraph } from './document.ts';
import { counted, figure, listed } from './format.ts';
import { calibrationChart, rocChart } from './model-charts.ts';
import { judgedModels } from './model-comparison.ts';
import { importanceChart } from './model-importance-chart.ts';
import { confusionChart } from './model-matrix-chart.ts';
import { regretChart } from './model-regret-chart.ts';
import { classifierTable, unseenBlocks } from './model-tables.ts';
import type { ReportInput } from './report-input.ts';

/** Everything that was found out about the models of the last retraining; empty without any. */
export function evaluationBlocks({ models, champion }: ReportInput): Block[] {
  const judged = judgedModels(models);
  if (judged.length === 0) return [];
  return [
    regretChart(judged, champion === undefined ? undefined : modelInUse(champion)),
    confusionChart(judged),
    rocChart(judged),
    calibrationChart(judged),
    importanceChart(judged),
    classifierTable(judged),
    ...unseenBlocks(judged),
  ];
}

/** What has moved since the retraining before the last: a warning, never a veto. */
export function driftBlocks({ champion }: ReportInput): Block[] {
  const { drift } = champion ?? {};
  if (drift === undefined) return [];
  const moved = drift.filter(({ psi }) => psi > notableDrift);
  if (moved.length === 0) {
    return [
      paragraph(
        `No feature has drifted since the retraining before: the population stability index of all ` +
          `${counted(drift.length, 'feature')} is at most ${notableDrift}.`,
      ),
    ];
  }
  const named = listed(moved.map(({ feature, psi }) => `${feature} (${figure(psi)})`));
  return [
    paragraph(
      `The slots since the retraining before differ from the earlier ones in ${named}: population ` +
        `stability index above ${notableDrift}. What was learned earlier may hold less for them.`,
    ),
  ];
}
