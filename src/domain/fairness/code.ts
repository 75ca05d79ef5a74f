/** Whether both platforms ran the same code on the same runtime (METHOD 1.7). */
import type { Plan } from '../plan.ts';
import { testbedFacts } from '../testbed-facts.ts';
import type { FairnessFacts, FairnessFinding } from './fairness.ts';

export function codeFinding(plan: Plan, { deployment }: FairnessFacts): FairnessFinding {
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

export function runtimeFinding(plan: Plan, { deployment }: FairnessFacts): FairnessFinding {
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
