import { expect, test } from 'vitest';
import {
  fargateMemoriesMb,
  fargateVcpus,
  isFargateSize,
} from '../../../src/domain/money/fargate-sizes.ts';

test('the table has as many sizes as AWS documents for each number of vCPUs', () => {
  const sizes = fargateVcpus.map((vcpu) => [vcpu, fargateMemoriesMb(vcpu).length]);
  expect(sizes).toEqual([
    [0.25, 3],
    [0.5, 4],
    [1, 7],
    [2, 13],
    [4, 23],
    [8, 12],
    [16, 12],
  ]);
});

test.each([
  [0.25, 512, true],
  [0.25, 3072, false],
  [1, 1024, false],
  [4, 30_720, true],
  [8, 17_408, false],
  [8, 20_480, true],
  [16, 122_880, true],
  [3, 8192, false],
])('%d vCPU with %d MB is possible: %s', (vcpu, memoryMb, isPossible) => {
  expect(isFargateSize(vcpu, memoryMb)).toBe(isPossible);
});
