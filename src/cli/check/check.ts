import type { Plan, WorkloadPlan } from '../../domain/plan.ts';
import type { CpuMs } from '../../domain/requests/ladder.ts';
import { deploymentLeadInMs } from '../../domain/schedule.ts';
import { testbedFacts } from '../../domain/testbed-facts.ts';
import type { CheckedPlan } from '../../plan/load-plan.ts';
import { type PlanProblem, quoted } from '../../plan/problems.ts';
import { durationText, percentText, trimmed } from '../../plan/words.ts';
import { wrap } from '../wrap.ts';
import { slotLines } from './check-slot-lines.ts';
import { type CheckSummary, checkSummary } from './check-summary.ts';
import { entry, roundedDuration, sentence, table, usd, width } from './check-text.ts';

export { checkSummary } from './check-summary.ts';

/**
 * What a plan will do, for people: slots, requests, duration, cost, what it can decide, and what to
 * doubt. Lines of at most 80 columns. `cpuMs`: what a deployment measured, if there is one.
 */
export function describePlan(checked: CheckedPlan, cpuMs?: CpuMs): string[] {
  const { plan } = checked;
  const summary = checkSummary(checked, cpuMs);
  return [
    ...sentence(`Campaign "${plan.campaign}" on testbed ${plan.testbed}, seed ${plan.seed}`),
    ...sentence(`Plan ${checked.path}, ${checked.hash.slice(0, 12)}`),
    '',
    ...workloadLines(plan, summary),
    '',
    ...slotLines(plan, summary),
    '',
    ...evaluationLines(plan, summary),
    ...retrainingLines(plan, summary),
    ...durationLines(plan, summary),
    ...costLines(plan, summary),
    ...decisionLines(summary),
    ...warningLines(summary),
  ];
}

/** Every problem of a plan: where, what is written there, what is wrong, what would be right. */
export function describeProblems(problems: readonly PlanProblem[]): string[] {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return [`The plan has ${count}:`, ...problems.flatMap(problemLines)];
}

function problemLines(problem: PlanProblem): string[] {
  const file = problem.file === undefined ? '' : `${problem.file} `;
  const line = problem.line === undefined ? '' : `line ${problem.line} `;
  const path = problem.path === '' ? '' : `${problem.path} `;
  const where = `${file}${line}${path}`.trim();
  const right = problem.suggestion === undefined ? '' : ` ${problem.suggestion}`;
  const stop = /[.?!]$/.test(problem.message) ? '' : '.';
  const written = writtenValue(problem);
  const text = `  ${problem.message}${stop}${right}`;
  return [
    ...(where === '' ? [] : sentence(`${where}${written}`)),
    ...wrap(text, { width, indent: '  ' }),
  ];
}

/** The value as written, unless it is a whole section or the message quotes it anyway. */
function writtenValue({ value, message }: PlanProblem): string {
  if (value === undefined || value === null || typeof value === 'object') return '';
  return message.includes(quoted(value)) ? '' : `: ${String(value)}`;
}

function workloadLines(plan: Plan, summary: CheckSummary): string[] {
  const rows = plan.workloads.map((workload, index) => {
    const counted = summary.workloads[index];
    const cpu = counted?.cpuMs;
    return [
      workload.name,
      percentText(workload.share),
      `${counted?.requestsPerSlot ?? 0}`,
      `${counted?.requestsPerBlock ?? 0}`,
      `${workload.lambdaMemoryMb}MB`,
      fargateText(workload),
      cpu === undefined ? 'at deploy' : `${trimmed(cpu)}ms`,
    ];
  });
  const turn = testbedFacts[plan.testbed].armsTakeTurns ? 'a turn' : 'a block';
  return table(['workload', 'share', 'a slot', turn, 'Lambda', 'Fargate', 'CPU'], rows);
}

function fargateText({ ecsTasks, ecsVcpu, ecsMemoryMb }: WorkloadPlan): string {
  const tasks = ecsTasks === 1 ? '' : `${ecsTasks}x `;
  return `${tasks}${ecsVcpu}vCPU/${ecsMemoryMb / 1024}GB`;
}

