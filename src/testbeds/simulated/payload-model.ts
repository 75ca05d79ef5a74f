import type { EdgeName } from '../../domain/plan.ts';
import type { Platform } from '../../domain/platform.ts';

const megabyte = 1024 * 1024;
/** Headers and context of a gateway's event. */
const eventBytes = 1024;

/**
 * Whether a platform answers 413 (METHOD 1.7): Lambda takes 6 MB at once, also by a function URL, an
 * ALB hands it 1 MB, an API of API Gateway takes 10 MB whatever is behind it. Bodies are taken to be binary: in the event that
 * Lambda gets they are base64, which is a third longer. A balancer before tasks has no limit.
 */
export function isTooLarge(platform: Platform, edge: EdgeName, payloadBytes: number): boolean {
  const isGateway = edge === 'http-api' || edge === 'rest-api';
  if (isGateway && payloadBytes > 10 * megabyte) return true;
  if (platform === 'ecs') return false;
  if (edge === 'alb' && payloadBytes > megabyte) return true;
  return 4 * Math.ceil(payloadBytes / 3) + eventBytes > 6 * megabyte;
}
