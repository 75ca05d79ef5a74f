/** What a comparison of two platforms can be unfair about, and how it stands (METHOD 1.7). */

import { lambdaVcpus } from './money/pricing.ts';
import type { EdgeName, Plan } from './plan.ts';
import type { Platform } from './platform.ts';
import { testbedFacts } from './testbed-facts.ts';

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

export interface CpuRatio {
  readonly workload: string;
  readonly lambdaVcpu: number;
  readonly ecsVcpu: number;
}

/** A difference of CPU that nobody would call the same size. */
const equalWithin = Math.log(1.1);

/** Workloads whose two platforms differ in CPU by more than a tenth. */
export function cpuRatios(plan: Plan): readonly CpuRatio[] {
  return plan.workloads
    .map((workload) => ({
      workload: workload.name,
      lambdaVcpu: lambdaVcpus(workload.lambdaMemoryMb),
      ecsVcpu: workload.ecsVcpu,
    }))
    .filter(({ lambdaVcpu, ecsVcpu }) => Math.abs(Math.log(ecsVcpu / lambdaVcpu)) > equalWithin);
}

function cpuFinding(plan: Plan): FairnessFinding {
  const ratios = cpuRatios(plan);
  if (ratios.length === 0) {
    return {
      matter: 'cpu',
      standing: 'equal',
      finding: 'Equal within a tenth for every workload.',
    };
  }
  const named = ratios.map(
    ({ workload, lambdaVcpu, ecsVcpu }) =>
      `${workload} ${short(ecsVcpu)} vCPU on Fargate against ${short(lambdaVcpu)} on Lambda ` +
      `(x${short(ecsVcpu / lambdaVcpu)})`,
  );
  return {
    matter: 'cpu',
    standing: 'unequal',
    finding: `Unequal for ${named.join('; ')}.`,
    advice:
      'The answer holds for these sizes and not for the platforms; for equal CPU give Lambda ' +
      '1,769 MB per vCPU.',
  };
}

function limitsFinding({ deployment }: FairnessFacts): FairnessFinding {
  if (deployment === undefined) {
    return { matter: 'limits', standing: 'unknown', finding: 'Nothing was deployed yet.' };
  }
  switch (deployment.limits) {
    case 'none':
      return {
        matter: 'limits',
        standing: 'unequal',
        finding: 'CPU and memory limits were not enforced: no verdict is possible.',
        advice: 'Run as root or with a delegated cgroup on Linux, or on testbed: simulated.',
      };
    case 'simulated':
      return {
        matter: 'limits',
        standing: 'equal',
        finding: 'Sizes are part of the model, so they hold by construction.',
      };
    default:
      return {
        matter: 'limits',
        standing: 'equal',
        finding: `CPU and memory were limited to the plan's sizes (${deployment.limits}).`,
      };
  }
}

function codeFinding(plan: Plan, { deployment }: FairnessFacts): FairnessFinding {
  if (!testbedFacts[plan.testbed].sendsBodies) {
    return {
      matter: 'code',
      standing: 'equal',
      finding: 'No code runs: both platforms are given the same work per request.',
    };
  }
  const hashes = Object.entries(deployment?.codeHashes ?? {});
  const named = hashes.map(([workload, hash]) => `${workload} ${hash.slice(0, 12)}`).join(', ');
  return {
    matter: 'code',
    standing: hashes.length === 0 ? 'unknown' : 'equal',
    finding:
      'One handler folder per workload is deployed to both platforms' +
      `${hashes.length === 0 ? '' : ` (sha256 ${named})`}; only the adapter in front differs.`,
  };
}

function runtimeFinding(plan: Plan, { deployment }: FairnessFacts): FairnessFinding {
  if (!testbedFacts[plan.testbed].sendsBodies) {
    return {
      matter: 'runtime',
      standing: 'equal',
      finding: `Init times are those of ${plan.simulation?.lambda.runtime ?? 'the runtime'}.`,
    };
  }
  if (deployment === undefined) {
    return { matter: 'runtime', standing: 'unknown', finding: 'Nothing was deployed yet.' };
  }
  const version = deployment.nodeVersion.replace(/^v/, '');
  return {
    matter: 'runtime',
    standing: 'equal',
    finding: `Node.js ${version} on both platforms.`,
  };
}

function transportFinding(plan: Plan): FairnessFinding {
  const { lambda, ecs } = plan.pricing.edge;
  switch (plan.testbed) {
    case 'local':
      return {
        matter: 'transport',
        standing: 'equal',
        finding:
          'Plain HTTP on the loopback interface to both; the priced edges ' +
          `(${lambda} and ${ecs}) are paid for and not crossed.`,
      };
    case 'simulated':
      return {
        matter: 'transport',
        standing: 'equal',
        finding: `No sockets: each edge (${lambda} and ${ecs}) adds its drawn delay.`,
      };
    case 'aws':
      // An ALB without a certificate speaks plain HTTP, where a gateway always speaks TLS.
      return lambda === ecs
        ? { matter: 'transport', standing: 'equal', finding: `Both behind ${ecs}.` }
        : {
            matter: 'transport',
            standing: 'doubtful',
            finding: `Lambda stands behind ${lambda}, Fargate behind ${ecs}: TLS may be on one side only.`,
            advice:
              'Connections are kept open, so that a handshake is paid once and not per request.',
          };
    default:
      return plan.testbed satisfies never;
  }
}

