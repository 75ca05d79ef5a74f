import type { Arm } from '../../src/domain/arm.ts';
import type { SlotOutcome } from '../../src/domain/campaign.ts';
import type { CampaignProfile } from '../../src/domain/dataset/profile.ts';
import type { ModelArtifact } from '../../src/domain/models/model.ts';
import type { Plan, WorkloadPlan } from '../../src/domain/plan.ts';
import type { RunSummary } from '../../src/domain/receipt.ts';
import type { ArmResult, ArmWorkloadResult, Verdict } from '../../src/domain/verdict/verdict.ts';
import type { ReportInput } from '../../src/report/report-input.ts';
import { aPlan, aWorkload, oneVcpu, type PlanChanges } from './a-plan.ts';
import { aRunSummary } from './a-run-summary.ts';

/** Made up, but shaped like a campaign of the demo's plan: a test names only what it is about. */
export function aReportInput(overrides: Partial<ReportInput> = {}): ReportInput {
  const artifact = aModelArtifact();
  return {
    campaignId: 'made-up',
    plan: aReportedPlan(),
    outcome: 'completed',
    deployment: {
      limits: 'cgroup2',
      nodeVersion: 'v24.1.0',
      cpuModel: 'Test CPU 3000',
      cpuCount: 2,
      cpuMs: { lightweight: 1.1, thumbnail: 6.6, medium: 43, heavy: 199 },
    },
    slots: [1, 2, 3, 4, 5, 6].map(aCompleteSlot),
    blocks: [1, 2, 3, 4, 5, 6, 7, 8, 9].map(aBlock),
    blockFailures: [],
    notes: [{ atMs: Date.UTC(2026, 0, 5, 12, 3, 20), text: 'The fan of the machine is loud.' }],
    dataset: {
      fingerprint: 'f00dfeed'.repeat(8),
      slots: [1, 2, 3, 4, 5, 6],
      rows: 948,
      pairs: 474,
    },
    profile: aProfile(),
    findings: [],
    retrainings: [],
    champion: {
      kind: 'best-static',
      table: { lightweight: 'lambda', thumbnail: 'lambda', medium: 'lambda', heavy: 'ecs' },
      withCapacity: ['heavy'],
      learnedModelHash: 'cafe0123'.repeat(8),
      reason: 'The learned model was not better than best-static on the last two slots.',
      slotsSeen: 6,
    },
    model: { hash: 'cafe0123'.repeat(8), artifact },
    models: [{ hash: 'cafe0123'.repeat(8), artifact }],
    verdict: aVerdict(),
    leftovers: [],
    ...overrides,
  };
}

export function aReportedPlan(changes: PlanChanges = {}): Plan {
  const small = { lambdaMemoryMb: 256, ecsVcpu: 0.5, ecsMemoryMb: 1024 };
  return aPlan({
    workloads: [
      aReportedWorkload('lightweight', 250, { share: 0.3 }),
      aReportedWorkload('thumbnail', 400, { share: 0.22, ...small }),
      aReportedWorkload('medium', 600, { share: 0.21, ...oneVcpu }),
      aReportedWorkload('heavy', 2500, { share: 0.27, ...oneVcpu }),
    ],
    ...changes,
    schedule: { slots: 6, everyMs: 22_000, late: 'shift', graceMs: 5000, ...changes.schedule },
    load: {
      durationMs: 5000,
      ratePerS: 4,
      ladder: { utilisation: [0.25, 0.5, 0.7], stepMs: 4000, pairs: 200 },
      ...changes.load,
    },
    evaluation: {
      blocks: 9,
      leadInBlocks: 1,
      blockDurationMs: 4000,
      drainMs: 800,
      ratePerS: 13,
      ...changes.evaluation,
    },
  });
}

function aReportedWorkload(
  name: string,
  latencyMs: number,
  changes: Partial<WorkloadPlan>,
): WorkloadPlan {
  const slo = { latencyMs, attainment: 0.95 };
  return aWorkload({ name, run: `workloads/${name}/handler.ts`, slo, ...changes });
}

