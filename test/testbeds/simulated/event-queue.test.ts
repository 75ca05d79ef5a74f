import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventQueue } from '../../../src/testbeds/simulated/event-queue.ts';

it('gives values back in the order of time, and of adding where times are equal', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (times) => {
      const queue = new EventQueue<number>();
      for (const [index, atMs] of times.entries()) queue.add(atMs, index);
      const taken: number[] = [];
      while (queue.size > 0) taken.push(queue.take());
      const expected = times
        .map((atMs, index) => ({ atMs, index }))
        .toSorted((a, b) => a.atMs - b.atMs || a.index - b.index)
        .map(({ index }) => index);
      expect(taken).toEqual(expected);
    }),
  );
});

it('says when the next value is due, whatever was taken and added in between', () => {
  const queue = new EventQueue<string>();
  expect(queue.nextMs).toBe(Number.POSITIVE_INFINITY);
  queue.add(5, 'later');
  queue.add(3, 'sooner');
  expect(queue.nextMs).toBe(3);
  expect(queue.take()).toBe('sooner');
  queue.add(4, 'between');
  expect(queue.nextMs).toBe(4);
  expect([queue.take(), queue.take()]).toEqual(['between', 'later']);
  expect(() => queue.take()).toThrow('empty');
});
