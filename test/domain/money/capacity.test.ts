import { describe, expect, it } from 'vitest';
import { type CapacityQuestion, decideCapacity } from '../../../src/domain/money/capacity.ts';
import { priceBookOf } from '../../../src/domain/money/price-books.ts';
import { aPlan, aWorkload } from '../evaluation-builders.ts';

const small = aWorkload({
  name: 'small',
  share: 0.5,
  lambdaMemoryMb: 128,
  ecsVcpu: 0.25,
  ecsMemoryMb: 512,
});
const large = aWorkload({ name: 'large', share: 0.5 });
const plan = aPlan({ workloads: [small, large] });

/** One request a second of each workload, unless said otherwise. */
function decide(changes: Partial<CapacityQuestion>) {
  return decideCapacity({
    plan,
    cpuMs: { small: 1, large: 200 },
    book: priceBookOf(plan.pricing),
    ratePerS: 2,
    lambdaBilledMs: {},
    isFastEnough: undefined,
    ...changes,
  });
}

/**
 * Billed time with which a service of `large` at 1/s saves so many dollars an hour, before the
 * balancer's $0.0325: Fargate costs $0.0552/h, Lambda $0.0054/h and $0.00003 per billed
 * millisecond.
 */
function billedMsThatSaves(usd: number): number {
  return (0.0552 - 0.0054 + usd) / 0.00003;
}

describe('the capacity decision', () => {
  it('gives no workload a service at a low rate', () => {
    const { table, withCapacity } = decide({ ratePerS: 0.1 });
    expect(table).toEqual({ small: 'lambda', large: 'lambda' });
    expect(withCapacity).toEqual([]);
  });

  it('estimates billed times by the busy time before there are measured ones', () => {
    // 400 ms on 0.29 vCPU are 1.4 s: 1.45/s of them cost $0.063/h, 1/s $0.043/h, a task $0.055/h.
    const cpuMs = { small: 1, large: 400 };
    const noBalancer = { ...plan.pricing, edge: { lambda: 'none', ecs: 'none' } } as const;
    const open = { ...plan, pricing: noBalancer };
    expect(decide({ plan: open, cpuMs, ratePerS: 2.9 }).table).toEqual({
      small: 'lambda',
      large: 'ecs',
    });
    expect(decide({ plan: open, cpuMs, ratePerS: 2 }).withCapacity).toEqual([]);
  });

  it('believes measured billed times', () => {
    const lambdaBilledMs = { large: billedMsThatSaves(0.04) };
    expect(decide({ lambdaBilledMs }).withCapacity).toEqual(['large']);
    expect(decide({ lambdaBilledMs: { large: 700 } }).withCapacity).toEqual([]);
  });

  it('pays the balancer when the savings of all services together exceed it', () => {
    const saving = billedMsThatSaves(0.02);
    expect(decide({ lambdaBilledMs: { large: saving } }).withCapacity).toEqual([]);

    const other = aWorkload({ name: 'other', share: 0.5 });
    const both = aPlan({ workloads: [other, large] });
    const cpuMs = { other: 200, large: 200 };
    const lambdaBilledMs = { other: saving, large: saving };
    const { withCapacity } = decide({ plan: both, cpuMs, lambdaBilledMs });
    expect(withCapacity).toEqual(['other', 'large']);
  });

  it('lets a workload that only Fargate serves fast enough pay the balancer for the others', () => {
    const lambdaBilledMs = { large: billedMsThatSaves(0.02) };
    const isFastEnough = { small: { lambda: false, ecs: true } };
    const { withCapacity } = decide({ lambdaBilledMs, isFastEnough });
    expect(withCapacity).toEqual(['small', 'large']);
  });

  it('keeps a workload on Lambda that Fargate does not serve fast enough', () => {
    const lambdaBilledMs = { large: billedMsThatSaves(0.04) };
    const isFastEnough = { large: { lambda: true, ecs: false } };
    expect(decide({ lambdaBilledMs, isFastEnough }).withCapacity).toEqual([]);
  });

  it('decides by price where no platform is fast enough', () => {
    const lambdaBilledMs = { large: billedMsThatSaves(0.04) };
    const isFastEnough = { large: { lambda: false, ecs: false } };
    expect(decide({ lambdaBilledMs, isFastEnough }).withCapacity).toEqual(['large']);
  });

  it('moves even a workload that saves nothing when that saves the balancer before Lambda', () => {
    const edge = { lambda: 'alb', ecs: 'none' } as const;
    const behindBalancer = { ...plan, pricing: { ...plan.pricing, edge } };
    const lambdaBilledMs = { large: billedMsThatSaves(0.04) };
    const { withCapacity } = decide({ plan: behindBalancer, lambdaBilledMs });
    expect(withCapacity).toEqual(['small', 'large']);
    const openEdge = { lambda: 'none', ecs: 'none' } as const;
    const open = { ...plan, pricing: { ...plan.pricing, edge: openEdge } };
    expect(decide({ plan: open, lambdaBilledMs }).withCapacity).toEqual(['large']);
  });

  it('sizes a service for the rate, and says how many tasks it pays', () => {
    // 4.6/s · 200 ms are 0.92 vCPUs: 2 tasks at 60 % of $0.0552/h each.
    const { withCapacity, reason } = decide({ ratePerS: 9.2, lambdaBilledMs: { large: 10_000 } });
    expect(withCapacity).toContain('large');
    expect(reason).toMatch(
      /large on Fargate \(Lambda \$[\d.]+\/h, Fargate \$0\.11\d\d\/h with 2 tasks instead of the plan's 1 at 46 % busy\)/,
    );
  });

  it('says with how many tasks it was measured what is fast enough', () => {
    const isFastEnough = { large: { lambda: false, ecs: true } };
    const { reason } = decide({ ratePerS: 9.2, isFastEnough });
    expect(reason).toContain('the other platform is not fast enough, measured with 1 task');
  });

  it('rules a service out that its machine has no CPUs for', () => {
    const lambdaBilledMs = { large: 10_000 };
    const onOne = { lambdaBilledMs, machineCpus: 1 };
    expect(decide({ ...onOne, ratePerS: 8.8 }).withCapacity).toContain('large');
    const { withCapacity, reason } = decide({ ...onOne, ratePerS: 9.2 });
    expect(withCapacity).not.toContain('large');
    expect(reason).toContain('1 task cannot carry it, 2 would be below the target');
    expect(reason).toContain('2.25 vCPUs of a machine with 1: every service keeps the plan');
    expect(decide({ ...onOne, ratePerS: 9.2, machineCpus: 3 }).withCapacity).toContain('large');
  });

  it('says what each workload costs on either platform, and where it goes', () => {
    const { reason } = decide({ lambdaBilledMs: { large: billedMsThatSaves(0.04) } });
    expect(reason).toMatch(
      /^At 2 requests\/s: small on Lambda .*, large on Fargate \(Lambda \$0\.095\d\/h, Fargate \$0\.0552\/h at 20 % busy\)/,
    );
    expect(reason).toContain('one balancer for all services $0.0325/h');
  });

  it('cannot be made without the busy time of a workload', () => {
    expect(() => decide({ cpuMs: { small: 1 } })).toThrow(/busy time of workload "large"/);
  });
});
