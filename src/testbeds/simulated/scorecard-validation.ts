/** Whether the model predicts what others have measured (METHOD 7.2), and what was fitted to it. */

import { type Claim, claimOf, coldShareGroup } from '../../domain/simulation/scorecard.ts';
import { defaultSimulation, type SimulationPlan } from '../../domain/simulation/simulation.ts';
import { type Random, randomFor } from '../../domain/statistics/random.ts';
import {
  clopperPearsonLower,
  mean,
  standardDeviation,
} from '../../domain/statistics/statistics.ts';
import type { Calibration } from './calibration.ts';
import type { InitModel } from './init-model.ts';
import { Concurrency, LambdaPool } from './lambda-model.ts';

export function validationClaims(simulation: SimulationPlan, calibration: Calibration): Claim[] {
  return [...coldShareClaims(simulation, calibration), ...evictionClaims(simulation, calibration)];
}

/** Their mean is 20 times as precise as the one experiment that was done; its own error is told. */
const experimentsPerRate = 400;

/**
 * The experiment, done again and again: Poisson arrivals at a function that is cold in the
 * beginning, as many as were sent. Passes inside the binomial 95 % interval of the measured share.
 */
function coldShareClaims(simulation: SimulationPlan, calibration: Calibration): Claim[] {
  const { targets_pacslab_coldprob, models } = calibration.lambda_idle_eviction;
  const serviceMs = 1000 * models.poisson_2020_pacslab.service_time_s_p50;
  return targets_pacslab_coldprob.map(({ mean_iat_s, n, cold_prob: target }) => {
    const random = randomFor(1, 'scorecard', 'arrivals', mean_iat_s);
    const shares = Array.from({ length: experimentsPerRate }, () => {
      const pool = poolOf(simulation, { serviceMs, random });
      return coldStarts(pool, { count: n, meanGapMs: 1000 * mean_iat_s, random }) / n;
    });
    const { lower, upper } = binomialInterval(Math.round(target * n), n);
    return claimOf({
      name: `cold share, one request in ${mean_iat_s.toFixed(0)} s`,
      kind: 'validation',
      group: coldShareGroup,
      target,
      ours: mean(shares),
      error: standardDeviation(shares) / Math.sqrt(shares.length),
      mark: `in ${lower.toPrecision(4)} to ${upper.toPrecision(4)}`,
      lower,
      upper,
      source: 'pacslab, serverless performance modelling, 2020',
    });
  });
}

function coldStarts(
  pool: LambdaPool,
  load: { readonly count: number; readonly meanGapMs: number; readonly random: Random },
): number {
  let cold = 0;
  let atMs = 0;
  for (let sent = 0; sent < load.count; sent += 1) {
    atMs -= load.meanGapMs * Math.log(1 - load.random());
    if (pool.invoke(atMs, 1)?.sequence === 1) cold += 1;
  }
  return cold;
}

const bursts = 4_000;
const burstSize = 10;
const evictionTolerance = 0.08;

/**
 * The experiment, done again: a burst, a wait, the same burst, and how many of it are warm. Which
 * waits were tried is not published, only their range: here they are spread equally over it.
 */
function evictionClaims(simulation: SimulationPlan, calibration: Calibration): Claim[] {
  return calibration.lambda_idle_eviction.targets_sebs.map(
    ({ delta_t_s: [fromS, toS], warm_fraction_mean: target }) => {
      const random = randomFor(1, 'scorecard', 'waits', fromS);
      let warm = 0;
      for (let burst = 0; burst < bursts; burst += 1) {
        const waitMs = 1000 * (fromS + ((burst + 0.5) / bursts) * (toS - fromS));
        const pool = poolOf(simulation, { serviceMs: 1_000, random });
        warm += warmAfter(pool, waitMs);
      }
      return claimOf({
        name: `warm fraction after ${fromS} to ${toS} s idle`,
        kind: 'validation',
        group: 'Eviction over idle time',
        target,
        ours: warm / (bursts * burstSize),
        mark: 'within 0.08',
        lower: target - evictionTolerance,
        upper: target + evictionTolerance,
        source: 'spcl/serverless-benchmarks-artifact, 2020',
      });
    },
  );
}

function warmAfter(pool: LambdaPool, waitMs: number): number {
  let endMs = 0;
  for (let call = 0; call < burstSize; call += 1) {
    endMs = Math.max(endMs, pool.invoke(0, 1)?.endMs ?? 0);
  }
  let warm = 0;
  for (let call = 0; call < burstSize; call += 1) {
    if (pool.invoke(endMs + waitMs, 1)?.initMs === undefined) warm += 1;
  }
  return warm;
}

/**
 * Parameters that METHOD 7.1 gives and that were fitted to the measurements above: agreeing with
 * those is no prediction. A plan that changes them is no longer the simulator that was judged.
 */
export function calibrationClaims({ lambda }: SimulationPlan): Claim[] {
  const given = defaultSimulation.lambda;
  const rows = [
    {
      name: 'idle limit, median, s',
      target: given.idleLimitMs / 1000,
      ours: lambda.idleLimitMs / 1000,
      source: 'METHOD 7.1, fitted to the cold shares and warm fractions above',
    },
    {
      name: 'idle limit, σ of its logarithm',
      target: given.idleLimitSigma,
      ours: lambda.idleLimitSigma,
      source: 'METHOD 7.1, fitted to the cold shares and warm fractions above',
    },
    {
      name: 'life of an environment, s',
      target: given.lifeMs / 1000,
      ours: lambda.lifeMs / 1000,
      source: 'pacslab, 2020: of nine settings the most likely for the same cold shares',
    },
  ];
  return rows.map((row) =>
    claimOf({
      ...row,
      kind: 'calibration',
      group: 'Fitted to the same measurements',
      mark: 'as given',
      lower: row.target,
      upper: row.target,
    }),
  );
}

/** Exact 95 % interval of a share (C. Clopper & E. Pearson, Biometrika 26, 1934). */
export function binomialInterval(
  hits: number,
  n: number,
): { readonly lower: number; readonly upper: number } {
  const alpha = 0.025;
  return {
    lower: clopperPearsonLower(hits, n, alpha),
    upper: 1 - clopperPearsonLower(n - hits, n, alpha),
  };
}

/** 200 ms, whatever the runtime: it only keeps a new environment busy a little longer. */
const quickInit: InitModel = { normalScores: [0, 1], lnMs: [Math.log(200), Math.log(200)] };

/** A pool with the plan's idle limit and life, under nothing that disturbs it. */
function poolOf(
  { lambda }: SimulationPlan,
  { serviceMs, random }: { readonly serviceMs: number; readonly random: Random },
): LambdaPool {
  return new LambdaPool({
    spec: {
      ...lambda,
      memoryMb: lambda.memoryCapMb,
      timeoutMs: 900_000,
      execution: { aMs: 0, wMsMb: serviceMs * lambda.memoryCapMb, capMb: lambda.memoryCapMb },
      init: quickInit,
      dependencyInitMs: 0,
      firstCallMs: 0,
    },
    random: { noise: random, init: random, idle: random },
    concurrency: new Concurrency(Number.POSITIVE_INFINITY),
    disturbance: () => 1,
  });
}
