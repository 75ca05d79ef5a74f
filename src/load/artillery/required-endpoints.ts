import { PermanentFailure } from '../../domain/failures.ts';
import type { Deployment } from '../../testbeds/testbed.ts';
import type { LoadRunSpec } from '../load-generator.ts';
import { type PendingRequest, possiblePlatforms } from './engine/engine-run.ts';

/**
 * Throws `DeploymentMismatch`, naming everything that is missing, when a target of the run could be
 * routed to an endpoint that is not deployed: found out before the first send, not in the middle.
 */
export function requireEndpoints(
  pending: readonly PendingRequest[],
  spec: LoadRunSpec,
  deployment: Deployment,
): void {
  const deployed = new Set(
    deployment.endpoints.map(({ owner, platform, workload }) => `${owner}/${platform}/${workload}`),
  );
  const routers = new Set(deployment.routers?.map(({ owner }) => owner));
  const isService = spec.router?.place === 'service';
  const missing = new Set<string>();
  for (const { request, targets } of pending) {
    for (const { target } of targets) {
      const platforms = possiblePlatforms(target, request.workload, spec);
      if (target.platform === undefined && isService && !routers.has(target.owner)) {
        missing.add(`a router service of ${target.owner}`);
      }
      if (platforms.length === 0) missing.add(`a router for ${target.owner}/${request.workload}`);
      for (const platform of platforms) {
        const endpoint = `${target.owner}/${platform}/${request.workload}`;
        if (!deployed.has(endpoint)) missing.add(endpoint);
      }
    }
  }
  if (missing.size > 0) {
    throw new PermanentFailure(
      'DeploymentMismatch',
      `Run ${spec.run} needs what campaign "${deployment.campaignId}" has not deployed: ` +
        `${[...missing].join(', ')}. Deploy the campaign again with this plan.`,
    );
  }
}
