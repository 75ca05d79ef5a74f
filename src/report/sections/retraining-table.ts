import type { Platform } from '../../domain/platform.ts';
import { number, type Table, text } from '../document.ts';
import { blank, count, counted, percent, utility } from '../format.ts';
import type { ReportInput, Retraining } from '../report-input.ts';

/** As many signs of a hash tell models apart; the whole one stands under How it was done. */
const hashLength = 8;

/** Every retraining of the campaign and which router it left in use. */
export function retrainingTable({ retrainings }: ReportInput): Table {
  return {
    kind: 'table',
    caption:
      `${counted(retrainings.length, 'retraining')}, each on all complete slots until then; ` +
      'the last one chose the router in use',
    columns: [
      text('After'),
      text('In use'),
      text('Fargate for'),
      text('Model'),
      number('Judged on rows'),
      number('Accuracy'),
      number('V_pair'),
      number('V_pair of best-static'),
      text('Why'),
    ],
    rows: retrainings.map((retraining) => ({
      cells: [
        `slot ${count(retraining.champion.slotsSeen)}`,
        retraining.champion.kind === 'learned' ? 'learned model' : 'best-static',
        fargateWorkloads(retraining.champion.table),
        ...modelCells(retraining),
        retraining.champion.reason,
      ],
    })),
    note:
      'Fargate for: the workloads that best-static sends there; only their pairs, those of the ' +
      'ladder among them, are learned from. V_pair: mean utility of the chosen ' +
      `outcomes, lower is better. ${blank} = no model was fitted, or there was nothing to judge it on.`,
    narrow: 'cards',
  };
}

function fargateWorkloads(table: Readonly<Record<string, Platform>>): string {
  const names = Object.entries(table).flatMap(([name, platform]) =>
    platform === 'ecs' ? [name] : [],
  );
  return names.length === 0 ? 'none' : names.join(', ');
}

function modelCells({ model }: Retraining): string[] {
  if (model === undefined) return Array(5).fill(blank);
  const { metrics, notJudged } = model.artifact;
  const name = model.hash.slice(0, hashLength);
  if (notJudged !== undefined) return [name, ...Array(4).fill(blank)];
  const { testRows, accuracy, vPair, vPairBestStatic } = metrics;
  return [name, count(testRows), percent(accuracy), utility(vPair), utility(vPairBestStatic)];
}
