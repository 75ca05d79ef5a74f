import type {
  Coverage,
  DatasetDescription,
  DatasetFinding,
  DetectorRun,
  LabelDescription,
  MissingValues,
} from '../../domain/dataset/dataset-description.ts';

/**
 * What a description shows, in sentences with their numbers; the serious ones first. What was looked
 * at and found in order stands in the description itself.
 */
export function datasetFindings(
  description: Pick<DatasetDescription, 'coverage' | 'missing' | 'labels'>,
): DatasetFinding[] {
  const { coverage, missing, labels } = description;
  const findings = [
    ...coverageFindings(coverage),
    ...missingFindings(missing),
    ...(labels === undefined ? [noPairs(coverage)] : labelFindings(labels)),
  ];
  return [
    ...findings.filter(({ isSerious }) => isSerious),
    ...findings.filter(({ isSerious }) => !isSerious),
  ];
}

/** METHOD 1.6: above it, a gap without an explanation makes a slot degraded. */
const gapShareLimit = 0.02;

function coverageFindings(coverage: Coverage): DatasetFinding[] {
  const { plannedSlots, slots, leftOut, rows, explainedShare } = coverage;
  const counts = (['degraded', 'missed', 'failed', 'skipped'] as const)
    .filter((status) => slots[status] > 0)
    .map((status) => `${slots[status]} ${status}`);
  const kept = slots.complete - leftOut.filter(({ status }) => status === 'complete').length;
  const slotFinding: DatasetFinding = {
    kind: 'coverage',
    message:
      `${kept} of ${plannedSlots} planned slots are in the dataset` +
      `${counts.length === 0 ? '' : `; left out: ${counts.join(', ')}`}.`,
    // An hour of the week without data is an hour that nothing is known about.
    isSerious: counts.length > 0,
  };
  const gap = 1 - explainedShare;
  if (rows === 0 || gap === 0) return [slotFinding];
  return [
    slotFinding,
    {
      kind: 'coverage',
      message:
        `${percent(gap)} of ${rows} rows have no record of their platform and no known reason ` +
        `for it; ${percent(gapShareLimit)} is the limit of a complete slot.`,
      isSerious: gap > gapShareLimit,
    },
  ];
}

function missingFindings(missing: readonly MissingValues[]): DatasetFinding[] {
  return missing.flatMap(({ column, isInformative, platforms }): DatasetFinding[] => {
    if (isInformative) return [];
    const parts = Object.entries(platforms).flatMap(([platform, { answered, blankOfAnswered }]) =>
      blankOfAnswered > gapShareLimit * answered
        ? `${percent(blankOfAnswered / answered)} of ${answered} answered rows of ${platform}`
        : [],
    );
    if (parts.length === 0) return [];
    return [
      {
        kind: 'missing-values',
        message: `"${column}" is unknown in ${parts.join(' and ')}.`,
        isSerious: false,
      },
    ];
  });
}

function noPairs({ rows }: Coverage): DatasetFinding {
  return {
    kind: 'coverage',
    message: `There is no pair with two outcomes in ${rows} rows, so there are no labels.`,
    isSerious: true,
  };
}

function labelFindings(labels: LabelDescription): DatasetFinding[] {
  return [
    ...labels.detectors.flatMap(detectorFindings),
    capacityFinding(labels),
    balanceFinding(labels),
    ceilingFinding(labels),
    ...ratioFindings(labels),
    ...constantFindings(labels),
  ];
}

function detectorFindings({ on, workloads, checks }: DetectorRun): DatasetFinding[] {
  const scope = on === 'all-pairs' ? '' : ` (pairs of ${workloads.join(', ')})`;
  const messages = checks.flatMap(({ finding }) => finding?.message ?? []);
  return messages.map((message) => ({
    kind: 'detector',
    message: `${message}${scope}`,
    isSerious: true,
  }));
}

function capacityFinding({ capacity }: LabelDescription): DatasetFinding {
  const { withCapacity, reason } = capacity;
  const chosen =
    withCapacity.length === 0
      ? 'No workload earns a Fargate service at the rate of the evaluation, so a router would have nothing to route.'
      : `A service is worth it for ${withCapacity.join(', ')}; only pairs of these train a router.`;
  return {
    kind: 'capacity',
    message: `${chosen} ${reason}`,
    isSerious: withCapacity.length === 0,
  };
}

function balanceFinding({ pairs, balance }: LabelDescription): DatasetFinding {
  const { lambda, ecs } = balance;
  return {
    kind: 'class-balance',
    message:
      `Lambda was better in ${lambda.pairs} of ${pairs} pairs (${percent(lambda.pairs / pairs)}), ` +
      `with ${percent(lambda.weight)} of the weight; Fargate in ${ecs.pairs}.`,
    isSerious: false,
  };
}

function ceilingFinding({ ceiling }: LabelDescription): DatasetFinding {
  const { rows, majority, workloadMajority, crossFitted, inSample } = ceiling;
  return {
    kind: 'ceiling',
    message:
      `Always saying the more frequent platform is right for ${percent(majority)} of ${rows} ` +
      `pairs, knowing the workload for ${percent(workloadMajority)}; no rule on workload, payload ` +
      `and load gets above ${percent(crossFitted)} (cross-fitted) to ${percent(inSample)} (in-sample).`,
    isSerious: false,
  };
}

function ratioFindings({ ratioRule }: LabelDescription): DatasetFinding[] {
  const all = ratioRule.find(({ workload }) => workload === undefined);
  if (all === undefined) return [];
  return [
    {
      kind: 'ratio-rule',
      message:
        `The ratio rule says otherwise for ${percent(all.disagreeShare)} of ${all.pairs} pairs: ` +
        `Lambda for ${percent(all.ratioLambdaShare)} of them instead of ` +
        `${percent(all.utilityLambdaShare)}; following it loses ${all.lostUtility.toFixed(4)} of ` +
        'utility a pair.',
      isSerious: false,
    },
  ];
}

function constantFindings({ features, pairs }: LabelDescription): DatasetFinding[] {
  const constant = features.filter(({ isConstant }) => isConstant);
  if (constant.length === 0) return [];
  const values = constant.map(({ feature, min }) => `${feature} (${Number(min.toPrecision(3))})`);
  return [
    {
      kind: 'constant-feature',
      message:
        `The same in all ${pairs} pairs, so that they tell nothing, are ${constant.length} of ` +
        `${features.length} features: ${values.join(', ')}.`,
      isSerious: false,
    },
  ];
}

function percent(share: number): string {
  const value = 100 * share;
  return `${value > 0 && value < 0.1 ? '<0.1' : value.toFixed(1)} %`;
}
