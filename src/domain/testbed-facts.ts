import type { TestbedName } from './platform.ts';

/** What a reader must know about a testbed; what runs there only `ports.ts` decides. */
export const testbedFacts: Readonly<Record<TestbedName, TestbedFacts>> = {
  local: { sharesMachine: true, costsMoney: false },
  simulated: { sharesMachine: false, costsMoney: false },
  aws: { sharesMachine: false, costsMoney: true },
};

interface TestbedFacts {
  /** Load generator and targets use the same CPUs (METHOD 1.7). */
  readonly sharesMachine: boolean;
  readonly costsMoney: boolean;
}
