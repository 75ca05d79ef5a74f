import { expect, test } from 'vitest';

import { crossoversOf } from '../../../src/report/sections/crossover.ts';
import { aReportInput } from '../../support/a-report-input.ts';

test('Fargate is priced with the tasks that the rate needs, not with an overloaded one', () => {
  const heavy = crossoversOf(aReportInput()).find(({ workload }) => workload === 'heavy');
  // 13/s · 27 % · 199 ms = 0.7 busy vCPUs, of which one task may be 60 % busy.
  expect(heavy?.tasks).toBe(2);
  expect(heavy?.utilisation).toBeCloseTo(0.35, 2);
  expect(heavy?.deployed?.tasks).toBe(1);
  expect(heavy?.deployed?.utilisation).toBeCloseTo(0.7, 2);
});

test('and with those of the plan where they carry it', () => {
  const light = crossoversOf(aReportInput()).find(({ workload }) => workload === 'lightweight');
  expect(light?.tasks).toBe(1);
  expect(light?.deployed).toBeUndefined();
});
