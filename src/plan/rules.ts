import { edgeNames } from '../domain/plan.ts';
import { mostRequests } from '../domain/requests/requests.ts';
import { busiestDiurnalFactor } from '../domain/requests/shapes/diurnal.ts';
import { leastLeadMs } from '../domain/schedule.ts';
import { blockDefaults } from './defaults.ts';
import type { Finding } from './problems.ts';
import type { Sections } from './sections.ts';
import { testbedFindings } from './testbed-rules.ts';
import { durationText, percentText } from './words.ts';

/** What is wrong between fields that are each right by themselves. */
export function ruleFindings(sections: Sections): Finding[] {
  return [
    ...shareFindings(sections),
    ...scheduleFindings(sections.schedule),
    ...fitFindings(sections),
    ...gatewayFindings(sections),
    ...functionUrlFindings(sections),
    ...sloFindings(sections),
    ...countFindings(sections),
    ...blockCountFindings(sections),
    ...sourceFindings(sections),
    ...testbedFindings(sections),
  ];
}

/** Shares are written in percent by people: a hundredth of a percent is meant to be nothing. */
const shareTolerance = 1e-4;

function shareFindings({ workloads }: Sections): Finding[] {
  if (workloads.length === 0) return [];
  let sum = 0;
  for (const { share } of workloads) {
    if (share === undefined) return [];
    sum += share;
  }
  if (Math.abs(sum - 1) <= shareTolerance) return [];
  const parts = workloads.map(({ name, share }) => `${name} ${percentText(share ?? 0)}`);
  const missing = 1 - sum;
  return [
    {
      path: ['workloads'],
      message: `The shares add up to ${percentText(sum)}: ${parts.join(', ')}`,
      suggestion: `They must add up to 100%: ${percentText(Math.abs(missing))} too ${missing > 0 ? 'little' : 'much'}.`,
    },
  ];
}

/** From here on a slot is an hour of somebody's day, which must not become another one. */
const firstUnshiftableMs = 600_000;

function scheduleFindings({ late, every, grace }: Sections['schedule']): Finding[] {
  const findings: Finding[] = [];
  if (every === undefined) return findings;
  if (late === 'shift' && every >= firstUnshiftableMs) {
    findings.push({
      path: ['schedule', 'late'],
      message: `late: shift would move the hours of slots that are ${durationText(every)} apart`,
      suggestion: 'Write late: skip, or slots less than 10m apart.',
    });
  }
  if (grace !== undefined && grace >= every) {
    findings.push({
      path: ['schedule', 'grace'],
      message: `A grace of ${durationText(grace)} reaches into the next slot`,
      suggestion: `It must be less than every (${durationText(every)}).`,
    });
  }
  return findings;
}

function fitFindings({ schedule, load: { duration, ladder } }: Sections): Finding[] {
  const { every, pace = 'wall-clock' } = schedule;
  if (every === undefined || duration === undefined) return [];
  const ladderMs = (ladder?.utilisation.length ?? 0) * (ladder?.step ?? 0);
  const leadMs = leastLeadMs({ everyMs: every, pace });
  const neededMs = duration + ladderMs + leadMs;
  if (neededMs <= every) return [];
  const parts = [
    `${durationText(duration)} of load`,
    ...(ladderMs === 0 ? [] : [`${durationText(ladderMs)} of ladder`]),
    ...(leadMs === 0 ? [] : [`${durationText(leadMs)} to prepare`]),
  ];
  return [
    {
      path: ['schedule', 'every'],
      message: `A slot needs ${durationText(neededMs)}: ${parts.join(', ')}`,
      suggestion: `Write every: ${durationText(neededMs)} or more, or a shorter load or ladder.`,
    },
  ];
}

/** An HTTP API gives up after 29 s, which no setting of a function can change (METHOD 1.7). */
export const gatewayTimeoutMs = 29_000;

function gatewayFindings({ load: { timeout }, pricing }: Sections): Finding[] {
  if (timeout === undefined || timeout <= gatewayTimeoutMs) return [];
  if (pricing?.edge.lambda !== 'http-api') return [];
  return [
    {
      path: ['load', 'timeout'],
      message: `The HTTP API before Lambda gives up after 29s, not ${durationText(timeout)}`,
      suggestion: 'Write at most 29s, or another pricing.edge.lambda.',
    },
  ];
}

function functionUrlFindings({ pricing }: Sections): Finding[] {
  if (pricing?.edge.ecs !== 'function-url') return [];
  return [
    {
      path: ['pricing', 'edge', 'ecs'],
      message: 'A function URL is an address of a Lambda function: no Fargate task has one',
      suggestion: `Write ${edgeNames.filter((name) => name !== 'function-url').join(', ')}.`,
    },
  ];
}

function sloFindings({ load: { timeout }, workloads }: Sections): Finding[] {
  if (timeout === undefined) return [];
  return workloads.flatMap(({ name, sloLatencyMs }) =>
    sloLatencyMs === undefined || sloLatencyMs <= timeout
      ? []
      : [
          {
            path: ['workloads', name, 'slo', 'latency'],
            message: `Requests time out after ${durationText(timeout)}, so ${durationText(sloLatencyMs)} cannot be observed`,
            suggestion: `Write at most load.timeout (${durationText(timeout)}).`,
          },
        ],
  );
}

function countFindings({ load }: Sections): Finding[] {
  const { rate, duration, ladder, shape, source } = load;
  // How many rows of a log fall into a slot, only the log knows.
  if (rate === undefined || duration === undefined || source !== undefined) return [];
  const peak = shape === 'diurnal' ? busiestDiurnalFactor : 1;
  const ladderPairs = (ladder?.utilisation.length ?? 0) * (ladder?.pairs ?? 0);
  return tooMany({
    path: ['load', 'rate'],
    where: 'slot',
    requests: Math.ceil((peak * rate * duration) / 1000) + ladderPairs,
    suggestion: 'a lower rate, a shorter duration or ladder',
  });
}

function blockCountFindings({ testbed, evaluation, load }: Sections): Finding[] {
  const rate = evaluation?.rate ?? load.rate;
  if (testbed === undefined || evaluation === undefined || rate === undefined) return [];
  const defaults = blockDefaults(testbed);
  if ((evaluation.blocks ?? defaults.blocks) === 0) return [];
  const durationMs = evaluation.blockDuration ?? defaults.blockDurationMs;
  return tooMany({
    path: evaluation.rate === undefined ? ['load', 'rate'] : ['evaluation', 'rate'],
    where: 'block of the evaluation',
    requests: Math.ceil((rate * durationMs) / 1000),
    suggestion: 'a lower evaluation.rate or a shorter blockDuration',
  });
}

function tooMany({
  path,
  where,
  requests,
  suggestion,
}: Pick<Finding, 'path'> & {
  readonly where: string;
  readonly requests: number;
  readonly suggestion: string;
}): Finding[] {
  if (requests <= mostRequests) return [];
  return [
    {
      path,
      message: `A ${where} would have up to ${requests} requests`,
      suggestion: `It can have ${mostRequests}: ${suggestion}.`,
    },
  ];
}

function sourceFindings({ load: { source, shape } }: Sections): Finding[] {
  if (source === undefined || shape === undefined || shape === 'steady') return [];
  return [
    {
      path: ['load', 'shape'],
      message: `The times of the requests are those of ${source.file}: there is nothing to shape`,
      suggestion: 'Leave it out, or write "shape: steady" where a plan extends one that has it.',
    },
  ];
}
