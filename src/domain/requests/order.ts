import type { Random } from '../statistics/random.ts';
import { randomFor, shuffled } from '../statistics/random.ts';

/**
 * Orders of the targets for a sequence of requests, in permuted blocks: of any two neighbours that
 * form a block, one goes to `lambda` first and one to `ecs` first, in random order. So both orders
 * are equally frequent in every stretch of the slot (METHOD 1.1), the difference is at most one.
 */
export function balancedOrders<Name>(
  pair: readonly [Name, Name],
  count: number,
  random: Random,
): (readonly [Name, Name])[] {
  const [first, second] = pair;
  const orders: (readonly [Name, Name])[] = [];
  while (orders.length < count) {
    orders.push(
      ...shuffled<readonly [Name, Name]>(
        [
          [first, second],
          [second, first],
        ],
        random,
      ),
    );
  }
  return orders.slice(0, count);
}

/**
 * The order of the arms in a block: a row of a Williams square, in which every arm stands equally
 * often in every place and follows every other arm equally often. An even number of arms needs as
 * many blocks as arms for that, an odd number twice as many. Which arm is which letter of the square
 * is drawn from the seed.
 *
 * Source: E. J. Williams, "Experimental designs balanced for the estimation of residual effects of
 * treatments", Australian Journal of Scientific Research 2 (1949).
 */
export function armOrder<Name>(arms: readonly Name[], block: number, seed: number): Name[] {
  const letters = shuffled(arms, randomFor(seed, 'williams'));
  const rows = williamsRows(arms.length);
  const row = rows[(block - 1) % rows.length] ?? [];
  return row.flatMap((letter) => letters.slice(letter, letter + 1));
}

/** All rows of the Williams design for k treatments, as numbers from 0: k rows, 2k when k is odd. */
export function williamsRows(k: number): number[][] {
  const base = zigzag(k);
  const square = base.map((_, shift) => base.map((letter) => (letter + shift) % k));
  if (k % 2 === 0 || k === 1) return square;
  // An odd square balances who follows whom only together with its mirror image.
  return square.flatMap((row) => [row, [...row].reverse()]);
}

/** 0, 1, k−1, 2, k−2, …: the differences of neighbours are all different when k is even. */
function zigzag(k: number): number[] {
  return Array.from({ length: k }, (_, place) =>
    place % 2 === 1 ? (place + 1) / 2 : (k - place / 2) % k,
  );
}
