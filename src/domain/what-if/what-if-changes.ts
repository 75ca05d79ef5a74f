import { priceBookOf } from '../money/price-books.ts';
import { type Plan, requireWorkload } from '../plan.ts';
import type { Changes } from './what-if.ts';

/** One line for each change: what, from what, to what. */
export function changeLines(plan: Plan, changes: Changes): string[] {
  const { ratePerS, prices, edge = {}, scaleToZero } = changes;
  const fromTo = (what: string, from: string, to: string): string => `${what}: ${from} → ${to}`;
  const perWorkload = <Value>(
    changed: Readonly<Record<string, Value>> | undefined,
    line: (workload: ReturnType<typeof requireWorkload>, value: Value) => string,
  ): string[] =>
    Object.entries(changed ?? {}).map(([name, value]) => line(requireWorkload(plan, name), value));
  return [
    ...(ratePerS === undefined
      ? []
      : [fromTo('rate', `${rounded(plan.evaluation.ratePerS)}/s`, `${rounded(ratePerS)}/s`)]),
    ...(prices === undefined
      ? []
      : [fromTo('prices', priceBookOf(plan.pricing).name, prices.name)]),
    ...Object.entries(edge).map(([platform, name]) =>
      fromTo(
        `edge of ${platform === 'ecs' ? 'Fargate' : 'Lambda'}`,
        plan.pricing.edge[platform === 'ecs' ? 'ecs' : 'lambda'],
        name,
      ),
    ),
    ...perWorkload(changes.lambdaMemoryMb, ({ name, lambdaMemoryMb }, memoryMb) =>
      fromTo(`memory of ${name}`, `${lambdaMemoryMb} MB`, `${memoryMb} MB`),
    ),
    ...perWorkload(changes.ecsSize, ({ name, ecsVcpu, ecsMemoryMb }, size) =>
      fromTo(
        `task of ${name}`,
        `${ecsVcpu} vCPU/${ecsMemoryMb / 1024} GB`,
        `${size.vcpu} vCPU/${size.memoryMb / 1024} GB`,
      ),
    ),
    ...perWorkload(changes.tasks, ({ name }, tasks) => `tasks of ${name}: ${tasks} for every arm`),
    ...perWorkload(changes.sloLatencyMs, ({ name, slo }, latencyMs) =>
      fromTo(
        `SLO of ${name}`,
        slo === undefined ? 'none' : `${slo.latencyMs} ms`,
        `${latencyMs} ms`,
      ),
    ),
    ...(scaleToZero === true ? ['services scale to zero below their break-even'] : []),
  ];
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
