/** What the simulator is told of measurements that it is to be held against. */

import { lambdaMbPerVcpu } from '../money/lambda-price.ts';
import type { WorkloadPlan } from '../plan.ts';
import { quantile } from '../statistics/statistics.ts';
import type { MeasuredRow } from './against.ts';
import type { PredictedWorkload } from './prediction.ts';
import { defaultSimulation } from './simulation.ts';

export interface AgainstSetup {
  readonly workloads: readonly PredictedWorkload[];
  /** Workloads whose CPU time was fitted: their rows of these sessions are not compared. */
  readonly fitted: Readonly<Record<string, ReadonlySet<string>>>;
  readonly notCompared: readonly string[];
}

/** A median of fewer rows is chance. */
const fewestRows = 20;

/**
 * Sizes from the plan, else from the rows. A CPU time that no plan gives is fitted to the first half
 * of the sessions, and the prediction is then of the second half: what was fitted is no validation.
 */
export function againstSetup(
  rows: readonly MeasuredRow[],
  plan: readonly WorkloadPlan[] | undefined,
): AgainstSetup {
  const workloads: PredictedWorkload[] = [];
  const fitted: Record<string, ReadonlySet<string>> = {};
  const notCompared: string[] = [];
  for (const [name, own] of Map.groupBy(rows, ({ workload }) => workload)) {
    const planned = plan?.find((workload) => workload.name === name);
    if (plan !== undefined && planned === undefined) {
      notCompared.push(`${name}: the plan has no such workload.`);
      continue;
    }
    const sized = planned ?? sizeOf(name, own);
    if (sized === undefined) {
      notCompared.push(`${name}: nothing says its Lambda memory; give memory_mb or a plan.`);
      continue;
    }
    const cpu = cpuOf(own, sized);
    if (cpu === undefined) {
      notCompared.push(
        `${name}: a CPU time takes a plan with cpu, or ${fewestRows} good rows on Lambda in the ` +
          'first half of at least two sessions.',
      );
      continue;
    }
    if (cpu.sessions !== undefined) fitted[name] = cpu.sessions;
    if (planned === undefined && own.some(({ platform }) => platform === 'ecs')) {
      notCompared.push(`${name}, ecs: nothing says vCPU and tasks; give --plan.`);
    }
    workloads.push({ ...sized, name, cpuMs: cpu.cpuMs, ecsTasks: planned?.ecsTasks ?? 0 });
  }
  return { workloads, fitted, notCompared };
}

type Sizes = Pick<WorkloadPlan, 'lambdaMemoryMb' | 'ecsVcpu' | 'bound' | 'slotsPerTask' | 'cpuMs'>;

function sizeOf(_: string, rows: readonly MeasuredRow[]): Sizes | undefined {
  const sizes = rows.flatMap(({ platform, memoryMb }) =>
    platform === 'lambda' && memoryMb !== undefined ? [memoryMb] : [],
  );
  const lambdaMemoryMb = quantile(
    sizes.sort((a, b) => a - b),
    0.5,
  );
  return lambdaMemoryMb === undefined ? undefined : { lambdaMemoryMb, ecsVcpu: 1 };
}

function cpuOf(
  rows: readonly MeasuredRow[],
  sizes: Sizes,
): { readonly cpuMs: number; readonly sessions?: ReadonlySet<string> } | undefined {
  if (sizes.cpuMs !== undefined) return { cpuMs: sizes.cpuMs };
  const names = [...new Set(rows.map(({ session }) => session))];
  if (names.length < 2) return undefined;
  const sessions = new Set(names.slice(0, Math.ceil(names.length / 2)));
  const usable = rows.filter(
    ({ platform, session, latencyMs, isCold }) =>
      platform === 'lambda' && sessions.has(session) && latencyMs !== undefined && isCold !== true,
  );
  if (usable.length < fewestRows) return undefined;
  const times = usable.map(serverMsOf).sort((a, b) => a - b);
  const serverMs = quantile(times, 0.5) ?? 0;
  const part = sizes.bound === 'io' ? 1 : Math.min(1, sizes.lambdaMemoryMb / lambdaMbPerVcpu);
  return { cpuMs: Math.max(0.1, serverMs * part), sessions };
}

/** Without a server time: the latency less what the model takes for the way and the runtime. */
function serverMsOf({ serverMs, latencyMs = 0 }: MeasuredRow): number {
  const { edge, lambda } = defaultSimulation;
  return serverMs ?? Math.max(0.1, latencyMs - edge.lambdaMs - lambda.overheadMs);
}