const places: Readonly<Record<Plan['testbed'], string>> = {
  local: 'Both platforms ran on one machine.',
  simulated: 'Both platforms are modelled in one region.',
  aws: 'Both platforms were deployed to one region of one account.',
};

function regionFinding({ testbed }: Plan): FairnessFinding {
  return { matter: 'region', standing: 'equal', finding: places[testbed] };
}

const mb = 1_000_000;

/**
 * Largest body of a request or an answer.
 *
 * Sources, November 2026: AWS Lambda quotas (6 MB synchronous), Application Load Balancer user
 * guide, "Lambda functions as targets" (1 MB), API Gateway quotas (10 MB).
 */
function payloadLimitBytes(platform: Platform, edge: EdgeName): number {
  if (platform === 'lambda') return edge === 'alb' ? mb : 6 * mb;
  return edge === 'http-api' || edge === 'rest-api' ? 10 * mb : Number.POSITIVE_INFINITY;
}

function payloadFinding(plan: Plan, { largestBytes }: FairnessFacts): FairnessFinding {
  const limits = { lambda: limitOf(plan, 'lambda'), ecs: limitOf(plan, 'ecs') };
  const said = `Lambda takes ${bytes(limits.lambda)}, Fargate ${bytes(limits.ecs)}`;
  if (largestBytes === undefined) {
    return {
      matter: 'payload limits',
      standing: 'unknown',
      finding: `${said}; no body was sent yet.`,
    };
  }
  const least = Math.min(limits.lambda, limits.ecs);
  const over = Object.entries(largestBytes).filter(([, largest]) => largest > least);
  if (over.length > 0) {
    const named = over.map(([workload, largest]) => `${workload} ${bytes(largest)}`).join(', ');
    return {
      matter: 'payload limits',
      standing: 'unequal',
      finding: `${said}, and the largest body was ${named}: what one side refuses the other serves.`,
      advice: 'Send smaller bodies, or choose another edge.',
    };
  }
  const largest = Math.max(0, ...Object.values(largestBytes));
  return {
    matter: 'payload limits',
    standing: 'equal',
    finding: `${said}; the largest body was ${bytes(largest)}.`,
  };
}

function limitOf(plan: Plan, platform: Platform): number {
  return payloadLimitBytes(platform, plan.pricing.edge[platform]);
}

/** API Gateway ends an integration after that (its quotas, November 2026); a balancer does not. */
const gatewayDeadlineMs: Readonly<Partial<Record<EdgeName, number>>> = {
  'http-api': 30_000,
  'rest-api': 29_000,
};

function deadlineFinding({ load, pricing: { edge } }: Plan): FairnessFinding {
  const own = `The client gives up after ${load.timeoutMs / 1000} s on both platforms`;
  const shorter = (['lambda', 'ecs'] as const).filter(
    (platform) => (gatewayDeadlineMs[edge[platform]] ?? Number.POSITIVE_INFINITY) < load.timeoutMs,
  );
  if (shorter.length === 0 || edge.lambda === edge.ecs) {
    return { matter: 'deadlines', standing: 'equal', finding: `${own}.` };
  }
  const named = shorter
    .map(
      (platform) => `${edge[platform]} in front of ${platform === 'lambda' ? 'Lambda' : 'Fargate'}`,
    )
    .join(' and ');
  return {
    matter: 'deadlines',
    standing: 'unequal',
    finding: `${own}, but ${named} gives up before that.`,
    advice: 'Set load.timeout to 29s or less.',
  };
}

function backendFinding({ sharedBackends = [] }: Plan): FairnessFinding {
  if (sharedBackends.length === 0) {
    return {
      matter: 'shared backends',
      standing: 'equal',
      finding: 'The plan declares no cache or database that both platforms use.',
    };
  }
  return {
    matter: 'shared backends',
    standing: 'doubtful',
    finding:
      `Both platforms use ${sharedBackends.join(', ')}: the second target of a pair may find warm ` +
      'what the first has asked for, and both load it.',
    advice: 'Look at the position effect; a backend for each platform settles it.',
  };
}

function generatorFinding(plan: Plan, { deployment }: FairnessFacts): FairnessFinding {
  const facts = testbedFacts[plan.testbed];
  if (facts.hasVirtualTime) {
    return {
      matter: 'load generator',
      standing: 'equal',
      finding: 'Requests are sent in virtual time: no generator can be late or near.',
    };
  }
  if (!facts.sharesMachine) {
    return {
      matter: 'load generator',
      standing: 'equal',
      finding: 'The generator has CPUs of its own.',
    };
  }
  const cpus = deployment === undefined ? 'the CPUs' : `the ${deployment.cpuCount} CPUs`;
  return {
    matter: 'load generator',
    standing: 'doubtful',
    finding: `Generator and targets share ${cpus} of one machine; the way between them is its loopback.`,
    advice: 'Trust ratios within the run more than its milliseconds.',
  };
}

function bytes(value: number): string {
  if (!Number.isFinite(value)) return 'any size';
  return value >= mb ? `${short(value / mb)} MB` : `${short(value / 1000)} kB`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