export function aVerdict(overrides: Partial<Verdict> = {}): Verdict {
  return {
    answer: 'hybrid',
    isDecided: true,
    sentence:
      'Hybrid is the cheapest arm that is fast enough: all-in $0.00331 per 1,000 good requests, ' +
      '18 % cheaper (95 % interval 14 to 22 %) than lambda-only, over 8 blocks. ' +
      'A Fargate task has 3.5 times the CPU of the Lambda function beside it.',
    share: 0.962,
    quantile: 'p75',
    blocks: 8,
    arms: [
      anArm('lambda-only', { lambda: 4.04 }),
      anArm('ecs-only', { busy: 1.36, idle: 1.98, variable: 0.24, balancer: 0.69, speed: 0.3 }),
      anArm('hybrid', {
        lambda: 1.12,
        busy: 0.6,
        idle: 0.83,
        variable: 0.07,
        balancer: 0.69,
        speed: 0.7,
      }),
    ],
    contrasts: [
      aContrast('hybrid', 'lambda-only', [0.819, 0.776, 0.861], 'materially-better'),
      aContrast('hybrid', 'ecs-only', [0.775, 0.741, 0.812], 'materially-better'),
      aContrast('ecs-only', 'lambda-only', [1.057, 0.991, 1.122], 'undecided'),
    ],
    minimumDetectableEffect: 0.072,
    isFewBlocks: false,
    skipped: [
      {
        arm: 'best-static',
        reason: 'The hybrid treats 99.6 % of the collected requests as best-static does.',
      },
    ],
    ...overrides,
  };
}

interface ArmParts {
  readonly lambda?: number;
  readonly busy?: number;
  readonly idle?: number;
  readonly variable?: number;
  readonly balancer?: number;
  /** Latency against that of lambda-only. */
  readonly speed?: number;
}

/** Parts are thousandths of a dollar per 1,000 good requests. */
export function anArm(arm: Arm, parts: ArmParts, overrides: Partial<ArmResult> = {}): ArmResult {
  const { lambda = 0, busy = 0, idle = 0, variable = 0, balancer = 0, speed = 1 } = parts;
  const good = 416;
  const usd = (thousandths: number): number => (thousandths / 1e6) * good;
  const allIn = lambda + busy + idle + variable + balancer;
  const costPer1000Usd = allIn / 1000;
  return {
    arm,
    requests: good,
    good,
    failed: 0,
    costPer1000Usd,
    costPer1000Lower: costPer1000Usd * 0.96,
    costPer1000Upper: costPer1000Usd * 1.05,
    cost: {
      hours: 0.0107,
      good,
      lambdaUsd: usd(lambda),
      ecsVariableUsd: usd(variable),
      ecsBusyUsd: usd(busy),
      ecsIdleUsd: usd(idle),
      balancerUsd: usd(balancer),
      allInUsd: usd(allIn),
      ...(busy + idle > 0 ? { utilisation: busy / (busy + idle) } : {}),
    },
    isFastEnough: true,
    fastEnoughStability: 1,
    lambdaShare: lambda / allIn > 0.99 ? 1 : lambda > 0 ? 0.73 : 0,
    workloads: [
      anArmWorkload('lightweight', { requests: 128, p50: 14 * speed }),
      anArmWorkload('thumbnail', { requests: 88, p50: 76 * speed }),
      anArmWorkload('medium', { requests: 88, p50: 158 * speed }),
      anArmWorkload('heavy', { requests: 112, p50: 830 * speed }),
    ],
    ...overrides,
  };
}

export function anArmWorkload(
  workload: string,
  { requests, p50 }: { readonly requests: number; readonly p50: number },
): ArmWorkloadResult {
  return {
    workload,
    requests,
    good: requests,
    attainment: 1,
    attainmentLower: 0.05 ** (1 / requests),
    target: 0.95,
    isFastEnough: true,
    p50,
    p75: p50 * 1.2,
    ...(requests >= 100 ? { p90: p50 * 1.5 } : {}),
  };
}

export function aCompleteSlot(
  slot: number,
): Extract<SlotOutcome, { readonly status: 'complete' | 'degraded' }> {
  return {
    slot,
    status: 'complete',
    requests: 79,
    observed: 79,
    rows: 158,
    joined: 158,
    errors: 0,
    lagMsP99: 9.4,
    costUsd: 0.00213,
  };
}

export function aBlock(block: number): RunSummary {
  return aRunSummary({
    run: `block-0${block}`,
    rows: 208,
    intendedRequests: 52,
    observedRequests: 52,
    answeredRows: 208,
    goodRows: 208,
    joinedRows: 208,
    explainedRows: 208,
    sendLagMsP99: 7.7,
    coldStarts: block === 1 ? 31 : 2,
    costUsd: 0.00091,
  });
}

