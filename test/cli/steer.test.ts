import { expect, test } from 'vitest';

import { parseSlots } from '../../src/cli/steer.ts';

test.each([
  ['7', [7]],
  ['7-9', [7, 8, 9]],
  ['2,4-5', [2, 4, 5]],
])('slots are written as people write them: %s', (text, slots) => {
  expect(parseSlots(text)).toEqual(slots);
});

test.each(['0', '9-7', 'x', '', '1-', '-3', '1.5'])('"%s" is no slot', (text) => {
  expect(() => parseSlots(text)).toThrow('is no slot');
});
