import { leastLeadMs } from '../domain/schedule.ts';
import type { Finding } from './problems.ts';
import type { Sections } from './sections.ts';
import { durationText, percentText } from './words.ts';

/** What is wrong between fields that are each right by themselves. */
export function ruleFindings(sections: Sections): Finding[] {
  return [
    ...shareFindings(sections),
    ...scheduleFindings(sections.schedule),
    ...fitFindings(sections),
    ...gatewayFindings(sections),
    ...sloFindings(sections),
    ...countFindings(sections),
    ...evaluationFindings(sections),
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

function scheduleFindings({ pace, late, every, grace }: Sections['schedule']): Finding[] {
  const findings: Finding[] = [];
  if (pace === 'immediate') {
    findings.push({
      path: ['schedule', 'pace'],
      message: 'pace: immediate needs simulated time, and testbed: local runs in real time',
      suggestion: 'Write pace: wall-clock, or leave it out.',
    });
  }
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

function fitFindings({ schedule: { every }, load: { duration, ladder } }: Sections): Finding[] {
  if (every === undefined || duration === undefined) return [];
  const ladderMs = (ladder?.utilisation.length ?? 0) * (ladder?.step ?? 0);
  const leadMs = leastLeadMs({ everyMs: every });
  const neededMs = duration + ladderMs + leadMs;
  if (neededMs <= every) return [];
  const parts = [
    `${durationText(duration)} of load`,
    ...(ladderMs === 0 ? [] : [`${durationText(ladderMs)} of ladder`]),
    `${durationText(leadMs)} to prepare`,
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
const gatewayTimeoutMs = 29_000;

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

/** Requests of a run are numbered with five digits. */
const mostRequests = 99_999;

function countFindings({ load: { rate, duration, ladder } }: Sections): Finding[] {
  if (rate === undefined || duration === undefined) return [];
  const ladderPairs = (ladder?.utilisation.length ?? 0) * (ladder?.pairs ?? 0);
  const requests = Math.ceil((rate * duration) / 1000) + ladderPairs;
  if (requests <= mostRequests) return [];
  return [
    {
      path: ['load', 'rate'],
      message: `A slot would have up to ${requests} requests`,
      suggestion: `It can have ${mostRequests}: a lower rate, a shorter duration or ladder.`,
    },
  ];
}

function evaluationFindings({ evaluation }: Sections): Finding[] {
  if (evaluation === undefined) return [];
  const { blocks, leadInBlocks } = evaluation;
  if (blocks === 0 || leadInBlocks < blocks) return [];
  return [
    {
      path: ['evaluation', 'leadInBlocks'],
      message: `With ${leadInBlocks} lead-in blocks of ${blocks} no block is left to score`,
      suggestion: `Write at most ${blocks - 1}, or blocks: 0 for no evaluation.`,
    },
  ];
}
