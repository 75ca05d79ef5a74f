/** What a comparison of two platforms can be unfair about, and how it stands (METHOD 1.7). */

import type { Plan } from '../plan.ts';
import { codeFinding, runtimeFinding } from './code.ts';
import { cpuFinding, limitsFinding } from './cpu.ts';
import { deadlineFinding, payloadFinding } from './edge-limits.ts';
import {
  backendFinding,
  generatorFinding,
  regionFinding,
  transportFinding,
} from './surroundings.ts';

export interface FairnessFinding {
  readonly matter: FairnessMatter;
  readonly standing: FairnessStanding;
  /** One sentence, with its values. */
  readonly finding: string;
  /** What to do about it; absent where there is nothing to doubt. */
  readonly advice?: string;
}

export type FairnessMatter =
  | 'cpu'
  | 'limits'
  | 'code'
  | 'runtime'
  | 'transport'
  | 'region'
  | 'payload limits'
  | 'deadlines'
  | 'instrumentation'
  | 'order'
  | 'shared backends'
  | 'load generator';

/** `unknown`: nothing was deployed or measured that could tell. */
export type FairnessStanding = 'equal' | 'unequal' | 'doubtful' | 'unknown';

/** What the plan alone cannot tell. */
export interface FairnessFacts {
  readonly deployment?: {
    readonly limits: string;
    readonly nodeVersion: string;
    readonly cpuCount: number;
    readonly codeHashes?: Readonly<Record<string, string>>;
  };
  /** Largest body that was sent or answered, per workload. */
  readonly largestBytes?: Readonly<Record<string, number>>;
}

/** Every matter of METHOD 1.7, in a fixed order, whether or not there is something to doubt. */
export function auditFairness(plan: Plan, facts: FairnessFacts): readonly FairnessFinding[] {
  return [
    cpuFinding(plan),
    limitsFinding(facts),
    codeFinding(plan, facts),
    runtimeFinding(plan, facts),
    transportFinding(plan),
    regionFinding(plan),
    payloadFinding(plan, facts),
    deadlineFinding(plan),
    {
      matter: 'instrumentation',
      standing: 'equal',
      finding:
        'Handlers measure nothing themselves: both adapters write one log line per request, and ' +
        'counters are read beside them.',
    },
    {
      matter: 'order',
      standing: 'equal',
      finding:
        'Which platform is asked first is balanced in permuted blocks per workload and slot; what ' +
        'second place does is reported as the position effect.',
    },
    backendFinding(plan),
    generatorFinding(plan, facts),
  ];
}
