/** A way to serve the whole load in an evaluation. Each arm owns what it uses (METHOD 1.2). */
export const arms = ['lambda-only', 'ecs-only', 'hybrid', 'best-static'] as const;
export type Arm = (typeof arms)[number];

/** Who owns a pool of environments or a service: the collection, or one arm of an evaluation. */
export const owners = ['collection', ...arms] as const;
export type Owner = (typeof owners)[number];
