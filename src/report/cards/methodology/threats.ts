/** Threats to validity, as they stand for this campaign. */
import { auditFairness } from '../../../domain/fairness/fairness.ts';
import { findVerdict } from '../../answer.ts';
import type { ListEntry } from '../../document.ts';
import { count, counted, midSentence, percent, sentence } from '../../format.ts';
import type { ReportInput } from '../../report-input.ts';

export function constructThreats(input: ReportInput): readonly ListEntry[] {
  const { plan } = input;
  const book = plan.pricing.book;
  return [
    {
      text:
        'Latency is what the client sees from send to last byte; think time, rendering and retries ' +
        'of a real client are not in it.',
    },
    {
      text:
        `Cost is list price (${book}) for what was measured: no savings plan, no free tier, no ` +
        'staff, no cost of changing platforms.',
    },
    ...(plan.labels.rule === 'utility'
      ? [
          {
            text:
              `The utility weighs latency with ${plan.labels.latencyWeight} against cost; another ` +
              'weight would label requests between the platforms differently.',
          },
        ]
      : []),
    ...(plan.testbed === 'local'
      ? [
          {
            text:
              'The platforms are real processes under limits on one machine, not the services of a ' +
              'provider: network, placement and other tenants are missing.',
          },
        ]
      : []),
    ...(input.simulation === undefined
      ? []
      : [
          {
            text: `No platform was measured: a model of both answered. The simulator: ${sentence(input.simulation.stamp)}`,
          },
        ]),
  ];
}

export function internalThreats(input: ReportInput): readonly ListEntry[] {
  const { plan, deployment, largestBytes, profile } = input;
  const unfair = auditFairness(plan, {
    ...(deployment === undefined ? {} : { deployment }),
    ...(largestBytes === undefined ? {} : { largestBytes }),
  }).filter(({ standing }) => standing !== 'equal');
  return [
    ...unfair.map(({ matter, finding, advice }) => ({
      text: `Fairness, ${matter === 'cpu' ? 'CPU' : matter}: ${midSentence(finding)}`,
      ...(advice === undefined ? {} : { advice }),
    })),
    ...(profile === undefined
      ? []
      : [
          {
            text:
              `${percent(profile.joinedShare)} of ${count(profile.rows)} rows have their platform ` +
              `record, ${percent(profile.explainedShare)} have it or a known reason why not.`,
          },
        ]),
    {
      text:
        'While data is collected both platforms carry every request; a router that sends a part to ' +
        'each changes the load that it has learned from.',
    },
  ];
}

const places = {
  local: 'one machine',
  simulated: 'one model of one region',
  aws: 'one region of one account',
} as const;

export function externalThreats({ plan, slots }: ReportInput): readonly ListEntry[] {
  return [
    {
      text:
        `${counted(slots.length, 'slot')} on ${places[plan.testbed]}: other times, regions and ` +
        'accounts were not measured. A weekday occurs once a week and is described, never tested.',
    },
    {
      text: `${counted(plan.workloads.length, 'workload')} with one size per platform; the answer is theirs.`,
    },
  ];
}

export function conclusionThreats(input: ReportInput): readonly ListEntry[] {
  const verdict = findVerdict(input);
  if (verdict === undefined) {
    return [{ text: 'Nothing is concluded about the arms: there is no verdict.' }];
  }
  const { blocks, minimumDetectableEffect, isDecided } = verdict;
  return [
    {
      text:
        `${counted(blocks, 'scored block')} show cost differences of ` +
        `${percent(minimumDetectableEffect)} or more with a power of 80 %; the margin of the ` +
        `question is ${percent(input.plan.question.margin)}.`,
    },
    {
      text: isDecided
        ? 'Only the cost of the answer against the other arms that are fast enough was the question; every other contrast describes and is not corrected for many looks.'
        : 'The question is undecided: an absent difference is not a proof of equality.',
    },
  ];
}
