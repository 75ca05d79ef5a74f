import { describe, expect, test } from 'vitest';
import { requestsToProve } from '../../../src/report/doubts/verdict-warnings.ts';
import type { WarningKind } from '../../../src/report/doubts/warning.ts';
import { warningsOf } from '../../../src/report/doubts/warnings.ts';
import type { ReportInput } from '../../../src/report/report-input.ts';
import {
  aBlock,
  aCompleteSlot,
  anArm,
  anArmWorkload,
  aReportedPlan,
  aReportInput,
  aVerdict,
} from '../../support/a-report-input.ts';
import { aMeasured } from '../../support/measured-figures.ts';

function findWarning(kind: WarningKind, overrides: Partial<ReportInput> = {}) {
  return warningsOf(aReportInput(overrides)).find((warning) => warning.kind === kind);
}

test('unequal CPU is named with its figures', () => {
  // 128 MB of 1,769 MB a vCPU, against 0.25 vCPU.
  expect(findWarning('cpu-unequal')?.message).toContain('lightweight (0.25 against 0.0724 vCPU)');
});

test('equal CPU is not doubted', () => {
  const workloads = aReportedPlan().workloads.map((workload) => ({
    ...workload,
    lambdaMemoryMb: 1769 * workload.ecsVcpu,
  }));
  expect(findWarning('cpu-unequal', { plan: aReportedPlan({ workloads }) })).toBeUndefined();
});

describe('the load generator', () => {
  test('is doubted from the first run whose lag passes 20 ms, with the worst one', () => {
    const slots = [{ ...aCompleteSlot(1), lagMsP99: 21 }, aCompleteSlot(2)];
    const blocks = [{ ...aBlock(3), sendLagMsP99: 34 }];
    const warning = findWarning('generator-limited', { slots, blocks });
    expect(warning?.isSerious).toBe(true);
    expect(warning?.message).toContain('2 runs: p99 of the send lag up to 34 ms (block-03)');
  });

  test('is trusted at 20 ms', () => {
    const slots = [{ ...aCompleteSlot(1), lagMsP99: 20 }];
    expect(findWarning('generator-limited', { slots })).toBeUndefined();
  });
});

describe('slots', () => {
  test('that are not complete are named with their reasons', () => {
    const slots = [
      aCompleteSlot(1),
      { ...aCompleteSlot(2), status: 'degraded' as const, reason: '4 % unexplained' },
      { slot: 3, status: 'missed' as const, reason: 'no worker' },
      aCompleteSlot(4),
      aCompleteSlot(5),
    ];
    const warning = findWarning('slots-lost', { slots });
    expect(warning?.message).toContain('2 of 5 slots not complete');
    expect(warning?.message).toContain(
      'slot 2 degraded: 4 % unexplained; slot 3 missed: no worker',
    );
    expect(warning?.isSerious).toBe(false);
  });

  test('that are lost by half make it serious', () => {
    const slots = [aCompleteSlot(1), { slot: 2, status: 'failed' as const, reason: 'host died' }];
    expect(findWarning('slots-lost', { slots })?.isSerious).toBe(true);
  });
});

describe('a service level', () => {
  test.each([
    [0.95, 59],
    [0.99, 299],
  ])('of %d needs %d requests without a miss', (target, requests) => {
    expect(requestsToProve(target)).toBe(requests);
  });

  test('that so few requests cannot prove is doubted, and one more request cures it', () => {
    const verdictOf = (requests: number) => {
      const workloads = [anArmWorkload('heavy', { requests, p50: 800 })];
      return aVerdict({ arms: [anArm('hybrid', { lambda: 1 }, { workloads })] });
    };
    expect(findWarning('few-requests-for-slo', { verdict: verdictOf(58) })?.message).toContain(
      'hybrid/heavy 58',
    );
    expect(findWarning('few-requests-for-slo', { verdict: verdictOf(59) })).toBeUndefined();
  });
});

test('a position effect is doubted only above 2 %, for the platform that has it', () => {
  const message = findWarning('position-effect')?.message;
  expect(message).toContain('Fargate +3.1 %');
  expect(message).not.toContain('Lambda');
});

test('a position effect that may be chance is not doubted', () => {
  const row = { workload: 'heavy', first: 90, second: 90, slots: 6, logRatio: 0.05 } as const;
  const measured = aMeasured({
    positions: [
      { ...row, platform: 'lambda', interval: { lower: -0.01, upper: 0.11 } },
      { ...row, platform: 'ecs', interval: { lower: 0.03, upper: 0.07 } },
    ],
  });
  const message = findWarning('position-effect', { measured })?.message;
  expect(message).toContain('(heavy on Fargate +5.1 %)');
});

test('unexplained rows are serious, rows with a known reason are not', () => {
  const profile = aReportInput().profile;
  if (profile === undefined) throw new Error('The builder has a profile.');
  const joined = (joinedShare: number, explainedShare: number) =>
    findWarning('rows-unjoined', { profile: { ...profile, joinedShare, explainedShare } });
  expect(joined(0.97, 1)?.isSerious).toBe(false);
  expect(joined(0.99, 0.995)?.isSerious).toBe(true);
  expect(joined(0.99, 1)).toBeUndefined();
});

test('blocks that failed or are degraded are named', () => {
  const message = findWarning('blocks-failed', {
    blocks: [{ ...aBlock(2), degradedBecause: ['5 % of the rows are unexplained'] }],
    blockFailures: [{ block: 3, reason: 'the testbed host died' }],
  })?.message;
  expect(message).toContain('block 3: the testbed host died');
  expect(message).toContain('block-02: 5 % of the rows are unexplained');
});

test('what was left on the testbed is named', () => {
  const message = findWarning('leftovers', { leftovers: ['process 4711'] })?.message;
  expect(message).toContain('process 4711');
});

test('few blocks are doubted, and an undecided verdict with its detectable effect', () => {
  const verdict = aVerdict({ blocks: 4, isFewBlocks: true, isDecided: false });
  expect(findWarning('few-blocks', { verdict })?.message).toContain('4 scored blocks');
  expect(findWarning('undecided', { verdict })?.message).toContain('7.2 %');
});

test('prices of another region are named', () => {
  const plan = aReportedPlan({ pricing: { book: 'eu-west-1/x86_64/2026-11' } });
  expect(findWarning('prices-unverified', { plan })?.message).toContain('logsGbUsd');
  expect(findWarning('prices-unverified')).toBeUndefined();
});

test('serious warnings come first', () => {
  const serious = warningsOf(aReportInput({ outcome: 'stopped' })).map((one) => one.isSerious);
  expect(serious).toEqual([...serious].sort((first, second) => Number(second) - Number(first)));
  expect(serious).toContain(false);
});
