import fc from 'fast-check';
import { expect, test } from 'vitest';
import { armOrder, balancedOrders, williamsRows } from '../../../src/domain/requests/order.ts';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { countBy } from '../load-builders.ts';

test('both orders of a pair are equally frequent in every stretch of a slot', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(200), (seed, count) => {
      const orders = balancedOrders(['lambda', 'ecs'], count, randomFor(seed));
      expect(orders).toHaveLength(count);
      let lead = 0;
      for (const [first] of orders) {
        lead += first === 'lambda' ? 1 : -1;
        expect(Math.abs(lead)).toBeLessThanOrEqual(1);
      }
      expect(orders.every(([first, second]) => first !== second)).toBe(true);
    }),
  );
});

test('which order comes first is a matter of chance', () => {
  const firsts = Array.from(
    { length: 400 },
    (_, seed) => balancedOrders(['lambda', 'ecs'], 1, randomFor(seed))[0]?.[0] ?? '',
  );
  const lambdaFirst = firsts.filter((name) => name === 'lambda').length;
  expect(lambdaFirst).toBeGreaterThan(150);
  expect(lambdaFirst).toBeLessThan(250);
});

test.each([2, 3, 4, 5, 6])('among %d arms everyone follows every other equally often', (k) => {
  const rows = williamsRows(k);
  const followers = rows.flatMap((row) =>
    row.slice(1).map((letter, index) => `${row[index]}>${letter}`),
  );
  const counts = countBy(followers, (pair) => pair);
  expect(Object.keys(counts)).toHaveLength(k * (k - 1));
  expect(new Set(Object.values(counts)).size).toBe(1);
});

test.each([1, 2, 3, 4, 5, 6])('among %d arms everyone stands equally often in every place', (k) => {
  const places = williamsRows(k).flatMap((row) => row.map((letter, place) => `${letter}@${place}`));
  const counts = countBy(places, (place) => place);
  expect(Object.keys(counts)).toHaveLength(k * k);
  expect(new Set(Object.values(counts)).size).toBe(1);
});

test('four blocks in a row are balanced, wherever they begin', () => {
  const arms = ['a', 'b', 'c', 'd'];
  for (const firstBlock of [1, 2, 5]) {
    const rows = [0, 1, 2, 3].map((step) => armOrder(arms, firstBlock + step, 42));
    expect(new Set(rows.map((row) => row[0]))).toEqual(new Set(arms));
  }
});

test('the seed decides which arm is which letter, and nothing else does', () => {
  const arms = ['a', 'b', 'c', 'd'];
  expect(armOrder(arms, 3, 1)).toEqual(armOrder(arms, 3, 1));
  const orders = new Set(Array.from({ length: 50 }, (_, seed) => armOrder(arms, 1, seed).join('')));
  expect(orders.size).toBeGreaterThan(10);
});
