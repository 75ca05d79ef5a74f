import type { Platform } from './platform.ts';

/** The arms that can be the answer. */
export const candidates = ['lambda-only', 'ecs-only', 'hybrid', 'best-static'] as const;
export type Candidate = (typeof candidates)[number];

/** A/A copies: a pure arm once more, with pools and tasks of its own (METHOD 1.2). */
export const copies = ['lambda-only-again', 'ecs-only-again'] as const;
export type Copy = (typeof copies)[number];

/** A way to serve the whole load in an evaluation. Each arm owns what it uses (METHOD 1.2). */
export const arms = [...candidates, ...copies] as const;
export type Arm = (typeof arms)[number];

/** Who owns a pool of environments or a service: the collection, or one arm of an evaluation. */
export const owners = ['collection', ...arms] as const;
export type Owner = (typeof owners)[number];

/** What a copy repeats, and where all of its requests go. */
export const copyOf: Readonly<
  Record<Copy, { readonly original: Candidate; readonly platform: Platform }>
> = {
  'lambda-only-again': { original: 'lambda-only', platform: 'lambda' },
  'ecs-only-again': { original: 'ecs-only', platform: 'ecs' },
};

/** Whether an arm can be the answer: a copy never is, nor a rival, nor a twin. */
export function isCandidate(arm: Arm): arm is Candidate {
  return candidates.some((candidate) => candidate === arm);
}

/** The arms that an evaluation has, before any is left out; copies only where the plan asks. */
export function armsOf(plan: { readonly evaluation: { readonly aa?: boolean } }): readonly Arm[] {
  return plan.evaluation.aa === true ? arms : candidates;
}
