/** Labels, features and models, as far as this campaign had them. */
import { modelInUse } from '../../../domain/models/model.ts';
import { type Block, paragraph } from '../../document.ts';
import { count, counted, figure, listed, percent, sentence } from '../../format.ts';
import type { ReportInput } from '../../report-input.ts';
import { cite } from './bibliography.ts';

export function labelBlocks({ plan, profile }: ReportInput): Block[] {
  const { rule, latencyWeight: w } = plan.labels;
  const how =
    rule === 'utility'
      ? `For each pair and platform u = ${figure(w)}·ln(latency) + ${figure(1 - w)}·ln(marginal cost) + ln 4 where the request failed or missed its service level. The label is the platform with the lower u, its weight the difference of both, so that the weighted error of a classifier is the utility that it loses ${cite('zadrozny2003cost')}. Logarithms make a ratio count alike wherever it stands, and near ties carry little weight by themselves.`
      : 'A pair is labelled Lambda where it was faster and at most 1.1 times as expensive, otherwise Fargate.';
  const labels = (profile?.labels ?? []).map(
    ({ workload, pairs, lambdaShare }) =>
      `${workload} ${percent(lambdaShare)} Lambda of ${counted(pairs, 'pair')}`,
  );
  return [
    paragraph(how),
    paragraph(
      'Costs that do not depend on a single request (services, balancer) are in no label: they would make it depend on the router that it trains. Whether a workload is worth a service at all is decided before, by arithmetic.',
    ),
    ...(labels.length === 0 ? [] : [paragraph(`In this dataset: ${labels.join('; ')}.`)]),
  ];
}

export function featureBlocks({ models, plan }: ReportInput): Block[] {
  const [first] = models;
  if (first === undefined) {
    return [paragraph('No model was fitted, so no features were used.')];
  }
  return [
    paragraph(
      `Known before a request is routed, in one fixed order: ${first.artifact.features.join(', ')}. Estimates of a workload come from earlier slots; hours are those of ${plan.schedule.timezone}. Nothing that is known only afterwards can be selected.`,
    ),
  ];
}

const families = {
  'random-forest': `random forest ${cite('breiman2001random')}`,
  'gradient-boosting': `gradient-boosted trees ${cite('chen2016xgboost')}`,
  'neural-network': 'a neural network with layers of 64 and 32 units',
} as const;

export function modelBlocks(input: ReportInput): Block[] {
  const { plan, models, champion, retrainings } = input;
  if (plan.learning.families.length === 0) {
    return [paragraph('The plan asks for no router: nothing was trained.')];
  }
  const asked = listed(plan.learning.families.map((family) => families[family]));
  const tuned = plan.learning.tune
    ? 'The last retraining searched a grid by cross-validation in three folds of whole slots.'
    : 'Settings were those of the plan; nothing was tuned.';
  const fitted = models.map(
    ({ artifact: { family, lineage } }) =>
      `${family} on ${counted(lineage.rowsUsed ?? lineage.rows, 'pair')}`,
  );
  return [
    paragraph(
      `Asked for: ${asked}. ${tuned} Slots were never split between training and judging, and the load of the evaluation was never trained on. ${
        fitted.length === 0 ? 'No model came of it.' : `Fitted: ${listed(fitted)}.`
      }`,
    ),
    ...(champion === undefined ? [] : [paragraph(championOf(input, retrainings.length))]),
  ];
}

function championOf({ champion, plan }: ReportInput, retrainings: number): string {
  if (champion === undefined) return '';
  const model = modelInUse(champion);
  const what = model === undefined ? 'best-static' : `model ${model.slice(0, 12)}`;
  const several =
    retrainings > 1 && plan.learning.families.length > 1
      ? ` Several challengers at once are corrected for ${cite('holm1979simple')}.`
      : '';
  const chosen =
    retrainings === 0
      ? 'No retraining has'
      : `${counted(retrainings, 'retraining')} ${retrainings === 1 ? 'has' : 'have'}`;
  return `${chosen} chosen a router; a challenger is judged on slots in which neither it nor the one in use was fitted.${several} In use would be ${what}. ${sentence(champion.reason)} ${champion.capacityReason === undefined ? '' : `Capacity, which comes first: ${sentence(champion.capacityReason)} `}The share of requests on each platform follows from both (${count(champion.withCapacity.length)} of ${counted(plan.workloads.length, 'workload')} have a service).`;
}
