/** Why it is open, or settled, that an arm is not fast enough (METHOD 6.0). */
import { fewestToShow } from '../statistics/statistics.ts';
import type { ArmResult, ArmWorkloadResult } from './verdict.ts';
import { capitalised, percent } from './verdict-words.ts';

export function unstableReason(result: ArmResult): string {
  const doubtful = result.workloads.filter((workload) => workload.finding !== 'shown');
  if (doubtful.length === 0) {
    const share = percent(result.fastEnoughStability);
    return `${capitalised(result.arm)} is fast enough in only ${share} of the resamples.`;
  }
  const missed = doubtful.filter(isMissed);
  if (missed.length > 0) {
    return `Whether ${result.arm} is fast enough is not settled (${shortfalls(missed)}).`;
  }
  const isTooFew = doubtful.some(hasTooFewRequests);
  return isTooFew
    ? `${capitalised(result.arm)} has too few requests to show that it is fast enough (${shortfalls(doubtful)}).`
    : `Whether ${result.arm} is fast enough is too close to call (${shortfalls(doubtful)}).`;
}

/** So few that they could not show the target even without a miss. */
function hasTooFewRequests({ requests, target }: ArmWorkloadResult): boolean {
  return target !== undefined && requests < fewestToShow(target);
}

export function shortfalls(workloads: readonly ArmWorkloadResult[]): string {
  return workloads.map(shortfall).join('; ');
}

function shortfall(workload: ArmWorkloadResult): string {
  const { workload: name, requests, attainment, attainmentLower, target } = workload;
  if (target === undefined) {
    return isMissed(workload)
      ? `${name} is slower than on the fastest arm by more than the margin`
      : `${name} is not shown to be within the margin of the fastest arm`;
  }
  const reached = `${name}: ${percent(attainment)} of ${requests.toLocaleString('en-US')} requests within the SLO`;
  if (isMissed(workload)) return `${reached}, ${percent(target)} needed`;
  const bound = `${reached}, at least ${percent(attainmentLower)} with confidence`;
  const enough = hasTooFewRequests(workload)
    ? `; ${fewestToShow(target)} without a miss are needed`
    : '';
  return `${bound}, ${percent(target)} needed${enough}`;
}

export function isMissed(workload: ArmWorkloadResult): boolean {
  return workload.finding === 'missed';
}