export function aContrast(
  arm: Arm,
  against: Arm,
  [ratio, lower, upper]: readonly [number, number, number],
  word: Verdict['contrasts'][number]['cost']['contrast'],
): Verdict['contrasts'][number] {
  return {
    arm,
    against,
    cost: { ratio, lower, upper, contrast: word },
    latency: { ratio: 0.71, lower: 0.655, upper: 0.782, contrast: 'materially-better' },
  };
}

function aProfile(): CampaignProfile {
  const calm = {
    lightweight: [14, 4.5],
    thumbnail: [76, 16],
    medium: [158, 56],
    heavy: [830, 280],
  };
  const lambdaUsd = { lightweight: 0.00142, thumbnail: 0.00163, medium: 0.00273, heavy: 0.00835 };
  return {
    rows: 948,
    pairs: 474,
    joinedShare: 0.9979,
    explainedShare: 1,
    latencies: Object.entries(calm).flatMap(([workload, [lambdaMs = 0, ecsMs = 0]]) => [
      {
        workload,
        platform: 'lambda' as const,
        requests: 30,
        good: 30,
        p50: lambdaMs,
        serverMsP50: lambdaMs - 3,
        coldStarts: 3,
        marginalPer1000Usd: lambdaUsd[workload as keyof typeof lambdaUsd],
      },
      {
        workload,
        platform: 'ecs' as const,
        requests: 30,
        good: 30,
        p50: ecsMs,
        serverMsP50: ecsMs - 2,
        coldStarts: 0,
        marginalPer1000Usd: 0.000241,
      },
    ]),
    ladder: Object.entries(calm).flatMap(([workload, [lambdaMs = 0, ecsMs = 0]]) =>
      [0.25, 0.5, 0.7].flatMap((utilisation, index) => [
        {
          workload,
          platform: 'lambda' as const,
          step: index + 1,
          utilisation,
          ratePerS: utilisation * 20,
          requests: 60,
          p50: lambdaMs * (1 + index * 0.02),
          p95: lambdaMs * 1.5,
        },
        {
          workload,
          platform: 'ecs' as const,
          step: index + 1,
          utilisation,
          ratePerS: utilisation * 20,
          requests: 60,
          p50: ecsMs * (1 + index * 0.3),
          p95: ecsMs * (1.6 + index * index * 1.9),
        },
      ]),
    ),
    labels: Object.keys(calm).map((workload) => ({
      workload,
      pairs: 118,
      lambdaShare: 0.02,
      weightMean: 1.42,
    })),
    outcomes: [
      { outcome: 'answered', rows: 946 },
      { outcome: 'failed', reason: 'status 429: no environment was started', rows: 2 },
    ],
    positionEffect: [
      { platform: 'lambda', logRatio: 0.008, pairs: 120 },
      { platform: 'ecs', logRatio: 0.031, pairs: 120 },
    ],
  };
}

function aModelArtifact(): ModelArtifact {
  return {
    schema: 'crossover-model/2',
    family: 'random-forest',
    features: ['payload_bytes', 'in_flight_ecs', 'recent_rate_ecs_per_s'],
    workloads: ['lightweight', 'thumbnail', 'medium', 'heavy'],
    classes: ['ecs', 'lambda'],
    threshold: 0.5,
    scorer: {
      kind: 'forest',
      trees: 0,
      nodes: 0,
      roots: '',
      feature: '',
      threshold: '',
      right: '',
      pLambda: '',
    },
    importance: { payload_bytes: 0.21, in_flight_ecs: 0.47, recent_rate_ecs_per_s: 0.32 },
    metrics: {
      testRows: 158,
      accuracy: 0.943,
      balancedAccuracy: 0.871,
      majorityAccuracy: 0.911,
      ceiling: [0.931, 0.962],
      rocAuc: 0.953,
      logLoss: 0.187,
      brier: 0.051,
      confusion: [
        [138, 6],
        [3, 11],
      ],
      vPair: -2.871,
      vPairBestStatic: -2.884,
    },
    lineage: {
      datasetFingerprint: 'f00dfeed'.repeat(8),
      slots: [1, 2, 3, 4, 5, 6],
      rows: 474,
      seed: 42,
      params: { trees: 200, maxDepth: 12 },
      libraries: { 'ml-random-forest': '2.1.0' },
    },
  };
}
