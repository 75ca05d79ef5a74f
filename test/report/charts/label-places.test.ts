import { expect, test } from 'vitest';
import { placeLabels } from '../../../src/report/charts/label-places.ts';

const size = { width: 300, height: 200 };

test('words of points near each other get different places', () => {
  const places = placeLabels(
    [0, 0.02, 0.04].map((step) => ({ names: ['some-name'], x: 0.5 + step, y: 0.5 })),
    size,
  );
  expect(new Set(places.map(({ align, dx, dy }) => `${align} ${dx} ${dy}`)).size).toBe(3);
});

test('words at the right edge stand to the left of their point', () => {
  expect(placeLabels([{ names: ['a-long-name'], x: 0.99, y: 0.5 }], size)[0]?.align).toBe('right');
});
