import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { owners } from '../../src/domain/arm.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { platforms } from '../../src/domain/platform.ts';
import type { Testbed, Window } from '../../src/testbeds/testbed.ts';

export interface TestbedRig {
  readonly testbed: Testbed;
  readonly plan: Plan;
  readonly close: () => Promise<void>;
}

const signal = new AbortController().signal;
const inAMinute = (): number => Date.now() + 60_000;

/** What every adapter of the port promises, and workflows rely on. */
export function describeTestbed(name: string, open: () => Promise<TestbedRig>): void {
  describe(`${name} as a testbed`, () => {
    let rig: TestbedRig;

    beforeEach(async () => {
      rig = await open();
    });

    afterEach(() => rig.close());

    const deploy = (campaignId = 'one') =>
      rig.testbed.deploy({ campaignId, plan: rig.plan, expiresAtMs: inAMinute() }, { signal });

    const aWindow = (run: string): Window => ({
      campaignId: 'one',
      run,
      expiresAtMs: inAMinute(),
      services: rig.plan.workloads.flatMap(({ name: workload }) =>
        platforms.map((platform) => ({ owner: 'collection', platform, workload }) as const),
      ),
    });

    it('has nothing before it is deployed', async () => {
      expect(await rig.testbed.find('one')).toBeUndefined();
      await expect(rig.testbed.prepare(aWindow('slot-001'), { signal })).rejects.toMatchObject({
        kind: 'NothingDeployed',
      });
      expect(await rig.testbed.release('one', { signal })).toEqual([]);
    });

    it('is deployed once, however often it is asked', async () => {
      const record = await deploy();
      expect(await deploy()).toEqual(record);
      expect(record.campaignId).toBe('one');
      expect(Object.keys(record.cpuMs)).toEqual(rig.plan.workloads.map(({ name: known }) => known));
    });

    it('is found by its own campaign, with an endpoint for everything that may be used', async () => {
      await deploy();
      const deployment = await rig.testbed.find('one');
      expect(deployment?.endpoints).toHaveLength(
        owners.length * platforms.length * rig.plan.workloads.length,
      );
      expect(await rig.testbed.find('another')).toBeUndefined();
    });

    it('can be prepared and collected again and again', async () => {
      await deploy();
      await rig.testbed.prepare(aWindow('slot-001'), { signal });
      await rig.testbed.prepare(aWindow('slot-001'), { signal });
      const collect = () => rig.testbed.collect({ campaignId: 'one', run: 'slot-001' }, { signal });
      const first = await collect();
      expect((await collect()).length).toBeGreaterThanOrEqual(first.length);
    });

    it('comes back from a suspension with the next window, and as the same deployment', async () => {
      await deploy();
      const before = await rig.testbed.find('one');
      await rig.testbed.suspend('one', { signal });
      await rig.testbed.prepare(aWindow('slot-002'), { signal });
      expect((await rig.testbed.find('one'))?.token).toBe(before?.token);
    });

    it('is gone when it is released, and can be released again', async () => {
      await deploy();
      await rig.testbed.prepare(aWindow('slot-001'), { signal });
      expect(await rig.testbed.release('one', { signal })).toEqual([]);
      expect(await rig.testbed.find('one')).toBeUndefined();
      expect(await rig.testbed.release('one', { signal })).toEqual([]);
    });
  });
}
