import type { DatasetDescription } from '../../src/domain/dataset/dataset-description.ts';

/** Made up, but shaped like the dataset of a short campaign: a test names only what it is about. */
export function aDatasetDescription(
  overrides: Partial<DatasetDescription> = {},
): DatasetDescription {
  const group = {
    workload: 'heavy',
    lambdaShare: 0.25,
    weightMean: 1,
    weightP50: 0.5,
    weightP90: 2,
  };
  const checks = [
    { detector: 'too-few-pairs', value: 100, unit: 'pairs', limit: 59, fires: 'below' },
    {
      detector: 'leak',
      feature: 'in_flight_ecs',
      value: 0.97,
      unit: 'share',
      limit: 0.9,
      fires: 'above',
      finding: { kind: 'leak', feature: 'in_flight_ecs', message: 'It knows the answer.' },
    },
  ] as const;
  return {
    campaignId: 'made-up',
    testbed: 'local',
    setting: {
      labels: { rule: 'utility', latencyWeight: 0.6 },
      priceBook: 'us-east-1/x86_64/2026-11',
      timezone: 'Europe/Berlin',
      seed: 7,
      workloads: ['heavy'],
    },
    dataset: { fingerprint: 'f00dfeed'.repeat(8), slots: [1, 2, 3, 5], rows: 208, pairs: 100 },
    span: { fromMs: Date.UTC(2026, 0, 5), toMs: Date.UTC(2026, 0, 5, 4) },
    coverage: {
      plannedSlots: 6,
      slots: { complete: 4, degraded: 0, missed: 1, skipped: 0, failed: 0 },
      leftOut: [{ slot: 4, status: 'missed', reason: 'No load worker began the run.' }],
      requests: 104,
      rows: 208,
      pairs: 100,
      unpaired: [{ reason: 'lead-in', requests: 4 }],
      outcomes: [
        { outcome: 'answered', rows: 207 },
        { outcome: 'timeout', reason: 'timeout-without-handler', rows: 1 },
      ],
      joinedShare: 207 / 208,
      explainedShare: 1,
    },
    missing: [
      {
        column: 'billed_ms',
        isInformative: false,
        platforms: { lambda: { rows: 104, blank: 1, answered: 103, blankOfAnswered: 0 } },
      },
      {
        column: 'workload',
        isInformative: false,
        platforms: { lambda: { rows: 104, blank: 0, answered: 103, blankOfAnswered: 0 } },
      },
    ],
    labels: {
      pairs: 100,
      balance: { lambda: { pairs: 25, weight: 0.1 }, ecs: { pairs: 75, weight: 0.9 } },
      byWorkload: [{ ...group, pairs: 80 }],
      byLadderStep: [{ ...group, pairs: 20, step: 1, utilisation: 0.25, ratePerS: 8.3 }],
      byRate: [{ ...group, pairs: 80, fromPerS: 0, toPerS: 1.5 }],
      ratioRule: [
        {
          pairs: 100,
          utilityLambdaShare: 0.25,
          ratioLambdaShare: 0.05,
          disagreeShare: 0.2,
          lostUtility: 0.0123,
        },
      ],
      ceiling: {
        rows: 100,
        majority: 0.75,
        workloadMajority: 0.76,
        crossFitted: 0.81,
        inSample: 0.84,
      },
      features: [
        {
          feature: 'payload_bytes',
          min: 100,
          p50: 200,
          max: 300,
          isConstant: false,
          constantWithin: [],
        },
        {
          feature: 'in_flight_ecs',
          min: 0,
          p50: 0,
          max: 0,
          isConstant: true,
          constantWithin: [],
        },
      ],
      detectors: [{ on: 'all-pairs', workloads: ['heavy'], pairs: 100, checks }],
      capacity: { withCapacity: ['heavy'], reason: 'It is cheaper there.' },
      split: {
        fitted: { slots: [1, 2], pairs: 60, lambdaShare: 0.2 },
        judged: { slots: [3, 5], pairs: 40, lambdaShare: 0.3 },
      },
    },
    findings: [
      { kind: 'detector', message: 'It knows the answer.', isSerious: true },
      { kind: 'class-balance', message: 'Lambda was better in 25 of 100 pairs.', isSerious: false },
    ],
    ...overrides,
  };
}

/** Of a campaign in which no slot is complete. */
export function anEmptyDescription(): DatasetDescription {
  const { dataset, span, labels, ...rest } = aDatasetDescription({ missing: [], findings: [] });
  return {
    ...rest,
    coverage: {
      ...rest.coverage,
      slots: { complete: 0, degraded: 0, missed: 6, skipped: 0, failed: 0 },
      requests: 0,
      rows: 0,
      pairs: 0,
      unpaired: [],
      outcomes: [],
      joinedShare: 0,
      explainedShare: 0,
    },
  };
}
