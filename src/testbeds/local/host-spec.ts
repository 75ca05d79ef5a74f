import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PermanentFailure } from '../../domain/failures.ts';
import type { DeployRequest } from '../testbed.ts';
import { hashOfCode } from './code-hash.ts';
import type { DeploymentFile, HostSpec } from './state-files.ts';

/** The part of a plan that a host needs. */
export function hostSpecOf(
  { campaignId, plan, expiresAtMs }: DeployRequest,
  checkoutFolder: string,
): HostSpec {
  return {
    campaignId,
    checkoutFolder,
    workloads: plan.workloads.map((workload) => ({
      name: workload.name,
      handlerPath: requireHandler(join(checkoutFolder, workload.run), workload.name),
      lambdaMemoryMb: workload.lambdaMemoryMb,
      ecsVcpu: workload.ecsVcpu,
      ecsMemoryMb: workload.ecsMemoryMb,
      ecsTasks: workload.ecsTasks,
    })),
    idleLimitMs: plan.local.idleLimitMs,
    concurrency: plan.local.concurrency,
    timeoutMs: plan.load.timeoutMs,
    warmUpRequests: plan.local.warmUpRequests,
    expiresAtMs,
  };
}

export function hashesOfCode(spec: HostSpec): Readonly<Record<string, string>> {
  return Object.fromEntries(
    spec.workloads.map(({ name, handlerPath }) => [name, hashOfCode(handlerPath)]),
  );
}

/** Code that changes in the middle of a campaign would make its hours incomparable. */
export function requireUnchanged(spec: HostSpec, codeHashes: DeploymentFile['codeHashes']): void {
  for (const { name, handlerPath } of spec.workloads) {
    if (hashOfCode(requireHandler(handlerPath, name)) === codeHashes[name]) continue;
    throw new PermanentFailure(
      'DeploymentMismatch',
      `The code of workload "${name}" has changed since campaign "${spec.campaignId}" was ` +
        `deployed. Bring the old code back, or start a new campaign.`,
    );
  }
}

function requireHandler(path: string, workload: string): string {
  if (existsSync(path)) return path;
  throw new PermanentFailure(
    'WorkloadBroken',
    `Workload "${workload}" has no handler: ${path} does not exist. Correct "run" in the plan.`,
  );
}
