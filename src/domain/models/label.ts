/**
 * Which platform was better for one request, and by how much (METHOD 4.1, 4.2). Only the routing
 * decision: what a service costs per hour belongs to the capacity decision and never enters here.
 */

/** κ: what a failure or a missed SLO adds to u, a factor of four in "latency and cost". */
export const penalty = Math.log(4);

/** Below it a cost is as good as nothing, and its logarithm would drown the latency. */
export const costFloorUsd = 1e-8;

/** A latency of less than the clock can tell apart must not become minus infinity. */
const latencyFloorMs = 1e-3;

/** Lambda may cost a tenth more when it is faster (the ratio rule of METHOD 4.2). */
const ratioRuleCostFactor = 1.1;

/** Weights above this quantile are cut to it, so that one outlier cannot own a tree. */
const weightCapQuantile = 0.999;

/** What one target of a pair brought. */
export interface PairOutcome {
  /** Absent without an answer. */
  readonly latencyMs?: number;
  readonly isGood: boolean;
  readonly costUsd: number;
}

export interface UtilityRule {
  /** w of METHOD 4.1, in [0, 1]. */
  readonly latencyWeight: number;
  /** The deadline: the latency of whatever did not become a good answer (METHOD 6.2). */
  readonly timeoutMs: number;
  readonly sloLatencyMs?: number;
}

export interface LabelRule extends UtilityRule {
  readonly rule: 'utility' | 'ratio';
}

export interface PairLabel {
  /** 1 = lambda, 0 = ecs. */
  readonly label: 0 | 1;
  /** |u_E − u_L| under the utility rule; uncapped. 1 under the ratio rule, which has no regret. */
  readonly weight: number;
  readonly utilityLambda: number;
  readonly utilityEcs: number;
}

/** Label and weight of one pair. A tie goes to ecs; under the utility rule it weighs nothing. */
export function labelPair(lambda: PairOutcome, ecs: PairOutcome, rule: LabelRule): PairLabel {
  const utilityLambda = utilityOf(lambda, rule);
  const utilityEcs = utilityOf(ecs, rule);
  if (rule.rule === 'ratio') {
    const ratios = ratiosOf(lambda, ecs, rule);
    const isLambda = ratios.latencyRatio < 1 && ratios.costRatio <= ratioRuleCostFactor;
    return { label: isLambda ? 1 : 0, weight: 1, utilityLambda, utilityEcs };
  }
  return {
    label: utilityLambda < utilityEcs ? 1 : 0,
    weight: Math.abs(utilityEcs - utilityLambda),
    utilityLambda,
    utilityEcs,
  };
}

/** u of METHOD 4.1: lower is better. What failed took until the deadline, however fast it failed. */
export function utilityOf(outcome: PairOutcome, rule: UtilityRule): number {
  const latencyMs = latencyToGoodMs(outcome, rule.timeoutMs);
  const isTooSlow = rule.sloLatencyMs !== undefined && latencyMs > rule.sloLatencyMs;
  return (
    rule.latencyWeight * Math.log(latencyMs) +
    (1 - rule.latencyWeight) * Math.log(Math.max(outcome.costUsd, costFloorUsd)) +
    (outcome.isGood && !isTooSlow ? 0 : penalty)
  );
}

/** Lambda over ecs, as description: never a feature, because it contains the answer (METHOD 4.2). */
export function ratiosOf(
  lambda: PairOutcome,
  ecs: PairOutcome,
  rule: Pick<UtilityRule, 'timeoutMs'>,
): {
  readonly latencyRatio: number;
  readonly costRatio: number;
  readonly costPerformanceScore: number;
} {
  const latencyRatio =
    latencyToGoodMs(lambda, rule.timeoutMs) / latencyToGoodMs(ecs, rule.timeoutMs);
  const costRatio = Math.max(lambda.costUsd, costFloorUsd) / Math.max(ecs.costUsd, costFloorUsd);
  return {
    latencyRatio,
    costRatio,
    costPerformanceScore: 0.6 * latencyRatio + 0.4 * costRatio,
  };
}

/** The same weights, cut at their 99.9 % quantile (linear between ranks). */
export function cappedWeights(weights: Float64Array): Float64Array {
  if (weights.length === 0) return weights;
  const sorted = Float64Array.from(weights).sort();
  const rank = (sorted.length - 1) * weightCapQuantile;
  const below = sorted[Math.floor(rank)] ?? 0;
  const above = sorted[Math.ceil(rank)] ?? below;
  const cap = below + (above - below) * (rank - Math.floor(rank));
  return weights.map((weight) => Math.min(weight, cap));
}

function latencyToGoodMs(outcome: PairOutcome, timeoutMs: number): number {
  if (!outcome.isGood || outcome.latencyMs === undefined) return timeoutMs;
  return Math.max(outcome.latencyMs, latencyFloorMs);
}
