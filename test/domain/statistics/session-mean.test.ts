import { expect, test } from 'vitest';
import { SessionSums, sessionMean } from '../../../src/domain/statistics/session-mean.ts';

test('rows weigh alike, however they are spread over sessions', () => {
  const sums = new SessionSums(3);
  for (const [session, value] of [
    [0, 1],
    [0, 2],
    [2, 9],
  ] as const)
    sums.add(session, value);
  expect(sums.mean()).toMatchObject({ mean: 4, rows: 3, sessions: 2, hasFewSessions: true });
});

test('nothing has no mean, and one session no interval', () => {
  expect(sessionMean([], [])).toBeUndefined();
  expect(sessionMean([5], [0])).toBeUndefined();
  expect(sessionMean([6], [2])).toEqual({ mean: 3, rows: 2, sessions: 1, hasFewSessions: true });
});

test('sessions that differ widen the interval, more rows of the same session do not narrow it', () => {
  const width = (sums: number[], counts: number[]) => {
    const { interval } = sessionMean(sums, counts) ?? expect.fail();
    return (interval?.upper ?? 0) - (interval?.lower ?? 0);
  };
  const means = [1, 2, 3, 4, 5, 6, 7, 8];
  const few = width(
    means.map((value) => value * 2),
    means.map(() => 2),
  );
  const many = width(
    means.map((value) => value * 200),
    means.map(() => 200),
  );
  expect(many).toBeCloseTo(few, 9);
  expect(
    width(
      means.map(() => 8),
      means.map(() => 2),
    ),
  ).toBe(0);
});
