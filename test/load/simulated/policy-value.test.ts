import { expect, test } from 'vitest';
import type { EvaluationSetup } from '../../../src/domain/evaluation.ts';
import { slotRun } from '../../../src/domain/names.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import { drawSlot } from '../../../src/domain/requests/draw.ts';
import { type PolicyValues, policyValuesOf } from '../../../src/domain/simulation/policy-value.ts';
import { replayedSends } from '../../../src/load/simulated/replayed-sends.ts';
import { simulationSpec } from '../../../src/testbeds/simulated/simulation-spec.ts';
import { aRoutingModel, routedWorkloads } from '../../support/routing-model.ts';
import { aSimulatedPlan, calibration } from '../../testbeds/simulated/builders.ts';
import { startsAtMs } from './rig.ts';

const cpuMs = { light: 7, heavy: 290 };
const setup: EvaluationSetup = {
  arms: ['lambda-only', 'ecs-only', 'hybrid', 'best-static'],
  skipped: [],
  table: { light: 'lambda', heavy: 'ecs' },
  withCapacity: ['heavy'],
  modelHash: 'abc',
  estimates: Object.fromEntries(
    routedWorkloads.map((name) => [name, { estimatedExecutionMs: 10, estimatedMemoryMb: 80 }]),
  ),
};

function planAt(ratePerS: number): Plan {
  return aSimulatedPlan({
    load: { durationMs: 600_000, ratePerS },
    schedule: { slots: 3, everyMs: 14_400_000 },
  });
}

async function valuesAt(ratePerS: number): Promise<PolicyValues> {
  const plan = planAt(ratePerS);
  const slots = [1, 2, 3].map((slot) => {
    const slotStartsAtMs = startsAtMs + (slot - 1) * plan.schedule.everyMs;
    return {
      run: slotRun(slot),
      startsAtMs: slotStartsAtMs,
      endsBeforeMs: slotStartsAtMs + 3_600_000,
      requests: drawSlot({ plan, slot, cpuMs, payloadBytesOf: () => 100 }),
    };
  });
  return await policyValuesOf({
    plan,
    cpuMs,
    setup,
    artifact: aRoutingModel(),
    slots,
    measuredPair: {},
    notes: [],
    replay: (input) =>
      replayedSends({
        ...input,
        specOf: (window) => simulationSpec({ ...window, calibration }),
      }),
  });
}

function hybridOf({ policies }: PolicyValues) {
  return policies.find(({ policy }) => policy === 'hybrid') ?? expect.fail('There is no hybrid.');
}

test('where nobody meets anybody, a policy is worth what its pairs say', async () => {
  const values = await valuesAt(0.1);
  for (const { policy, vPair, vSelf, differs, outsideShare } of values.policies) {
    // Cold starts aside: who gets fewer requests is cold more often.
    expect(Math.abs(vSelf - vPair), policy).toBeLessThan(0.02);
    expect(differs, policy).toBe(false);
    expect(outsideShare, policy).toBe(0);
  }
  expect(values).toMatchObject({ hasConverged: true, passes: 2 });
});

test('near saturation the router relieves Fargate, which its pairs do not know', async () => {
  // 0.93 of the only task's vCPU is busy when it gets everything.
  const values = await valuesAt(6.4);
  const { vPair, vSelf, differs } = hybridOf(values);
  expect(vSelf).toBeLessThan(vPair - 0.05);
  expect(differs).toBe(true);
  expect(values.movedShare).toBeGreaterThan(0.05);
  expect(values).toMatchObject({ hasConverged: true, passes: 2 });
});

test('policies that send everything of a workload to one place carry the load of the pairs', async () => {
  const { policies } = await valuesAt(6.4);
  for (const { policy, vPair, vSelf } of policies.filter((one) => one.policy !== 'hybrid')) {
    expect(vSelf, policy).toBeCloseTo(vPair, 10);
  }
});
