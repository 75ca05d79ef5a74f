import { describe, expect, it, test } from 'vitest';
import { fargateMemoriesMb } from '../../../src/domain/money/fargate-sizes.ts';
import { lambdaMbPerVcpu } from '../../../src/domain/money/lambda-price.ts';
import {
  fargateAt,
  findPriceBase,
  lambdaAt,
  priceBookNames,
  priceFields,
  requirePriceBook,
  siblingBookName,
} from '../../../src/domain/money/price-books.ts';

const x86 = {
  lambdaRequestUsd: 0.2 / 1e6,
  lambdaGbSecondUsd: 1.66667e-5,
  fargateVcpuHourUsd: 0.04048,
  fargateGbHourUsd: 0.004445,
};
const arm = {
  lambdaRequestUsd: 0.2 / 1e6,
  lambdaGbSecondUsd: 1.33334e-5,
  fargateVcpuHourUsd: 0.03238,
  fargateGbHourUsd: 0.00356,
};
const around = {
  albHourUsd: 0.0225,
  albLcuHourUsd: 0.008,
  httpApiRequestUsd: 1 / 1e6,
  restApiRequestUsd: 3.5 / 1e6,
  logsGbUsd: 0.5,
  ipv4HourUsd: 0.005,
  egressGbUsd: 0.09,
};

test.each([
  ['us-east-1/x86_64/2026-11', x86],
  ['us-east-1/arm64/2026-11', arm],
  ['eu-west-1/x86_64/2026-11', x86],
  ['eu-west-1/arm64/2026-11', arm],
  [
    'eu-central-1/x86_64/2026-11',
    { ...x86, fargateVcpuHourUsd: 0.04656, fargateGbHourUsd: 0.00511 },
  ],
])('the book %s has the prices of its region', (name, own) => {
  const book = requirePriceBook(name);
  for (const [field, usd] of Object.entries({ ...own, ...around })) {
    expect(book[field as keyof typeof book], field).toBeCloseTo(usd, 15);
  }
});

test('there is no other book, and each has all of its prices', () => {
  expect(priceBookNames).toHaveLength(5);
  for (const name of priceBookNames) {
    const book = requirePriceBook(name);
    expect(priceFields.filter((field) => !(book[field] > 0))).toEqual([]);
  }
});

describe('a price that nobody knows', () => {
  const name = 'eu-central-1/arm64/2026-11';

  it('is not made up: the book is refused, with the fields that a file must have', () => {
    expect(() => requirePriceBook(name)).toThrow(
      /No price is known for fargateVcpuHourUsd and fargateGbHourUsd.*extends: eu-central-1/s,
    );
  });

  it('leaves a base with all others, which a file can extend', () => {
    const base = findPriceBase(name);
    expect(base).toMatchObject({ region: 'eu-central-1', lambdaGbSecondUsd: 0.0000133334 });
    expect(base).not.toHaveProperty('fargateVcpuHourUsd');
  });
});

test('a book has a sibling of the other architecture', () => {
  expect(siblingBookName('eu-west-1/x86_64/2026-11', 'arm64')).toBe('eu-west-1/arm64/2026-11');
});

test('prices of one platform can be scaled alone', () => {
  const book = requirePriceBook('us-east-1/x86_64/2026-11');
  expect(lambdaAt(book, 2)).toEqual({
    ...book,
    lambdaRequestUsd: 4e-7,
    lambdaGbSecondUsd: 0.0000333334,
    lambdaTiers: [
      { fromGbSeconds: 6e9, gbSecondUsd: 0.00003 },
      { fromGbSeconds: 15e9, gbSecondUsd: 0.0000266668 },
    ],
  });
  expect(fargateAt(book, 2)).toEqual({
    ...book,
    fargateVcpuHourUsd: 0.08096,
    fargateGbHourUsd: 0.00889,
  });
});

test('one vCPU of Lambda is 1,769 MB, and every free account has the same', () => {
  expect(lambdaMbPerVcpu).toBe(1769);
  for (const name of priceBookNames) {
    expect(requirePriceBook(name).lambdaFree).toEqual({ requests: 1e6, gbSeconds: 400_000 });
  }
});

/** AWS's table, by vCPU: least, most and step of the memory in MB. */
test.each([
  [0.5, 1024, 4096, 1024],
  [1, 2048, 8192, 1024],
  [2, 4096, 16_384, 1024],
  [4, 8192, 30_720, 1024],
  [8, 16_384, 61_440, 4096],
  [16, 32_768, 122_880, 8192],
])('Fargate sells %f vCPU with %i to %i MB in steps of %i', (vcpu, least, most, step) => {
  const sizes = fargateMemoriesMb(vcpu);
  expect([sizes[0], sizes.at(-1), sizes.length]).toEqual([least, most, (most - least) / step + 1]);
});
