import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultSimulation } from '../../../src/domain/simulation/simulation.ts';
import { SimulatedTestbed } from '../../../src/testbeds/simulated/simulated-testbed.ts';
import type { Testbed } from '../../../src/testbeds/testbed.ts';
import { describeTestbed } from '../../contracts/testbed.ts';
import { aPlan, aWorkload } from '../../support/a-plan.ts';
import { aSimulatedPlan } from './builders.ts';

const signal = new AbortController().signal;
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function aTestbed(): Testbed {
  const folder = mkdtempSync(join(tmpdir(), 'crossover-simulated-'));
  folders.push(folder);
  return new SimulatedTestbed({ stateFolder: folder, checkoutFolder: resolve('.') });
}

describeTestbed('simulated', async () => ({
  testbed: aTestbed(),
  plan: aSimulatedPlan(),
  close: async () => undefined,
}));

describe('SimulatedTestbed', () => {
  const deploy = (plan: ReturnType<typeof aPlan>, testbed = aTestbed()) =>
    testbed.deploy({ campaignId: 'one', plan, expiresAtMs: 0 }, { signal });

  it('freezes the plan’s CPU times, and knows those of the handlers that come with it', async () => {
    const record = await deploy(
      aPlan({
        workloads: [
          aWorkload({ name: 'light', share: 0.5 }),
          aWorkload({ name: 'mine', share: 0.5, run: 'workloads/heavy/handler.ts', cpuMs: 12 }),
        ],
      }),
    );
    expect(record).toMatchObject({ limits: 'simulated', cpuMs: { light: 0.9, mine: 12 } });
    expect(record.codeHashes['light']).toMatch(/^[0-9a-f]{64}$/);
  });

  it('refuses a workload whose CPU time nobody knows', async () => {
    const plan = aPlan({
      workloads: [aWorkload({ name: 'odd', run: 'test/fixtures/load/handler.ts' })],
    });
    await expect(deploy(plan)).rejects.toMatchObject({ kind: 'InvalidPlan' });
  });

  it('refuses a runtime of which no init was measured, and names those that were', async () => {
    const plan = aSimulatedPlan();
    const { simulation } = plan;
    if (simulation === undefined) throw new Error('The plan has a simulation.');
    const lambda = { ...simulation.lambda, runtime: 'cobol' };
    await expect(deploy({ ...plan, simulation: { ...simulation, lambda } })).rejects.toThrow(
      /"cobol" .*nodejs22\.x/,
    );
  });

  it('refuses a process that does not fit into the memory of its workload', async () => {
    const withMemory = (memoryUsedMb: number) =>
      deploy(aSimulatedPlan({ simulation: { ...defaultSimulation, memoryUsedMb } }));
    await expect(withMemory(128)).resolves.toBeDefined();
    const tooSmall = { kind: 'InvalidPlan', message: expect.stringMatching(/"light" has 128 MB/) };
    await expect(withMemory(129)).rejects.toMatchObject(tooSmall);
  });

  it('refuses another plan for a campaign that is deployed', async () => {
    const testbed = aTestbed();
    await deploy(aSimulatedPlan(), testbed);
    await expect(deploy(aSimulatedPlan({ seed: 43 }), testbed)).rejects.toMatchObject({
      kind: 'DeploymentMismatch',
    });
  });

  it('holds several campaigns at a time', async () => {
    const testbed = aTestbed();
    await deploy(aSimulatedPlan(), testbed);
    await testbed.deploy(
      { campaignId: 'two', plan: aSimulatedPlan({ seed: 2 }), expiresAtMs: 0 },
      { signal },
    );
    await testbed.release('one', { signal });
    expect(await testbed.find('one')).toBeUndefined();
    expect(await testbed.find('two')).toBeDefined();
  });
});
