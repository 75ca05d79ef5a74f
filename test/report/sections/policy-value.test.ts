import { expect, test } from 'vitest';
import type { PolicyValue } from '../../../src/domain/simulation/policy-figures.ts';
import type { PolicyValueResult } from '../../../src/domain/simulation/policy-value.ts';
import { policyValueSections } from '../../../src/report/sections/policy-value-section.ts';
import { aReportInput } from '../../support/a-report-input.ts';

function aValue(changes: Partial<PolicyValue> = {}): PolicyValue {
  return {
    policy: 'hybrid',
    measuredPair: -2.01,
    vPair: -2,
    vSelf: -2,
    margin: 0.01,
    differs: false,
    outsideShare: 0,
    ...changes,
  };
}

function textOf(policyValue: PolicyValueResult): string {
  return JSON.stringify(policyValueSections(aReportInput({ policyValue })));
}

const valued = {
  status: 'valued',
  policies: [aValue()],
  slots: 4,
  ofSlots: 6,
  requests: 1_200,
  passes: 2,
  hasConverged: true,
  movedShare: 0.05,
  notes: [],
} as const;

test('a policy whose own load changes its worth is named with the size and the direction', () => {
  const text = textOf({ ...valued, policies: [aValue({ vSelf: -2.05, differs: true })] });
  expect(text).toContain('On its own load hybrid is better by 5.1 %');
  expect(text).toContain('the first 4 of 6 complete slots');
  expect(text).toContain('sends 5 % of the requests elsewhere');
});

test('without a difference it is said that there is none', () => {
  expect(textOf(valued)).toContain('No policy is worth something else');
});

test('load that nobody has collected makes it an extrapolation', () => {
  const text = textOf({ ...valued, policies: [aValue({ outsideShare: 0.2 })] });
  expect(text).toContain('hybrid meets more load than was collected');
});

test('a routing that does not settle is said', () => {
  expect(textOf({ ...valued, passes: 5, hasConverged: false })).toContain('was not stable after 5');
});

test('what failed is shown with its reason; without an evaluation there is no section', () => {
  expect(textOf({ status: 'failed', reason: 'There is no complete slot to replay' })).toContain(
    'V_self was not computed: There is no complete slot to replay.',
  );
  expect(policyValueSections(aReportInput())).toEqual([]);
});
