import type { TestbedName } from './platform.ts';

/** What a reader must know about a testbed; what runs there only `ports.ts` decides. */
export const testbedFacts: Readonly<Record<TestbedName, TestbedFacts>> = {
  local: {
    sharesMachine: true,
    costsMoney: false,
    hasVirtualTime: false,
    armsTakeTurns: true,
    sendsBodies: true,
    tasksShareCpus: true,
  },
  simulated: {
    sharesMachine: false,
    costsMoney: false,
    hasVirtualTime: true,
    armsTakeTurns: false,
    sendsBodies: false,
    tasksShareCpus: false,
  },
  aws: {
    sharesMachine: false,
    costsMoney: true,
    hasVirtualTime: false,
    armsTakeTurns: false,
    sendsBodies: true,
    tasksShareCpus: false,
  },
};

interface TestbedFacts {
  /** Load generator and targets use the same CPUs (METHOD 1.7). */
  readonly sharesMachine: boolean;
  readonly costsMoney: boolean;
  /** Time is computed, not waited for: `pace: immediate` is possible. */
  readonly hasVirtualTime: boolean;
  /** The arms of a block run one after the other, not all at the same time (METHOD 1.2). */
  readonly armsTakeTurns: boolean;
  /** A body is made and sent for every request; without, only its size counts. */
  readonly sendsBodies: boolean;
  /** All tasks run on the CPUs of one machine: there are no more than it has. */
  readonly tasksShareCpus: boolean;
}
