import { auditFairness } from '../domain/fairness/fairness.ts';
import { minimumDetectableEffect } from '../domain/money/forecast.ts';
import { priceBookOf } from '../domain/money/price-books.ts';
import type { EdgeName, Plan } from '../domain/plan.ts';
import { expectedCount, splitByShares } from '../domain/requests/arrivals.ts';
import { scoredBlocks } from '../domain/schedule.ts';
import { testbedFacts } from '../domain/testbed-facts.ts';
import { gatewayTimeoutMs } from './rules.ts';
import { durationText, percentText } from './words.ts';

/** What a plan can do but a reader must doubt; each in a sentence, none stops a campaign. */
export function planWarnings(plan: Plan): string[] {
  return [
    sharedMachine(plan),
    ...virtualTime(plan),
    ...replayedSizes(plan),
    ...unfairness(plan),
    ...unsentWorkloads(plan),
    ...decidability(plan),
    ...edgeWarnings(plan),
    ...unverifiedPrices(plan),
  ].filter((warning) => warning !== undefined);
}

function sharedMachine(plan: Plan): string | undefined {
  if (!testbedFacts[plan.testbed].sharesMachine) return undefined;
  return (
    'Load generator and targets share one machine: latencies include their contention, ' +
    'so trust ratios inside the run more than absolute figures (METHOD 1.7).'
  );
}

function virtualTime({ testbed, schedule }: Plan): string[] {
  if (!testbedFacts[testbed].hasVirtualTime) return [];
  return [
    'A model answers here, not AWS: what is decided holds as far as the model does (METHOD 7.2).',
    ...(schedule.pace === 'wall-clock'
      ? ['Slots wait for their hour, although their time is simulated: pace: immediate does not.']
      : []),
  ];
}

function replayedSizes({ testbed, load: { source } }: Plan): string[] {
  if (source?.columns.payloadBytes === undefined || !testbedFacts[testbed].sendsBodies) return [];
  return [
    `Bodies are made by the workloads, with sizes of their own: column ` +
      `"${source.columns.payloadBytes}" is not looked at on testbed: ${testbed}.`,
  ];
}

/** METHOD 1.7, before slot 1: what is known to be unfair, and what would make it fair. */
function unfairness(plan: Plan): string[] {
  return auditFairness(plan, {}).flatMap(({ matter, finding, advice }) =>
    advice === undefined || matter === 'load generator'
      ? []
      : [`Fairness, ${matter}: ${finding} ${advice}`],
  );
}

function unsentWorkloads(plan: Plan): string[] {
  const { load, evaluation, workloads, testbed } = plan;
  const turn = testbedFacts[testbed].armsTakeTurns ? 'stretch' : 'block';
  const shares = workloads.map(({ share }) => share);
  const inSlot = splitByShares(expectedCount(load.ratePerS, load.durationMs), shares);
  const inBlock = splitByShares(
    expectedCount(evaluation.ratePerS, evaluation.blockDurationMs),
    shares,
  );
  const unsent = (counts: readonly number[]) =>
    workloads.filter((_, index) => counts[index] === 0).map(({ name }) => name);
  const warn = (names: readonly string[], where: string) =>
    names.length === 0 ? [] : [`Too little load: no request of ${names.join(', ')} in a ${where}.`];
  return [
    ...(load.source === undefined ? warn(unsent(inSlot), 'slot') : []),
    ...(evaluation.blocks === 0 ? [] : warn(unsent(inBlock), `${turn} of the evaluation`)),
  ];
}

/** Fewer scored blocks than this have no bootstrap interval (METHOD 6.3). */
const fewBlocks = 6;

function decidability(plan: Plan): string[] {
  const { evaluation, question } = plan;
  if (evaluation.blocks === 0) return ['No evaluation: there will be no verdict.'];
  const scored = scoredBlocks(plan);
  const effect = minimumDetectableEffect(plan);
  return [
    ...(scored < fewBlocks
      ? [`Only ${scored} scored blocks: intervals are rough below ${fewBlocks} (METHOD 6.3).`]
      : []),
    ...(effect !== undefined && effect > question.margin
      ? [
          `Differences below ${percentText(Math.round(effect * 1000) / 1000)} may stay undecided, which is more than the ` +
            `margin of ${percentText(question.margin)} (METHOD 6.4): more blocks or a higher rate help.`,
        ]
      : []),
    ...unprovableSlos(plan),
  ];
}

/** One-sided 95 % (METHOD 6.0). */
const confidence = 0.05;

/** With n requests and no miss, Clopper-Pearson's bound is 0.05^(1/n): 59 requests show 95 %. */
function unprovableSlos(plan: Plan): string[] {
  const { evaluation, workloads } = plan;
  const perBlock = splitByShares(
    expectedCount(evaluation.ratePerS, evaluation.blockDurationMs),
    workloads.map(({ share }) => share),
  );
  const scored = scoredBlocks(plan);
  const short = workloads.flatMap(({ name, slo }, index) => {
    if (slo === undefined) return [];
    const needed = Math.ceil(Math.log(confidence) / Math.log(slo.attainment));
    const requests = (perBlock[index] ?? 0) * scored;
    return requests >= needed ? [] : [`${name} has ${requests} of ${needed}`];
  });
  if (short.length === 0) return [];
  return [
    `Too few scored requests per arm to show that an SLO is met, even without a miss: ${short.join(', ')}.`,
  ];
}

function unverifiedPrices(plan: Plan): string[] {
  const { name, region, architecture, unverified } = priceBookOf(plan.pricing);
  if (unverified.length === 0) return [];
  return [
    `Prices in ${name} that were not read for ${region} on ${architecture}, but taken from elsewhere: ` +
      `${unverified.join(', ')}.`,
  ];
}

/**
 * Where a gateway gives up before the client does, its 504 is an ordinary answer to the tools here:
 * only the deadline says that it is none. (An HTTP API before Lambda is refused instead.) A REST
 * API's 29 s can be raised for a regional one ("Amazon API Gateway quotas", AWS docs).
 */
function edgeWarnings({ load: { timeoutMs }, pricing: { edge } }: Plan): string[] {
  const platforms = ['lambda', 'ecs'] as const;
  const slow = platforms.filter(
    (platform) => isGateway(edge[platform]) && timeoutMs > gatewayTimeoutMs,
  );
  return [
    ...slow.map(
      (platform) =>
        `The ${platform === 'lambda' ? 'edge before Lambda' : 'edge before Fargate'}, ${edge[platform]}, gives up after 29s, ` +
        `and the client waits for ${durationText(timeoutMs)}: what takes longer would fail on AWS.`,
    ),
    ...(isGateway(edge.ecs)
      ? [
          `${edge.ecs === 'rest-api' ? 'A REST API' : 'An HTTP API'} reaches Fargate tasks over a VPC link, ` +
            'and what that leads to (Cloud Map, or a balancer of its own) is not in the price.',
        ]
      : []),
  ];
}

function isGateway(edge: EdgeName): boolean {
  return edge === 'rest-api' || edge === 'http-api';
}
