/**
 * Every parameter of the simulated testbed (METHOD 7.1). All of them are fields of the plan; the
 * sources of the defaults stand beside `defaultSimulation`.
 */
export interface SimulationPlan {
  readonly lambda: SimulatedLambda;
  readonly fargate: SimulatedFargate;
  readonly edge: SimulatedEdge;
  readonly disturbance: DisturbancePlan;
  /** σ of ln work between the requests of a workload; the same on every target of a request. */
  readonly requestSigma: number;
  /** Memory that a process of a workload uses, on either platform. */
  readonly memoryUsedMb: number;
  /** How long the router in the client takes. */
  readonly routerMs: number;
  /** By workload; absent in every plan's file: only a fit to measurements knows it. */
  readonly fitted?: Readonly<Record<string, FittedWorkload>>;
}

/** What a fit to a campaign's own measurements knows about one workload (`simulation-fit.ts`). */
export interface FittedWorkload {
  /** Warm execution over that which size and busy time give (METHOD 3.4). */
  readonly lambdaFactor: number;
  /** By how much the first call of an environment takes longer, at the size it was measured with. */
  readonly firstCallMs: number;
  /** Median and σ of ln of the init; absent where too few were measured: as calibrated. */
  readonly init?: { readonly medianMs: number; readonly sigma: number };
  /**
   * Time in a Fargate service beside that of the queue, the same at any load. Negative where a limit
   * of less than one vCPU lets short work through at full speed.
   */
  readonly ecsOffsetMs: number;
  /** σ of ln between requests, on both platforms together and on each by itself. */
  readonly requestSigma: number;
  readonly lambdaNoiseSigma: number;
  readonly ecsNoiseSigma: number;
}

export interface SimulatedLambda {
  /** With `package` and the price book's architecture the key of the init quantiles. */
  readonly runtime: string;
  readonly package: 'zip' | 'image';
  /** Added to every init: loading of the function's own dependencies. */
  readonly dependencyInitMs: number;
  /**
   * Busy time of one vCPU that the function's own code takes beyond its usual one in the first call
   * of an environment; less memory makes it longer. The runtime's own part is in the calibration.
   */
  readonly firstCallCpuMs: number;
  /** Median and σ of the lognormal limit that is drawn for each idle period. */
  readonly idleLimitMs: number;
  readonly idleLimitSigma: number;
  /** An environment that is older ends with the invocation it serves. */
  readonly lifeMs: number;
  /** Invocations at the same time, over all functions of one owner; the next one gets a 429. */
  readonly concurrency: number;
  /** New environments of one function in `scaleOutPeriodMs`; the next one gets a 429. */
  readonly scaleOutEnvironments: number;
  readonly scaleOutPeriodMs: number;
  /** a of `a + W / min(memory, cap)`: what an invocation takes whatever the memory is. */
  readonly overheadMs: number;
  /** The cap: more memory makes a single request no faster. */
  readonly memoryCapMb: number;
  /** σ of ln execution time of equal requests. */
  readonly noiseSigma: number;
}

export interface SimulatedFargate {
  /** Speed of one vCPU, in those of Lambda. What is I/O-bound waits as long on any. */
  readonly speed: number;
  /** σ of ln speed between tasks: every task is a host of its own (METHOD 1.9). */
  readonly placementSigma: number;
  readonly noiseSigma: number;
  /** From the order to the first request, triangular between the two with the given mean. */
  readonly startMsMin: number;
  readonly startMsMean: number;
  readonly startMsMax: number;
  /** `fixed`: the plan's number of tasks. Prices are those of the plan's number in either case. */
  readonly scaling: 'fixed' | 'target-tracking';
  /** Average CPU that target tracking aims at; slots in use where the workload is I/O-bound. */
  readonly scalingTarget: number;
  readonly scaleOutAfterMs: number;
  readonly scaleInAfterMs: number;
  /** Most tasks of one service that target tracking may run. */
  readonly tasksMax: number;
  /** Requests that one task holds; the next one gets a 503. */
  readonly requestsPerTask: number;
  /** How often a task fails its health checks: it serves what it has and is replaced. */
  readonly healthCheckFailuresPerHour: number;
  /** How often a task runs out of memory: what it serves is answered 502, and it is replaced. */
  readonly outOfMemoryPerHour: number;
  /** How often the counters of every task are read. */
  readonly sampleEveryMs: number;
}

/** Network, gateway or balancer, and the platform's own dispatch, both ways together. */
export interface SimulatedEdge {
  /** Medians of a lognormal with the given σ. */
  readonly lambdaMs: number;
  readonly ecsMs: number;
  readonly sigma: number;
}