function evaluationLines(plan: Plan, { evaluation }: CheckSummary): string[] {
  if (evaluation === undefined) return entry('Evaluation', 'None (evaluation.blocks is 0).');
  const { blocks, leadInBlocks, arms, requestsPerStretch } = evaluation;
  const { blockDurationMs, ratePerS } = plan.evaluation;
  const together = testbedFacts[plan.testbed].armsTakeTurns ? 'take turns of' : 'all at once for';
  return entry(
    'Evaluation',
    `${blocks} blocks (${leadInText(plan, leadInBlocks)}): ${arms.join(', ')} ${together} ` +
      `${durationText(blockDurationMs)} at ${trimmed(ratePerS)}/s, ${requestsPerStretch} requests ` +
      `each, ${blocks * arms.length * requestsPerStretch} in all.${extensionText(evaluation)}`,
  );
}

function extensionText({ atMost }: NonNullable<CheckSummary['evaluation']>): string {
  if (atMost === undefined) return '';
  return (
    ` While it is undecided it goes on, to at most ${atMost} blocks: cost, duration and what it ` +
    'decides are counted with all of them.'
  );
}

function leadInText({ testbed }: Plan, leadInBlocks: number): string {
  if (testbedFacts[testbed].armsTakeTurns) return `${leadInBlocks} lead-in, not scored`;
  const fresh = `the first ${durationText(deploymentLeadInMs)}`;
  return leadInBlocks === 0
    ? `${fresh} not scored`
    : `${leadInBlocks} lead-in, and at least ${fresh}, not scored`;
}

function retrainingLines({ schedule, learning }: Plan, { nights }: CheckSummary): string[] {
  const { retrain } = learning;
  if (retrain === undefined) return [];
  const after =
    nights === undefined
      ? ''
      : nights.length === 0
        ? ', which never comes'
        : ` after ${nights.length === 1 ? 'slot' : 'slots'} ${nights.join(', ')}`;
  return entry(
    'Retraining',
    `Every night at ${retrain} (${schedule.timezone})${after}, and after the last slot.`,
  );
}

function durationLines({ schedule }: Plan, summary: CheckSummary): string[] {
  const slots = roundedDuration(summary.collectionMs);
  return entry(
    'Duration',
    schedule.pace === 'immediate'
      ? `About ${roundedDuration(summary.campaignMs)} on two cores, for ${slots} of nominal time ` +
          'and the evaluation.'
      : `About ${roundedDuration(summary.campaignMs)}, of which ${slots} for the slots.`,
  );
}

function costLines(plan: Plan, { cost, assumedCpuMs }: CheckSummary): string[] {
  const here = testbedFacts[plan.testbed].costsMoney ? '' : 'Nothing here. ';
  const assumed = Object.entries(assumedCpuMs);
  const counted = [...new Set(assumed.map(([, cpu]) => durationText(cpu)))].join(', ');
  return [
    ...entry(
      'Cost',
      `${here}On AWS such a campaign costs about ${usd(cost.totalUsd)}: Lambda ` +
        `${usd(cost.lambdaUsd)}, Fargate ${usd(cost.fargateUsd)} (idle ${usd(cost.idleUsd)}), ` +
        `balancers ${usd(cost.balancerUsd)}; list prices ${plan.pricing.book}.`,
    ),
    ...(assumed.length === 0
      ? []
      : entry(
          '',
          `Assumed for this: ${counted} of CPU a request for ` +
            `${assumed.map(([name]) => name).join(', ')}. Deploy measures it; "cpu" in the plan ` +
            'sets it.',
        )),
  ];
}

function decisionLines({ minimumDetectableEffect, margin }: CheckSummary): string[] {
  if (minimumDetectableEffect === undefined) return entry('Decides', 'Nothing: no scored block.');
  const effect = percentText(Math.round(minimumDetectableEffect * 1000) / 1000);
  const verdict = minimumDetectableEffect > margin ? 'more' : 'not more';
  return entry(
    'Decides',
    `Differences between arms from ${effect} on (80 % power, METHOD 6.4), ${verdict} than the ` +
      `margin of ${percentText(margin)}.`,
  );
}

function warningLines({ warnings }: CheckSummary): string[] {
  if (warnings.length === 0) return [];
  const lines = warnings.flatMap((warning) => wrap(`  - ${warning}`, { width, indent: '    ' }));
  return ['', 'What to doubt', ...lines];
}
