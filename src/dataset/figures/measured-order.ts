import { arms } from '../../domain/arm.ts';
import type { CampaignPart } from '../../domain/dataset/measured.ts';
import type { Plan } from '../../domain/plan.ts';
import { platforms } from '../../domain/platform.ts';

/** The collection first, then workloads as the plan has them, then platforms or arms in their order. */
export function bySideAndWorkload<
  Row extends { readonly part: CampaignPart; readonly side: string; readonly workload: string },
>(rows: readonly Row[], plan: Plan): Row[] {
  const names = plan.workloads.map(({ name }) => name);
  const placeOf = ({ part, side, workload }: Row): number =>
    (part === 'collection' ? 0 : 1e6) + names.indexOf(workload) * 1e3 + sides.indexOf(side);
  return [...rows].sort((a, b) => placeOf(a) - placeOf(b) || a.side.localeCompare(b.side, 'en'));
}

/** In the order of the plan's workloads; rows of the same one keep theirs. */
export function byWorkload<Row extends { readonly workload: string }>(
  rows: readonly Row[],
  plan: Plan,
): Row[] {
  const names = plan.workloads.map(({ name }) => name);
  return [...rows].sort((a, b) => names.indexOf(a.workload) - names.indexOf(b.workload));
}

const sides: readonly string[] = [...platforms, ...arms];
