import type { Arm } from '../arm.ts';
import type { Plan, WorkloadPlan } from '../plan.ts';
import { edgeRequestUsd } from './edge-price.ts';
import { taskHourUsd } from './fargate-price.ts';
import type { PriceBook } from './price-books.ts';

/**
 * The router service's own Fargate task: the smallest that there is. Forwarding a request costs well
 * under a millisecond of CPU, so that a quarter of one carries hundreds a second, and its process
 * needs less than 100 MB with a model of 300 trees.
 */
export const routerTask = { ecsVcpu: 0.25, ecsMemoryMb: 512 } as const satisfies Pick<
  WorkloadPlan,
  'ecsVcpu' | 'ecsMemoryMb'
>;

/** Whether an arm's requests pass a router that is deployed for it (METHOD 3.5). */
export function hasRouterService(arm: Arm, plan: Plan): boolean {
  return arm === 'hybrid' && plan.evaluation.router === 'service';
}

/**
 * What the service costs: its task, busy or not, and the edge in front of it, which each of its
 * requests passes on the way to the router and again on the way to its platform. A preflight goes
 * one of these ways only, and is counted with the platform's.
 */
export function routerUsd(
  book: PriceBook,
  plan: Plan,
  use: { readonly hours: number; readonly requests: number },
): number {
  const edgeUsd = use.requests * edgeRequestUsd(book, plan.pricing.edge.ecs);
  return use.hours * taskHourUsd(book, routerTask) + edgeUsd;
}
