import { modelInUse, notableDrift } from '../../domain/models/model.ts';
import { calibrationChart, rocChart } from '../charts/model-charts.ts';
import { importanceChart } from '../charts/model-importance-chart.ts';
import { confusionChart } from '../charts/model-matrix-chart.ts';
import { regretChart } from '../charts/model-regret-chart.ts';
import { type Block, paragraph } from '../document.ts';
import { counted, figure, listed } from '../format.ts';
import type { ReportInput } from '../report-input.ts';
import { judgedModels } from './model-comparison.ts';
import { classifierTable, unseenBlocks } from './model-tables.ts';

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
