import { resolve } from 'node:path';

import type { Plan } from '../../domain/plan.ts';

/** Where the code of each workload is; a plan's paths are relative to the checkout. */
export function handlerPaths(plan: Plan, checkoutFolder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    plan.workloads.map((workload) => [workload.name, resolve(checkoutFolder, workload.run)]),
  );
}
