import { describe, expect, test } from 'vitest';

import { createWhatIf } from '../../../src/activities/what-if/what-if.ts';
import type { PolicyValueResult } from '../../../src/domain/simulation/policy-value.ts';
import type { Changes } from '../../../src/domain/what-if/what-if.ts';
import { type ActivityRig, campaignId } from '../rig.ts';
import { aScoredEvaluation, aSimulatedEvaluation, scored } from '../simulated-evaluation.ts';

function ask({ ports }: ActivityRig, changes: Changes) {
  const told: string[] = [];
  return createWhatIf(ports)({ campaignId, changes, onProgress: (text) => told.push(text) });
}

describe('a simulated campaign', () => {
  test('simulated again at its own rate gives the verdict that it has measured', async () => {
    const { verdict, ...rig } = await aScoredEvaluation();
    const { changed, baseline, fit, flips, answerMark } = await ask(rig, { ratePerS: 1.5 });
    expect(answerMark).toBe('simulated');
    expect(flips).toBe(false);
    expect(fit).toMatchObject({ isTrusted: true, isOwnSimulation: true });
    expect(fit?.worst).toBeLessThan(1e-4);
    for (const [index, arm] of verdict.arms.entries()) {
      expect(baseline.arms[index]?.costPer1000Usd).toBeCloseTo(arm.costPer1000Usd, 12);
      expect(changed.arms[index]?.costPer1000Usd).toBeCloseTo(arm.costPer1000Usd, 10);
      for (const [place, { p50 = Number.NaN }] of arm.workloads.entries()) {
        expect(changed.arms[index]?.workloads[place]?.p50).toBeCloseTo(p50, 1);
      }
    }
    expect(changed.answer).toBe(verdict.answer);
    expect(changed.isDecided).toBe(verdict.isDecided);
  });

  test('at more than twice the rate its service is slower, and a request cheaper', async () => {
    const rig = await aSimulatedEvaluation();
    const { changed, baseline, notes } = await ask(rig, { ratePerS: 5 });
    const ecs = (of: typeof changed) => of.arms.find(({ arm }) => arm === 'ecs-only');
    const times = (ecs(changed)?.requests ?? 0) / (ecs(baseline)?.requests ?? 0);
    expect(Math.abs(times - 5 / 1.5)).toBeLessThan(0.05);
    expect(ecs(changed)?.costPer1000Usd).toBeLessThan(0.6 * (ecs(baseline)?.costPer1000Usd ?? 0));
    const heavy = (of: typeof changed) =>
      ecs(of)?.workloads.find(({ workload }) => workload === 'heavy')?.p50 ?? Number.NaN;
    expect(heavy(changed)).toBeGreaterThan(1.3 * heavy(baseline));
    // 2.5/s of 0.29 vCPU-seconds on one vCPU, of which 60 % are aimed at.
    expect(notes.join(' ')).toMatch(/heavy on ecs-only would be 7[23] % busy/);
  });

  test('where nothing pays for itself, a service that scales to zero costs its balancer', async () => {
    const rig = await aSimulatedEvaluation();
    const { changed, marks } = await ask(rig, { ratePerS: 0.1, scaleToZero: true });
    const best = changed.arms.find(({ arm }) => arm === 'best-static');
    expect(best?.lambdaShare).toBe(1);
    expect((best?.cost.ecsBusyUsd ?? 0) + (best?.cost.ecsIdleUsd ?? 0)).toBeCloseTo(0, 12);
    expect(best?.cost.balancerUsd).toBeGreaterThan(0);
    expect(marks['best-static']?.cost).toBe('simulated');
  });

  test('V_self is stored with the verdict, and its pairs are those that were measured', async () => {
    const { store } = await aScoredEvaluation();
    const { keys } = store;
    const value = await store.requireJson<PolicyValueResult>(keys.policyValue);
    if (value.status !== 'valued') throw new Error(value.reason);
    expect(value.policies.map(({ policy }) => policy)).toEqual([
      'best-static',
      'lambda-only',
      'ecs-only',
    ]);
    for (const { measuredPair, vPair } of value.policies) {
      // What is left is the gap between the two targets of a pair.
      expect(Math.abs(vPair - (measuredPair ?? Number.NaN))).toBeLessThan(0.02);
    }
  });

  test('what goes wrong with V_self is stored as its reason, and the verdict stands', async () => {
    const rig = await aSimulatedEvaluation();
    const { simulated } = rig.ports.testbeds;
    if (simulated?.simulation === undefined) throw new Error('There is a simulator.');
    const simulation = {
      ...simulated.simulation,
      replay: () => Promise.reject(new Error('The dice were lost.')),
    };
    const testbeds = { simulated: { ...simulated, simulation } };
    const verdict = await scored({ ...rig, ports: { ...rig.ports, testbeds } });
    expect(verdict.blocks).toBeGreaterThan(0);
    expect(await rig.store.requireJson(rig.store.keys.policyValue)).toEqual({
      status: 'failed',
      reason: 'The dice were lost.',
    });
  });
});
