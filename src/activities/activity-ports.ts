import { PermanentFailure } from '../domain/failures.ts';
import type { FamilyName, Plan } from '../domain/plan.ts';
import type { TestbedName } from '../domain/platform.ts';
import type { SimulationTrust } from '../domain/simulation/scorecard.ts';
import type { Resimulate } from '../domain/simulation/sensitivity.ts';
import type { Replay } from '../domain/simulation/simulated-replay.ts';
import type { ModelFamily } from '../learning/model-family.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import type { ObjectStore } from '../stores/object-store.ts';
import type { Testbed } from '../testbeds/testbed.ts';

/** What activities are made with. The plan picks the testbed, not the environment. */
export interface ActivityPorts {
  readonly objects: ObjectStore;
  readonly testbeds: Readonly<Partial<Record<TestbedName, TestbedPorts>>>;
  readonly families: Readonly<Partial<Record<FamilyName, ModelFamily>>>;
  /** Bytes of the body that a workload's payload maker makes from a seed. */
  readonly payloadSizes: (handlers: Readonly<Record<string, string>>) => Promise<PayloadBytesOf>;
  /** Folder that plan paths of handlers are relative to. */
  readonly checkoutFolder: string;
  /** A folder of this machine for load runs; a retry on the same machine finds the same files. */
  readonly workFolder: string;
}

export interface TestbedPorts {
  readonly testbed: Testbed;
  readonly loadGenerator: LoadGenerator;
  /** Of a testbed that is a model: how far to trust it, and what it would say under other assumptions. */
  readonly simulation?: {
    readonly trust: (
      plan: Plan,
      cpuMs: Readonly<Record<string, number>>,
    ) => Omit<SimulationTrust, 'sensitivity'>;
    readonly resimulate: Resimulate;
    /** The same for any runs, send by send (METHOD 5.2). */
    readonly replay: Replay;
  };
}

export function requireFamily(
  ports: Pick<ActivityPorts, 'families'>,
  name: FamilyName,
): ModelFamily {
  const found = ports.families[name];
  if (found === undefined) {
    throw new PermanentFailure(
      'InvalidPlan',
      `This worker has no family "${name}"; it has ${Object.keys(ports.families).join(', ')}.`,
    );
  }
  return found;
}

export type PayloadBytesOf = (workload: string, seed: number) => number;

export function requireTestbed(ports: Pick<ActivityPorts, 'testbeds'>, name: TestbedName) {
  const found = ports.testbeds[name];
  if (found === undefined) {
    throw new PermanentFailure(
      'InvalidPlan',
      `This worker has no testbed "${name}"; it has ${Object.keys(ports.testbeds).join(', ')}.`,
    );
  }
  return found;
}
