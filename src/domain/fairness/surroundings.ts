/** What stands around both platforms: the way to them, their backends, who loads them (METHOD 1.7). */
import type { Plan } from '../plan.ts';
import { testbedFacts } from '../testbed-facts.ts';
import type { FairnessFacts, FairnessFinding } from './fairness.ts';

export function transportFinding(plan: Plan): FairnessFinding {
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

export function regionFinding({ testbed }: Plan): FairnessFinding {
  return { matter: 'region', standing: 'equal', finding: places[testbed] };
}

export function backendFinding({ sharedBackends = [] }: Plan): FairnessFinding {
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

export function generatorFinding(plan: Plan, { deployment }: FairnessFacts): FairnessFinding {
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
