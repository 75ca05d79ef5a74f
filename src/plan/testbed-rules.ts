import { deploymentLeadInMs, scoredBlocks } from '../domain/schedule.ts';
import { defaultSimulation } from '../domain/simulation/simulation.ts';
import { testbedFacts } from '../domain/testbed-facts.ts';
import { enoughBlocks } from '../domain/verdict/bootstrap.ts';
import { blockDefaults } from './defaults.ts';
import type { Finding } from './problems.ts';
import type { Sections } from './sections.ts';
import { durationText } from './words.ts';

/** What one testbed can do and another cannot. A testbed that is wrong by itself has no rules. */
export function testbedFindings(sections: Sections): Finding[] {
  const { testbed } = sections;
  if (testbed === undefined) return [];
  const timed = testbedFacts[testbed].hasVirtualTime
    ? virtualTimeFindings(sections)
    : realTimeFindings(sections);
  return [
    ...timed,
    ...slotQueueFindings(sections),
    ...taskStartFindings(sections),
    ...scheduleFindings(sections),
    ...blockFindings({ ...sections, testbed }),
  ];
}

function virtualTimeFindings({ schedule: { late }, evaluation }: Sections): Finding[] {
  const findings: Finding[] = [];
  if (late === 'shift') {
    findings.push({
      path: ['schedule', 'late'],
      message: 'late: shift moves the grid of a demo on testbed: local, and only that',
      suggestion: 'Write late: skip, or leave it out.',
    });
  }
  if (evaluation?.router === 'service') {
    findings.push({
      path: ['evaluation', 'router'],
      message:
        'router: service is a process that forwards requests, and simulated ones have no process',
      suggestion: 'Write router: client, or testbed: local.',
    });
  }
  return findings;
}

function realTimeFindings({ testbed, schedule: { pace }, simulation }: Sections): Finding[] {
  const findings: Finding[] = [];
  if (pace === 'immediate') {
    findings.push({
      path: ['schedule', 'pace'],
      message: `pace: immediate needs simulated time, and testbed: ${testbed} runs in real time`,
      suggestion: 'Write pace: wall-clock, or testbed: simulated.',
    });
  }
  if (simulation !== undefined) {
    findings.push({
      path: ['simulation'],
      message: `These are parameters of testbed: simulated, and testbed: ${testbed} has none of them`,
      suggestion: 'Leave it out, or write testbed: simulated.',
    });
  }
  return findings;
}

function scheduleFindings({ learning }: Sections): Finding[] {
  if (learning?.keepSchedule !== true || learning.retrain !== undefined) return [];
  return [
    {
      path: ['learning', 'keepSchedule'],
      message: 'There is no nightly retraining whose schedule could be kept',
      suggestion: 'Write learning.retrain: "03:17" as well, or leave it out.',
    },
  ];
}

function slotQueueFindings({ workloads }: Sections): Finding[] {
  return workloads.flatMap(({ name, bound, slotsPerTask }) => {
    if (bound === 'io' && slotsPerTask === undefined) {
      return [
        {
          path: ['workloads', name, 'bound'],
          message: 'bound: io has requests wait in slots, and nobody said how many a task has',
          suggestion: 'Write slotsPerTask: the number of requests that one task serves at once.',
        },
      ];
    }
    if (bound !== 'io' && slotsPerTask !== undefined) {
      return [
        {
          path: ['workloads', name, 'slotsPerTask'],
          message: 'A workload that computes shares the CPU of its task, and has no slots',
          suggestion: 'Write bound: io as well, or leave it out.',
        },
      ];
    }
    return [];
  });
}

function taskStartFindings({ simulation }: Sections): Finding[] {
  if (simulation === undefined) return [];
  const { startMin, startMean, startMax } = simulation.fargate;
  // The third corner of a triangle with this mean, which must lie between the other two.
  const peak = 3 * startMean - startMin - startMax;
  if (startMin <= startMax && peak >= startMin && peak <= startMax) return [];
  const [least, most] = [(2 * startMin + startMax) / 3, (startMin + 2 * startMax) / 3];
  const between = `${durationText(Math.ceil(least))} to ${durationText(Math.floor(most))}`;
  const { startMsMin, startMsMean, startMsMax } = defaultSimulation.fargate;
  return [
    {
      path: ['simulation', 'fargate'],
      message: `No task start has least ${durationText(startMin)}, mean ${durationText(startMean)} and most ${durationText(startMax)}`,
      suggestion:
        startMin > startMax
          ? `For example startMin: ${durationText(startMsMin)}, startMean: ${durationText(startMsMean)}, startMax: ${durationText(startMsMax)}.`
          : `Write a startMean of ${between}: the times are triangular.`,
    },
  ];
}

function blockFindings({
  testbed,
  evaluation,
}: Sections & { readonly testbed: NonNullable<Sections['testbed']> }): Finding[] {
  if (evaluation === undefined) return [];
  const defaults = blockDefaults(testbed);
  const blocks = evaluation.blocks ?? defaults.blocks;
  const leadInBlocks = evaluation.leadInBlocks ?? defaults.leadInBlocks;
  const blockDurationMs = evaluation.blockDuration ?? defaults.blockDurationMs;
  if (blocks === 0) return [];
  if (leadInBlocks >= blocks) {
    return [
      {
        path: ['evaluation', 'leadInBlocks'],
        message: `With ${leadInBlocks} lead-in blocks of ${blocks} no block is left to score`,
        suggestion: `Write at most ${blocks - 1}, or blocks: 0 for no evaluation.`,
      },
    ];
  }
  const scored = scoredBlocks({ testbed, evaluation: { blocks, leadInBlocks, blockDurationMs } });
  if (scored > 0) return extensionFindings(evaluation, { blocks, scored });
  return [
    {
      path: ['evaluation', 'blockDuration'],
      message: `The first ${durationText(deploymentLeadInMs)} after a deployment are not scored, and ${blocks} blocks of ${durationText(blockDurationMs)} are over by then`,
      suggestion: 'Write a longer blockDuration, or more blocks.',
    },
  ];
}

/** METHOD 6.5: always-valid intervals hold for many blocks, from the first look on. */
function extensionFindings(
  { extend }: NonNullable<Sections['evaluation']>,
  { blocks, scored }: { readonly blocks: number; readonly scored: number },
): Finding[] {
  if (extend === undefined) return [];
  if (extend.to <= blocks) {
    return [
      {
        path: ['evaluation', 'extend', 'to'],
        message: `extend: { to: ${extend.to} } is where the evaluation may end, and it has ${blocks} blocks anyway`,
        suggestion: `Write more than ${blocks}, or leave extend out.`,
      },
    ];
  }
  if (scored >= enoughBlocks) return [];
  return [
    {
      path: ['evaluation', 'blocks'],
      message: `An evaluation that may go on needs ${enoughBlocks} scored blocks before its first look, and this one has ${scored}`,
      suggestion: `Write at least ${blocks + enoughBlocks - scored} blocks, or leave extend out.`,
    },
  ];
}
