import { expect, test } from 'vitest';

import { compareTexts, compareValues } from '../../../src/domain/evidence/difference.ts';

test('values are compared by path, down to what differs', () => {
  const first = { a: [{ b: 1 }, { b: 2 }], 'the c': 'x', d: true };
  const second = { a: [{ b: 1 }, { b: 3 }], 'the c': 'y', e: null };
  expect(compareValues(first, second)).toEqual({
    differences: [
      { path: 'a[1].b', first: 2, second: 3 },
      { path: '"the c"', first: 'x', second: 'y' },
      { path: 'd', first: true },
      { path: 'e', second: null },
    ],
    values: 5,
  });
});

test('numbers are equal to nine digits, whatever their size', () => {
  expect(compareValues(1e-12, 1e-12 * (1 + 1e-10)).differences).toEqual([]);
  expect(compareValues(1e12, 1e12 * (1 + 1e-8)).differences).toHaveLength(1);
  expect(compareValues(0, 1e-12).differences).toHaveLength(1);
  expect(compareValues(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY).differences).toEqual([]);
});

test('a value is no other kind of value', () => {
  expect(compareValues(1, '1').differences).toHaveLength(1);
  expect(compareValues([], {}).differences).toHaveLength(1);
  expect(compareValues(null, undefined).differences).toHaveLength(1);
});

test('of texts the first line that differs is named', () => {
  expect(compareTexts('a\nb\nc', 'a\nx\nc')).toEqual({
    differences: [{ path: 'line 2', first: 'b', second: 'x' }],
    values: 3,
  });
  expect(compareTexts('a\n', 'a\n').differences).toEqual([]);
});
