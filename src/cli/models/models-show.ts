import type { ModelArtifact } from '../../domain/models/model.ts';
import type { Estimate, ModelEvaluation } from '../../domain/models/model-evaluation.ts';
import { type FigureName, figureNames } from '../../domain/models/model-evaluation.ts';
import { entry, table } from '../check/check-text.ts';
import type { CliServices } from '../services.ts';
import { requirePlan } from '../stored-campaign.ts';
import { estimateText, slotsText } from './model-text.ts';
import {
  findChampion,
  type ModelRole,
  requireStoredModel,
  resolveModel,
  roleOf,
  type StoredModel,
} from './stored-models.ts';

/** Everything that is stored about one model, its arrays aside. */
export async function showModel(
  services: CliServices,
  campaignId: string,
  prefix: string,
): Promise<number> {
  await requirePlan(services, campaignId);
  const hash = await resolveModel(services, campaignId, prefix);
  const model = await requireStoredModel(services, campaignId, hash);
  const found = await findChampion(services, campaignId);
  const role = roleOf(hash, found?.champion);
  for (const line of modelLines(model, role)) services.output.line(line);
  const { scorer, ...artifact } = model.artifact;
  services.output.json({
    campaignId,
    hash,
    ...(role === undefined ? {} : { role }),
    artifact: { ...artifact, scorer: scorer.kind },
    ...(model.evaluation === undefined ? {} : { evaluation: model.evaluation }),
  });
  return 0;
}

