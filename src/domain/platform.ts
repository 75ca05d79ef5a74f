/** Where a request can be served. `lambda` is class 1 of every model: `p_lambda` is its probability. */
export const platforms = ['lambda', 'ecs'] as const;
export type Platform = (typeof platforms)[number];

export const testbedNames = ['local', 'simulated', 'aws'] as const;
export type TestbedName = (typeof testbedNames)[number];

export function otherPlatform(platform: Platform): Platform {
  return platform === 'lambda' ? 'ecs' : 'lambda';
}
