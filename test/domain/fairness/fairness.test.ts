import { describe, expect, test } from 'vitest';

import {
  auditFairness,
  type FairnessFacts,
  type FairnessMatter,
} from '../../../src/domain/fairness/fairness.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import { aPlan, aWorkload } from '../evaluation-builders.ts';

const deployment = { limits: 'cgroup2', nodeVersion: 'v24.1.0', cpuCount: 2 };

function findingOf(matter: FairnessMatter, plan: Plan, facts: FairnessFacts = { deployment }) {
  const found = auditFairness(plan, facts).filter((finding) => finding.matter === matter);
  expect(found).toHaveLength(1);
  return found[0];
}

const sized = (lambdaMemoryMb: number, ecsVcpu: number) =>
  aPlan({ workloads: [aWorkload({ name: 'heavy', lambdaMemoryMb, ecsVcpu })] });

const behind = (lambda: Plan['pricing']['edge']['lambda'], ecs: Plan['pricing']['edge']['ecs']) => {
  const plan = aPlan({});
  return { ...plan, pricing: { ...plan.pricing, edge: { lambda, ecs } } };
};

describe('the fairness audit', () => {
  test('compares the CPU that each size buys: 1,769 MB of Lambda is one vCPU', () => {
    expect(findingOf('cpu', sized(1769, 1))?.standing).toBe('equal');
    const unequal = findingOf('cpu', sized(512, 1));
    expect(unequal?.standing).toBe('unequal');
    expect(unequal?.finding).toContain('1 vCPU on Fargate against 0.289 on Lambda (x3.46)');
  });

  test('says that without enforced limits there is no verdict', () => {
    const none = { deployment: { ...deployment, limits: 'none' } };
    expect(findingOf('limits', aPlan({}), none)?.standing).toBe('unequal');
    expect(findingOf('limits', aPlan({}), none)?.finding).toContain('no verdict');
    expect(findingOf('limits', aPlan({}), {})?.standing).toBe('unknown');
  });

  test('finds a body that one side refuses and the other serves', () => {
    const facts = { deployment, largestBytes: { heavy: 2_000_000 } };
    const gateway = findingOf('payload limits', behind('http-api', 'alb'), facts);
    expect(gateway?.standing).toBe('equal');
    // A balancer hands a function 1 MB at most.
    const balancer = findingOf('payload limits', behind('alb', 'alb'), facts);
    expect(balancer?.standing).toBe('unequal');
    expect(balancer?.finding).toContain('heavy 2 MB');
  });

  test('finds a gateway that gives up before the client, and only on one side', () => {
    const patient = (plan: Plan): Plan => ({ ...plan, load: { ...plan.load, timeoutMs: 60_000 } });
    expect(findingOf('deadlines', patient(behind('http-api', 'alb')))?.standing).toBe('unequal');
    expect(findingOf('deadlines', patient(behind('alb', 'alb')))?.standing).toBe('equal');
    const usual = behind('http-api', 'alb');
    expect(findingOf('deadlines', usual)?.standing).toBe('equal');
  });

  test('doubts a backend that both platforms use', () => {
    const finding = findingOf('shared backends', { ...aPlan({}), sharedBackends: ['redis'] });
    expect(finding?.standing).toBe('doubtful');
    expect(finding?.finding).toContain('redis');
  });

  test('doubts a generator on the CPUs of its targets, and none that is simulated', () => {
    expect(findingOf('load generator', aPlan({ testbed: 'local' }))?.standing).toBe('doubtful');
    expect(findingOf('load generator', aPlan({ testbed: 'simulated' }))?.standing).toBe('equal');
  });

  test('gives advice for everything that is not equal, and for nothing else', () => {
    const facts = { deployment, largestBytes: { heavy: 9_000_000 } };
    const plan = { ...behind('alb', 'http-api'), sharedBackends: ['redis'] };
    for (const { standing, advice, matter } of auditFairness(plan, facts)) {
      const isDoubted = standing === 'unequal' || standing === 'doubtful';
      expect(advice !== undefined, matter).toBe(isDoubted);
    }
  });
});
