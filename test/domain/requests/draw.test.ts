import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arms } from '../../../src/domain/arm.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import type { Platform } from '../../../src/domain/platform.ts';
import { drawBlock, drawSlot } from '../../../src/domain/requests/draw.ts';
import type { IntendedRequest } from '../../../src/domain/requests/requests.ts';
import { aLoadPlan, countBy, mixCpuMs } from '../load-builders.ts';

const payloadBytesOf = (workload: string, seed: number) => workload.length * 1000 + (seed % 10);
const table: Record<string, Platform> = { light: 'lambda', medium: 'lambda', heavy: 'ecs' };

function slotOf(plan: Plan, slot = 1): IntendedRequest[] {
  return drawSlot({ plan, slot, cpuMs: mixCpuMs, payloadBytesOf });
}

function blockOf(plan: Plan, block = 2): IntendedRequest[] {
  return drawBlock({ plan, block, arms, table, payloadBytesOf });
}

const mixedOf = (requests: readonly IntendedRequest[]) =>
  requests.filter((request) => request.ladderStep === undefined);
const ladderOf = (requests: readonly IntendedRequest[]) =>
  requests.filter((request) => request.ladderStep !== undefined);
const firstOffsets = (requests: readonly IntendedRequest[]) =>
  requests.map((request) => request.targets[0]?.offsetMs ?? Number.NaN);

