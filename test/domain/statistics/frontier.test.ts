import { expect, it } from 'vitest';
import { frontierOf } from '../../../src/domain/statistics/frontier.ts';

const offer = (name: string, costUsd: number, latencyMs: number) => ({ name, costUsd, latencyMs });
const namesOf = (offers: readonly { readonly name: string }[]) => offers.map(({ name }) => name);

it('leaves out what another offer beats in one and matches in the other', () => {
  const offers = [
    offer('dear', 3, 10),
    offer('cheap', 1, 30),
    offer('beaten', 2, 40),
    offer('dearer at the same speed', 2, 30),
    offer('slower at the same price', 1, 31),
    offer('middle', 2, 20),
  ];

  expect(namesOf(frontierOf(offers))).toEqual(['cheap', 'middle', 'dear']);
});

it('keeps offers that are equal in both', () => {
  expect(namesOf(frontierOf([offer('one', 1, 1), offer('same', 1, 1)]))).toEqual(['one', 'same']);
});
