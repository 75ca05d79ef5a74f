/** Sizes and deadlines of the edges: what one side refuses and the other serves (METHOD 1.7). */
import type { EdgeName, Plan } from '../plan.ts';
import type { Platform } from '../platform.ts';
import type { FairnessFacts, FairnessFinding } from './fairness.ts';
import { short } from './short.ts';

const mb = 1_000_000;

/**
 * Largest body of a request or an answer.
 *
 * Sources, November 2026: AWS Lambda quotas (6 MB synchronous), Application Load Balancer user
 * guide, "Lambda functions as targets" (1 MB), API Gateway quotas (10 MB).
 */
function payloadLimitBytes(platform: Platform, edge: EdgeName): number {
  if (platform === 'lambda') return edge === 'alb' ? mb : 6 * mb;
  return edge === 'http-api' || edge === 'rest-api' ? 10 * mb : Number.POSITIVE_INFINITY;
}

export function payloadFinding(plan: Plan, { largestBytes }: FairnessFacts): FairnessFinding {
  const limits = { lambda: limitOf(plan, 'lambda'), ecs: limitOf(plan, 'ecs') };
  const said = `Lambda takes ${bytes(limits.lambda)}, Fargate ${bytes(limits.ecs)}`;
  if (largestBytes === undefined) {
    return {
      matter: 'payload limits',
      standing: 'unknown',
      finding: `${said}; no body was sent yet.`,
    };
  }
  const least = Math.min(limits.lambda, limits.ecs);
  const over = Object.entries(largestBytes).filter(([, largest]) => largest > least);
  if (over.length > 0) {
    const named = over.map(([workload, largest]) => `${workload} ${bytes(largest)}`).join(', ');
    return {
      matter: 'payload limits',
      standing: 'unequal',
      finding: `${said}, and the largest body was ${named}: what one side refuses the other serves.`,
      advice: 'Send smaller bodies, or choose another edge.',
    };
  }
  const largest = Math.max(0, ...Object.values(largestBytes));
  return {
    matter: 'payload limits',
    standing: 'equal',
    finding: `${said}; the largest body was ${bytes(largest)}.`,
  };
}

function limitOf(plan: Plan, platform: Platform): number {
  return payloadLimitBytes(platform, plan.pricing.edge[platform]);
}

/** API Gateway ends an integration after that (its quotas, November 2026); a balancer does not. */
const gatewayDeadlineMs: Readonly<Partial<Record<EdgeName, number>>> = {
  'http-api': 30_000,
  'rest-api': 29_000,
};

export function deadlineFinding({ load, pricing: { edge } }: Plan): FairnessFinding {
  const own = `The client gives up after ${load.timeoutMs / 1000} s on both platforms`;
  const shorter = (['lambda', 'ecs'] as const).filter(
    (platform) => (gatewayDeadlineMs[edge[platform]] ?? Number.POSITIVE_INFINITY) < load.timeoutMs,
  );
  if (shorter.length === 0 || edge.lambda === edge.ecs) {
    return { matter: 'deadlines', standing: 'equal', finding: `${own}.` };
  }
  const named = shorter
    .map(
      (platform) => `${edge[platform]} in front of ${platform === 'lambda' ? 'Lambda' : 'Fargate'}`,
    )
    .join(' and ');
  return {
    matter: 'deadlines',
    standing: 'unequal',
    finding: `${own}, but ${named} gives up before that.`,
    advice: 'Set load.timeout to 29s or less.',
  };
}

function bytes(value: number): string {
  if (!Number.isFinite(value)) return 'any size';
  return value >= mb ? `${short(value / mb)} MB` : `${short(value / 1000)} kB`;
}