/** In lines of at most 80 columns. Exported for its test. */
export function modelLines(model: StoredModel, role: ModelRole | undefined): string[] {
  const { hash, artifact, evaluation } = model;
  const parts = [
    [
      ...entry('Model', hash),
      ...entry('Family', artifact.family),
      ...entry('In use', roleText(role)),
    ],
    lineageLines(artifact),
    figureLines(model),
    confusionLines(model),
    importanceLines(artifact, evaluation),
    unseenLines(evaluation),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function roleText(role: ModelRole | undefined): string {
  switch (role) {
    case 'champion':
      return 'yes, it is the champion.';
    case 'learned router':
      return 'no; it is the best learned router, which the hybrid arm is measured with.';
    case 'challenger':
      return 'no; it is a challenger, which the next retraining judges.';
    case undefined:
      return 'no; kept from an earlier retraining.';
    default:
      return role satisfies never;
  }
}

function lineageLines({ lineage, features, workloads, threshold }: ModelArtifact): string[] {
  const used = lineage.rowsUsed === undefined ? '' : `, ${lineage.rowsUsed} of them used`;
  return [
    ...entry('Trained on', `slots ${slotsText(lineage.slots)}, ${lineage.rows} rows${used}`),
    ...entry('Dataset', lineage.datasetFingerprint),
    ...entry('Seed', String(lineage.seed)),
    ...entry('Parameters', pairsText(lineage.params)),
    ...entry('Libraries', pairsText(lineage.libraries)),
    ...entry('Workloads', workloads.join(', ')),
    ...entry('Features', `${features.length}; a request goes to Lambda above p = ${threshold}`),
  ];
}

function pairsText(record: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(record).map(([name, value]) => `${name} ${value}`);
  return pairs.length === 0 ? 'none' : pairs.join(', ');
}

const figureWords: Readonly<Record<FigureName, string>> = {
  accuracy: 'accuracy',
  balancedAccuracy: 'balanced accuracy',
  precision: 'precision, lambda',
  recall: 'recall, lambda',
  f1: 'F1, lambda',
  rocAuc: 'area under ROC',
  logLoss: 'log loss',
  brier: 'Brier score',
  vPair: 'V_pair (u)',
};

function figureLines({ artifact, evaluation }: StoredModel): string[] {
  const { metrics, notJudged } = artifact;
  if (evaluation !== undefined) {
    const { figures, baselines, regret, regretBestStatic } = evaluation;
    const slots = `slots ${slotsText(evaluation.judgedSlots)}, fitted on ${slotsText(evaluation.fittedSlots)}`;
    return [
      ...entry(
        'Judged on',
        `${slots}: ${evaluation.rows} rows. 95 % intervals over slots; of V_pair and regret, less is better.`,
      ),
      ...figureTable(figures, { ...baselines, regret, regretBestStatic }),
    ];
  }
  if (notJudged !== undefined || metrics.testRows === 0) {
    return entry('Not judged', notJudged ?? 'no rows were held out.');
  }
  const figures = Object.fromEntries(
    figureNames.flatMap((name) => {
      const value = metrics[name];
      return value === undefined ? [] : [[name, { value }]];
    }),
  );
  return [
    ...entry('Judged on', `${metrics.testRows} rows of held-out slots, without intervals.`),
    ...figureTable(figures, metrics),
  ];
}

interface Baselines {
  readonly majorityAccuracy: number;
  readonly ceiling: readonly [number, number];
  readonly vPairBestStatic: number;
  readonly vPairOracle?: number;
  readonly regret?: Estimate;
  readonly regretBestStatic?: Estimate;
}

/** A figure, and what it is to be held against (METHOD 4.5, 6.1). */
function figureTable(
  figures: ModelEvaluation['figures'],
  { majorityAccuracy, ceiling, vPairBestStatic, vPairOracle, regret, regretBestStatic }: Baselines,
): string[] {
  const against: Partial<Record<FigureName, string>> = {
    accuracy: `majority class ${majorityAccuracy.toFixed(3)}`,
    vPair: `best-static ${vPairBestStatic.toFixed(3)}`,
  };
  const rows = figureNames.flatMap((name) => {
    const figure = figures[name];
    if (figure === undefined) return [];
    return [[figureWords[name], estimateText(figure), against[name] ?? '']];
  });
  if (regret !== undefined && regretBestStatic !== undefined) {
    const ofStatic = `best-static ${regretBestStatic.value.toFixed(3)}`;
    rows.push(['regret (u)', estimateText(regret), ofStatic]);
  }
  if (vPairOracle !== undefined) rows.push(['oracle (u)', vPairOracle.toFixed(3), '']);
  const bracket = ceiling.map((value) => value.toFixed(3)).join(' to ');
  return aligned([...rows, ['ceiling', bracket, 'of the accuracy']]);
}

/** Columns aligned left, since intervals have no common point. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function confusionLines({ artifact, evaluation }: StoredModel): string[] {
  const { metrics } = artifact;
  const confusion = evaluation?.confusion ?? metrics.confusion;
  if (evaluation === undefined && metrics.testRows === 0) return [];
  const rows = confusion.map(([ecs, lambda], truth) => [
    truth === 0 ? 'ecs was better' : 'lambda was better',
    String(ecs),
    String(lambda),
  ]);
  return table(['rows by truth and choice', 'to ecs', 'to lambda'], rows);
}

const mostFeatures = 10;

function importanceLines(artifact: ModelArtifact, evaluation?: ModelEvaluation): string[] {
  if (evaluation !== undefined && evaluation.importance.length > 0) {
    const shown = evaluation.importance.slice(0, mostFeatures);
    const rows = shown.map(({ feature, permutation, own }) => [
      feature,
      estimateText(permutation),
      own === undefined ? '-' : own.toFixed(3),
    ]);
    return table(['feature', 'u lost when shuffled', "model's own"], rows);
  }
  const own = Object.entries(artifact.importance).sort(([, a], [, b]) => b - a);
  const rows = own.slice(0, mostFeatures).map(([feature, value]) => [feature, value.toFixed(3)]);
  return rows.length === 0 ? [] : table(['feature', "model's own importance"], rows);
}

function unseenLines(evaluation?: ModelEvaluation): string[] {
  const unseen = evaluation?.leaveOneWorkloadOut ?? [];
  if (unseen.length === 0) return [];
  const rows = unseen.map(({ workload, notJudged, ...figures }) => [
    workload,
    ...(notJudged === undefined
      ? [figures.accuracy, figures.majorityAccuracy, figures.vPair, figures.vPairBestStatic].map(
          (value) => value.toFixed(3),
        )
      : ['-', '-', '-', '-']),
  ]);
  return table(['workload never seen', 'accuracy', 'majority', 'V_pair', 'static'], rows);
}