/** σ of the lognormal factors on execution time, drawn per nominal hour and day (UTC). */
export interface DisturbancePlan {
  /** Of both platforms at the same time: what pairing removes. */
  readonly commonHourSigma: number;
  readonly commonDaySigma: number;
  /** Of one platform, for all of its owners. */
  readonly lambdaHourSigma: number;
  readonly lambdaDaySigma: number;
  readonly ecsHourSigma: number;
  readonly ecsDaySigma: number;
}

export const defaultSimulation: SimulationPlan = {
  lambda: {
    // The runtime that this product's handlers run on. Init: github.com/maxday/lambda-perf,
    // February to August 2026, a function that does nothing.
    runtime: 'nodejs24.x',
    package: 'zip',
    // An assumption: a function that loads nothing. Of the handlers that come with the product three
    // load next to nothing, and the thumbnail's image library takes 50 ms of CPU (Node.js 24, an
    // AMD EPYC).
    dependencyInitMs: 0,
    // An assumption: no more than the runtime itself. The handlers that come with the product take 1
    // to 22 ms more (measured as above). In spcl/serverless-benchmarks-artifact, 2020, cold medians
    // exceed warm ones by 100 to 600 ms at one vCPU, and by 5 s with a neural network.
    firstCallCpuMs: 0,
    // METHOD 7.1. Calibrated, not validated: it was fitted to the published cold probabilities
    // (pacslab, 2020) and warm fractions (spcl/serverless-benchmarks-artifact, 2020) that the
    // scorecard looks at.
    idleLimitMs: 750_000,
    idleLimitSigma: 0.3,
    // pacslab, 2020: the life in the most likely of nine models of its own measurements.
    lifeMs: 7_200_000,
    // AWS Lambda developer guide, quotas: concurrent executions of an account in a region. Each
    // owner is given its own, because in use there would be only one of the arms (METHOD 1.2).
    concurrency: 1_000,
    // AWS Lambda developer guide, scaling behaviour: 1,000 environments per function every 10 s.
    scaleOutEnvironments: 1_000,
    scaleOutPeriodMs: 10_000,
    // An assumption, from the 1.4 ms that lambda-perf reports for the first call in Rust.
    overheadMs: 1,
    // AWS Lambda developer guide: 1,769 MB buy one vCPU, and a request is served by one thread.
    memoryCapMb: 1_769,
    // ln(p99/p50) / 2.326 of warm durations in spcl/serverless-benchmarks-artifact, 2020: the
    // median over the 30 memory sizes of all workloads but the uploader, which waits for a network,
    // is 0.198.
    noiseSigma: 0.2,
  },
  fargate: {
    // No public measurement: neither platform is faster by construction (METHOD 8).
    speed: 1,
    // An assumption.
    placementSigma: 0.05,
    // No public measurement: as on Lambda.
    noiseSigma: 0.2,
    // elasticscale blog, April 2024: 53 to 62 s, on average 57, for an image of 413 MB.
    startMsMin: 53_000,
    startMsMean: 57_000,
    startMsMax: 62_000,
    scaling: 'fixed',
    // METHOD 3.3, U*.
    scalingTarget: 0.6,
    // Alarms of ECS target tracking: three minutes above the target, fifteen below 90 % of it.
    scaleOutAfterMs: 180_000,
    scaleInAfterMs: 900_000,
    // An assumption that bounds a bill.
    tasksMax: 10,
    // An assumption that bounds an overload: what a small server holds before it refuses.
    requestsPerTask: 1_000,
    healthCheckFailuresPerHour: 0,
    outOfMemoryPerHour: 0,
    // Often enough for the use per request that is interpolated from it, at a tenth of the lines
    // that one reading a second would make.
    sampleEveryMs: 10_000,
  },
  edge: {
    // Assumptions for a client in the region. HTTP API and the invocation behind it: a published
    // figure for REST APIs is 10 to 30 ms, and less for HTTP APIs
    // (smplogs.com/patterns/apigateway/high-latency).
    lambdaMs: 15,
    // ALB: 1 ms each way in an example of AWS's (repost.aws, "high latency on my Application Load
    // Balancer"), and the network.
    ecsMs: 4,
    sigma: 0.3,
  },
  disturbance: {
    // Together sd 10 % per arm and block: √(0.05² + 0.04² + 0.05² + 0.06²) (METHOD 6.4). The part
    // by day and platform is what lambda-perf shows: init medians of Node.js from a zip vary by
    // 6 to 7 % from day to day. How the rest is divided is an assumption.
    commonHourSigma: 0.05,
    commonDaySigma: 0.04,
    lambdaHourSigma: 0.05,
    lambdaDaySigma: 0.06,
    ecsHourSigma: 0.05,
    ecsDaySigma: 0.06,
  },
  // √(0.25² − 0.20²): with the noise above the σ of ln latency of METHOD 6.4.
  requestSigma: 0.15,
  // An assumption: a Node.js process with a small handler.
  memoryUsedMb: 80,
  // An assumption.
  routerMs: 0.1,
};