describe('a slot', () => {
  test('is the same whenever it is drawn, and differs from other slots and seeds', () => {
    expect(slotOf(aLoadPlan(), 3)).toEqual(slotOf(aLoadPlan(), 3));
    const times = (requests: IntendedRequest[]) => firstOffsets(mixedOf(requests)).join();
    expect(times(slotOf(aLoadPlan(), 3))).not.toBe(times(slotOf(aLoadPlan(), 4)));
    expect(times(slotOf(aLoadPlan(), 3))).not.toBe(times(slotOf(aLoadPlan({ seed: 43 }), 3)));
  });

  test('has exact counts by share, for every seed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 500 }), (seed, slot) => {
        const mixed = mixedOf(slotOf(aLoadPlan({ seed }), slot));
        expect(countBy(mixed, ({ workload }) => workload)).toEqual({
          light: 10,
          medium: 6,
          heavy: 4,
        });
      }),
      { numRuns: 50 },
    );
  });

  test('has drawn counts when the plan says so', () => {
    const plan = aLoadPlan({ load: { counts: 'drawn' } });
    const totals = new Set(
      Array.from({ length: 30 }, (_, index) => mixedOf(slotOf(plan, index + 1)).length),
    );
    expect(totals.size).toBeGreaterThan(5);
  });

  test('is numbered in the order of time, inside its windows', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 500 }), (seed, slot) => {
        const requests = slotOf(aLoadPlan({ seed }), slot);
        const offsets = firstOffsets(requests);
        expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
        expect(requests.map(({ requestId }) => requestId)).toEqual(
          requests.map((_, index) => {
            const run = `slot-${String(slot).padStart(3, '0')}`;
            return `${run}.${String(index + 1).padStart(5, '0')}`;
          }),
        );
        expect(firstOffsets(mixedOf(requests)).every((at) => at >= 0 && at < 10_000)).toBe(true);
        expect(firstOffsets(ladderOf(requests)).every((at) => at >= 10_000 && at < 18_000)).toBe(
          true,
        );
      }),
      { numRuns: 50 },
    );
  });

  test('sends every request to both platforms, the second one gap later', () => {
    for (const { targets } of slotOf(aLoadPlan())) {
      const [first, second] = targets;
      expect(targets.map(({ platform }) => platform).sort()).toEqual(['ecs', 'lambda']);
      expect((second?.offsetMs ?? 0) - (first?.offsetMs ?? 0)).toBeCloseTo(250);
      expect(targets.every(({ owner }) => owner === 'collection')).toBe(true);
      expect(targets.every(({ target, platform }) => target === platform)).toBe(true);
    }
  });

  test('balances the order of the platforms per workload and ladder step', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const requests = slotOf(aLoadPlan({ seed }));
        const groups = Map.groupBy(
          requests,
          ({ workload, ladderStep }) => `${workload}/${ladderStep}`,
        );
        for (const members of groups.values()) {
          const lambdaFirst = members.filter(({ targets }) => targets[0]?.platform === 'lambda');
          expect(Math.abs(2 * lambdaFirst.length - members.length)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('ends with the ladder of one workload', () => {
    const ladder = ladderOf(slotOf(aLoadPlan(), 2));
    expect(countBy(ladder, ({ workload, ladderStep }) => `${workload} ${ladderStep}`)).toEqual({
      'medium 1': 25,
      'medium 2': 30,
    });
  });

  test('never draws more ladder pairs than the cap', () => {
    const plan = aLoadPlan({ load: { counts: 'drawn' } });
    for (let slot = 1; slot <= 30; slot += 1) {
      const counts = countBy(ladderOf(slotOf(plan, slot)), (request) => `${request.ladderStep}`);
      for (const count of Object.values(counts)) expect(count).toBeLessThanOrEqual(30);
    }
  });

  test('draws a payload for every request from its own seed', () => {
    const requests = slotOf(aLoadPlan());
    expect(new Set(requests.map(({ payloadSeed }) => payloadSeed)).size).toBe(requests.length);
    for (const { workload, payloadSeed, payloadBytes } of requests) {
      expect(payloadBytes).toBe(payloadBytesOf(workload, payloadSeed));
    }
  });
});

describe('a block on one machine', () => {
  test('gives every arm the same requests, one stretch after the other', () => {
    const requests = blockOf(aLoadPlan());
    expect(requests).toHaveLength(40);
    for (const { targets } of requests) {
      expect(targets).toHaveLength(arms.length);
      expect(new Set(targets.map(({ target }) => target))).toEqual(new Set<string>(arms));
      const steps = targets.slice(1).map((target, index) => {
        return target.offsetMs - (targets[index]?.offsetMs ?? 0);
      });
      for (const step of steps) expect(step).toBeCloseTo(4800);
    }
    expect(firstOffsets(requests).every((at) => at >= 0 && at < 4000)).toBe(true);
  });

  test('has one order of arms, which changes from block to block', () => {
    const orderOf = (block: number) => {
      const orders = blockOf(aLoadPlan(), block).map(({ targets }) =>
        targets.map(({ target }) => target).join(),
      );
      expect(new Set(orders).size).toBe(1);
      return orders[0];
    };
    expect(new Set([2, 3, 4, 5].map(orderOf)).size).toBe(4);
  });

  test('fixes the platform of every arm but the hybrid', () => {
    for (const { workload, targets } of blockOf(aLoadPlan())) {
      const platformOf = Object.fromEntries(
        targets.map((target) => [target.target, target.platform]),
      );
      expect(platformOf).toEqual({
        'lambda-only': 'lambda',
        'ecs-only': 'ecs',
        hybrid: undefined,
        'best-static': table[workload],
        'lambda-only-again': 'lambda',
        'ecs-only-again': 'ecs',
      });
      expect(targets.every(({ owner, target }) => owner === target)).toBe(true);
    }
  });

  test('does not score its lead-in blocks', () => {
    const plan = aLoadPlan({ evaluation: { leadInBlocks: 2 } });
    expect(blockOf(plan, 2).every(({ isLeadIn }) => isLeadIn)).toBe(true);
    expect(blockOf(plan, 3).some(({ isLeadIn }) => isLeadIn)).toBe(false);
  });

  test('does not score the first five requests of each workload without lead-in blocks', () => {
    const plan = aLoadPlan({ evaluation: { leadInBlocks: 0 } });
    const first = blockOf(plan, 1);
    const leadIn = first.filter(({ isLeadIn }) => isLeadIn);
    expect(countBy(leadIn, ({ workload }) => workload)).toEqual({ light: 5, medium: 5, heavy: 5 });
    for (const workload of ['light', 'medium', 'heavy']) {
      const flags = first.filter((request) => request.workload === workload);
      expect(flags.slice(0, 5).every(({ isLeadIn }) => isLeadIn)).toBe(true);
    }
    expect(blockOf(plan, 2).some(({ isLeadIn }) => isLeadIn)).toBe(false);
  });

  test('refuses a workload that the best-static table does not know', () => {
    const draw = () =>
      drawBlock({ plan: aLoadPlan(), block: 1, arms, table: { light: 'ecs' }, payloadBytesOf });
    expect(draw).toThrow('"medium"');
  });
});

describe('a block of arms that run at the same time', () => {
  const hours = { blockDurationMs: 3_600_000, ratePerS: 0.1, leadInBlocks: 0 };
  const simulated = (evaluation: Partial<Plan['evaluation']> = {}): Plan => ({
    ...aLoadPlan({ evaluation: { ...hours, ...evaluation } }),
    testbed: 'simulated',
  });
  const leadInOf = (plan: Plan, block: number) =>
    blockOf(plan, block).filter(({ isLeadIn }) => isLeadIn);

  test('gives every arm every request at the same moment', () => {
    const requests = blockOf(simulated());
    expect(requests).toHaveLength(360);
    for (const { targets } of requests) {
      expect(new Set(targets.map(({ target }) => target))).toEqual(new Set<string>(arms));
      expect(new Set(targets.map(({ offsetMs }) => offsetMs)).size).toBe(1);
    }
    expect(firstOffsets(requests).every((at) => at >= 0 && at < 3_600_000)).toBe(true);
  });

  test('does not score the first eleven minutes after the deployment', () => {
    const leadIn = firstOffsets(leadInOf(simulated(), 1));
    const scored = firstOffsets(blockOf(simulated(), 1).filter(({ isLeadIn }) => !isLeadIn));
    expect(leadIn.length).toBeGreaterThan(0);
    expect(Math.max(...leadIn)).toBeLessThan(660_000);
    expect(Math.min(...scored)).toBeGreaterThanOrEqual(660_000);
    expect(leadInOf(simulated(), 2)).toEqual([]);
  });

  test('does not score eleven minutes of shorter blocks either, whichever they fall into', () => {
    const plan = simulated({ blockDurationMs: 300_000, ratePerS: 1 });
    expect(leadInOf(plan, 2)).toHaveLength(300);
    expect(Math.max(...firstOffsets(leadInOf(plan, 3)))).toBeLessThan(60_000);
    expect(leadInOf(plan, 3).length).toBeGreaterThan(0);
    expect(leadInOf(plan, 4)).toEqual([]);
  });

  test('is all lead-in when the plan says so', () => {
    expect(leadInOf(simulated({ leadInBlocks: 2 }), 2)).toHaveLength(360);
    expect(leadInOf(simulated({ leadInBlocks: 2 }), 3)).toEqual([]);
  });

  test('is steady whatever the shape of the load is', () => {
    const shaped = simulated();
    const ramp = { ...shaped, load: { ...shaped.load, shape: 'ramp' as const } };
    expect(blockOf(ramp)).toEqual(blockOf(shaped));
  });
});

describe('a slot of a shaped load', () => {
  const shapes = ['ramp', 'burst', 'diurnal', 'azure'] as const;
  const shaped = (shape: Plan['load']['shape'], load: Partial<Plan['load']> = {}) =>
    aLoadPlan({ load: { shape, durationMs: 1_800_000, ratePerS: 0.2, ...load } });
  const monday = Date.parse('2026-01-05T00:00:00Z');
  const mixAt = (plan: Plan, slot: number) =>
    mixedOf(
      drawSlot({
        plan,
        slot,
        startsAtMs: monday + (slot - 1) * plan.schedule.everyMs,
        cpuMs: mixCpuMs,
        payloadBytesOf,
      }),
    );

  test.each(shapes)('%s has exact counts, in order, none outside its window', (shape) => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 300 }), (seed, slot) => {
        const plan = { ...shaped(shape), seed };
        const mixed = mixAt(plan, slot);
        const offsets = firstOffsets(mixed);
        expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
        expect(offsets.every((at) => at >= 0 && at < 1_800_000)).toBe(true);
        const counts = countBy(mixed, ({ workload }) => workload);
        for (const { name, share } of plan.workloads) {
          expect(Math.abs((counts[name] ?? 0) - share * mixed.length)).toBeLessThan(1);
        }
        if (shape !== 'diurnal') expect(mixed).toHaveLength(360);
      }),
      { numRuns: 25 },
    );
  });

  test.each(shapes)('%s has drawn counts when the plan says so', (shape) => {
    const plan = shaped(shape, { counts: 'drawn' });
    const counts = Array.from({ length: 48 }, (_, slot) => mixAt(plan, slot + 1).length);
    expect(new Set(counts).size).toBeGreaterThan(10);
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    expect(mean).toBeGreaterThan(shape === 'diurnal' ? 300 : 345);
    expect(mean).toBeLessThan(shape === 'diurnal' ? 420 : 375);
  });

  test('needs to know its hour when the load follows it', () => {
    const draw = () =>
      drawSlot({ plan: shaped('diurnal'), slot: 3, cpuMs: mixCpuMs, payloadBytesOf });
    expect(draw).toThrow('slot 3 follows its hour');
  });
});

