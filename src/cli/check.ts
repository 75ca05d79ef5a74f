import type { CpuMs } from '../domain/ladder.ts';
import type { Plan, WorkloadPlan } from '../domain/plan.ts';
import { testbedFacts } from '../domain/testbed-facts.ts';
import type { CheckedPlan } from '../plan/load-plan.ts';
import { type PlanProblem, quoted } from '../plan/problems.ts';
import { durationText, percentText, trimmed } from '../plan/words.ts';
import { type CheckSummary, checkSummary, type SlotSummary } from './check-summary.ts';
import { wrap } from './wrap.ts';

export { checkSummary } from './check-summary.ts';

const width = 80;

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
    ...durationLines(summary),
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
  return table(['workload', 'share', 'a slot', 'a turn', 'Lambda', 'Fargate', 'CPU'], rows);
}

function fargateText({ ecsTasks, ecsVcpu, ecsMemoryMb }: WorkloadPlan): string {
  const tasks = ecsTasks === 1 ? '' : `${ecsTasks}x `;
  return `${tasks}${ecsVcpu}vCPU/${ecsMemoryMb / 1024}GB`;
}

function slotLines(plan: Plan, summary: CheckSummary): string[] {
  const { schedule, load } = plan;
  const ladder = load.ladder;
  const counted = load.counts === 'exact' ? 'each request' : 'a random number of requests, each';
  const laddered =
    ladder === undefined
      ? 'no ladder'
      : `then a ladder of ${ladder.utilisation.length} x ${durationText(ladder.stepMs)}`;
  return [
    ...sentence(
      `${schedule.slots} slots, one every ${durationText(schedule.everyMs)}, start ` +
        `${schedule.start}: ${durationText(load.durationMs)} at ${trimmed(load.ratePerS)} pairs/s ` +
        `(${counted} to both platforms), ${laddered}.`,
    ),
    ...shown(summary.slots).flatMap((slot) =>
      slot === undefined ? ['   ...'] : slotLine(plan, slot),
    ),
    ...unknownLadder(plan, summary),
    `  ${pairsText(summary)} in all.`,
  ];
}

function slotLine(plan: Plan, slot: SlotSummary): string[] {
  const number = String(slot.slot).padStart(5);
  const at = slot.startsAt ?? `+${clockText(slot.offsetMs)}`;
  const text = `${number}  ${at.padEnd(8)}  ${slot.mixedPairs} pairs${ladderText(plan, slot)}`;
  return wrap(text, { width, indent: ' '.repeat(17) });
}

function ladderText(plan: Plan, { ladder, mostLadderPairs }: SlotSummary): string {
  if (plan.load.ladder === undefined) return '';
  const { utilisation, pairs } = plan.load.ladder;
  const first = ladder?.[0];
  if (ladder === undefined || first === undefined)
    return ` + ladder of at most ${utilisation.length} x ${pairs}`;
  const steps = [...ladder]
    .sort((a, b) => a.step - b.step)
    .map((step) => `${percentText(step.utilisation)} ${step.pairs}`);
  return ` + ${first.workload} ladder ${mostLadderPairs}: ${steps.join(', ')}`;
}

function unknownLadder(plan: Plan, summary: CheckSummary): string[] {
  const { ladder } = plan.load;
  if (ladder === undefined || Object.keys(summary.assumedCpuMs).length === 0) return [];
  const steps = ladder.utilisation.map(percentText).join(', ');
  return wrap(
    `  Ladder: the workloads take turns, the heaviest first, at ${steps} of their own Fargate ` +
      `service, at most ${ladder.pairs} pairs a step. Turns and rates are set when deploy has ` +
      'measured the CPU time of a request.',
    { width, indent: '  ' },
  );
}

function pairsText({ collectionPairs: { least, most } }: CheckSummary): string {
  return least === most ? `${most} pairs` : `${least} to ${most} pairs`;
}

/** A week has more slots than anybody reads: the first ones, and the last. */
function shown(slots: readonly SlotSummary[]): readonly (SlotSummary | undefined)[] {
  const most = 24;
  return slots.length <= most ? slots : [...slots.slice(0, 12), undefined, ...slots.slice(-1)];
}

function evaluationLines(plan: Plan, { evaluation }: CheckSummary): string[] {
  if (evaluation === undefined) return entry('Evaluation', 'None (evaluation.blocks is 0).');
  const { blocks, leadInBlocks, arms, requestsPerStretch } = evaluation;
  const { blockDurationMs, ratePerS } = plan.evaluation;
  return entry(
    'Evaluation',
    `${blocks} blocks (${leadInBlocks} lead-in, not scored): ${arms.join(', ')} take turns of ` +
      `${durationText(blockDurationMs)} at ${trimmed(ratePerS)}/s, ${requestsPerStretch} requests ` +
      `each, ${blocks * arms.length * requestsPerStretch} in all.`,
  );
}

function durationLines(summary: CheckSummary): string[] {
  return entry(
    'Duration',
    `About ${roundedDuration(summary.campaignMs)}, of which ` +
      `${roundedDuration(summary.collectionMs)} for the slots.`,
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

const termWidth = 12;

function entry(term: string, text: string): string[] {
  return wrap(`${term.padEnd(termWidth)}${text}`, { width, indent: ' '.repeat(termWidth) });
}

function sentence(text: string): string[] {
  return wrap(text, { width, indent: '  ' });
}

/** Columns as wide as their widest cell; the first is aligned left, the others right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => {
        const columnWidth = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(columnWidth) : cell.padStart(columnWidth);
      })
      .join('  '),
  );
}

/** `0:24`, `2:00`, `167:00:00`: time since the start of slot 1. */
function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, '0');
  return hours === 0
    ? `${minutes}:${tail}`
    : `${hours}:${String(minutes).padStart(2, '0')}:${tail}`;
}

/** `6 min`, `45 s`, `3.2 h`: an estimate does not pretend to seconds. */
function roundedDuration(ms: number): string {
  if (ms < 90_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

function usd(amount: number): string {
  if (amount !== 0 && amount < 0.01) return `$${amount.toPrecision(1)}`;
  return `$${amount.toFixed(2)}`;
}
