import { expectedDurationMs } from '../../domain/money/lambda-price.ts';
import type { Plan } from '../../domain/plan.ts';
import {
  type Claim,
  claimOf,
  type Scorecard,
  type SimulationTrust,
  stampOf,
} from '../../domain/simulation/scorecard.ts';
import { defaultSimulation, type SimulationPlan } from '../../domain/simulation/simulation.ts';
import { type AzureLoad, azureComparison } from './azure-comparison.ts';
import { type Calibration, readCalibration } from './calibration.ts';
import { calibrationClaims, validationClaims } from './scorecard-validation.ts';
import { verificationClaims } from './scorecard-verification.ts';

export interface ScorecardInput {
  /** Parameters to judge; absent: the defaults. */
  readonly simulation?: SimulationPlan;
  /** What is compared with Azure; absent: the functions that the shape `azure` draws. */
  readonly load?: AzureLoad;
  readonly calibration?: Calibration;
}

/**
 * What the simulator claims, and whether it holds (METHOD 7.2, 7.3). Computed by running the models
 * themselves; seeded, so that the same parameters always have the same scorecard. Takes about a
 * second.
 */
export function scorecardOf(input: ScorecardInput = {}): Scorecard {
  const { simulation = defaultSimulation, calibration = readCalibration() } = input;
  const azure = azureComparison(calibration, input.load);
  return {
    claims: [
      ...verificationClaims(simulation, calibration),
      ...azureClaims(calibration),
      ...validationClaims(simulation, calibration),
      ...calibrationClaims(simulation),
    ],
    azure,
  };
}

/** The scorecard of a campaign's own parameters and load, as it is stored with its report. */
export function trustOf(
  plan: Plan,
  cpuMs: Readonly<Record<string, number>>,
): Omit<SimulationTrust, 'sensitivity'> {
  const scorecard = scorecardOf({
    load: loadOf(plan, cpuMs),
    ...(plan.simulation === undefined ? {} : { simulation: plan.simulation }),
  });
  return { stamp: stampOf(scorecard.claims), ...scorecard };
}

function loadOf(plan: Plan, cpuMs: Readonly<Record<string, number>>): AzureLoad {
  const { workloads, seed, load } = plan;
  if (load.shape === 'azure' && load.source === undefined) {
    return { shape: 'azure', seed, workloads: workloads.map(({ name }) => name) };
  }
  return {
    shape: 'other',
    workloads: workloads.map((workload) => ({
      share: workload.share,
      executionMs: expectedDurationMs(workload, cpuMs[workload.name] ?? workload.cpuMs ?? 0),
      memoryMb: workload.lambdaMemoryMb,
    })),
  };
}

/** METHOD 7.3: on the shape `azure`, whatever the load of this campaign is. */
function azureClaims(calibration: Calibration): Claim[] {
  const { executionKs, memoryKs, source } = azureComparison(calibration);
  const rows = [
    { name: 'azure execution time, KS', target: 0.05, ours: executionKs },
    { name: 'azure memory, KS', target: 0.1, ours: memoryKs },
  ];
  return rows.map((row) =>
    claimOf({
      ...row,
      kind: 'verification',
      group: 'Functions of the shape azure against the trace of 2019',
      mark: 'at most the target',
      lower: 0,
      upper: row.target,
      source,
    }),
  );
}