describe('a slot that replays a log', () => {
  const source = {
    file: '/logs/requests.csv',
    sha256: 'f'.repeat(64),
    columns: { time: 'at', workload: 'what', payloadBytes: 'size' },
    speed: 1,
    repeat: true,
  };
  const sourceRows = [
    { atMs: 0, workload: 'heavy', payloadBytes: 77 },
    { atMs: 1500, workload: 'light' },
    { atMs: 9999.5, workload: 'heavy', payloadBytes: 5 },
  ];
  const replayed = (testbed: Plan['testbed'], rows = sourceRows) =>
    drawSlot({
      plan: { ...aLoadPlan({ load: { source } }), testbed },
      slot: 1,
      cpuMs: mixCpuMs,
      payloadBytesOf,
      sourceRows: rows,
    });

  test('sends its rows at their times to both platforms, and then the ladder', () => {
    const requests = replayed('simulated');
    const mixed = mixedOf(requests);
    expect(firstOffsets(mixed)).toEqual([0, 1500, 9999.5]);
    expect(mixed.map(({ workload }) => workload)).toEqual(['heavy', 'light', 'heavy']);
    expect(mixed.every(({ targets }) => targets.length === 2)).toBe(true);
    expect(ladderOf(requests).length).toBeGreaterThan(0);
  });

  test('has the sizes of the log only where no body is made', () => {
    const sizes = (testbed: Plan['testbed']) =>
      mixedOf(replayed(testbed)).map(({ payloadBytes }) => payloadBytes);
    expect(sizes('simulated')[0]).toBe(77);
    expect(sizes('simulated')[2]).toBe(5);
    expect(sizes('simulated')[1]).toBeGreaterThanOrEqual(5000);
    expect(sizes('local').every((bytes) => bytes >= 5000)).toBe(true);
  });

  test('refuses a workload that the plan does not have', () => {
    expect(() => replayed('simulated', [{ atMs: 0, workload: 'unknown' }])).toThrow('"unknown"');
  });

  test('is never drawn instead', () => {
    const plan = aLoadPlan({ load: { source } });
    const draw = () => drawSlot({ plan, slot: 1, cpuMs: mixCpuMs, payloadBytesOf });
    expect(draw).toThrow('/logs/requests.csv');
  });
});
