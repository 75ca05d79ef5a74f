import { expect, test } from 'vitest';
import { isTooLarge } from '../../../src/testbeds/simulated/payload-model.ts';

const mb = 1024 * 1024;

test.each([
  ['lambda', 'none', 4.4, false],
  ['lambda', 'none', 4.6, true],
  ['lambda', 'function-url', 4.4, false],
  ['lambda', 'function-url', 4.6, true],
  ['lambda', 'alb', 0.9, false],
  ['lambda', 'alb', 1.1, true],
  ['lambda', 'rest-api', 4.6, true],
  ['ecs', 'alb', 50, false],
  ['ecs', 'none', 50, false],
  ['ecs', 'http-api', 9, false],
  ['ecs', 'http-api', 11, true],
  ['ecs', 'rest-api', 9, false],
  ['ecs', 'rest-api', 11, true],
] as const)('%s behind %s with %f MB is too large: %s', (platform, edge, size, isRefused) => {
  expect(isTooLarge(platform, edge, size * mb)).toBe(isRefused);
});
