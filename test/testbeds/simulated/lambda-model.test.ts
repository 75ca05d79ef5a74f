import { describe, expect, it } from 'vitest';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { initModel, initMsAt } from '../../../src/testbeds/simulated/init-model.ts';
import { billedMs, Concurrency, handlerMs } from '../../../src/testbeds/simulated/lambda-model.ts';
import { normalDraw } from '../../../src/testbeds/simulated/noise-model.ts';
import {
  aPool,
  aSimulatedPlan,
  aSpec,
  calibration,
  calmSimulation,
  poissonMs,
} from './builders.ts';

const minuteMs = 60_000;

/** Share of cold starts of a Poisson stream with the given mean gap. */
function coldShare(meanGapMs: number, count = 3_000): number {
  const pool = aPool({ idleLimitSigma: 0.3 });
  const cold = poissonMs(meanGapMs, count, 7).filter(
    (atMs) => pool.invoke(atMs, 1)?.initMs !== undefined,
  );
  return cold.length / count;
}

describe('a pool of environments', () => {
  it('serves one request at a time in each, and keeps them for the next', () => {
    const pool = aPool();
    const first = pool.invoke(0, 1);
    const beside = pool.invoke(10, 1);
    const after = pool.invoke(minuteMs, 1);

    expect(first).toMatchObject({ sequence: 1, environment: { number: 1 } });
    expect(first?.initMs).toBeGreaterThan(50);
    expect(beside).toMatchObject({ sequence: 1, environment: { number: 2 } });
    expect(after).toMatchObject({ sequence: 2, initMs: undefined });
  });

  it('uses the one that was used last, so that the others grow old', () => {
    const pool = aPool();
    const numbers = [0, 10, 20].map((atMs) => pool.invoke(atMs, 1)?.environment.number);
    expect(numbers).toEqual([1, 2, 3]);
    // One at a time: always the same environment, until the two others are gone.
    const used = Array.from(
      { length: 30 },
      (_, minute) => pool.invoke((minute + 1) * minuteMs, 1)?.environment.number,
    );
    const [latest] = used;
    expect(new Set(used)).toEqual(new Set([latest]));
    const later = 31 * minuteMs;
    expect(pool.invoke(later, 1)?.environment.number).toBe(latest);
    expect(pool.invoke(later, 1)?.initMs).toBeDefined();
  });

  it('loses an idle environment after its limit, and not before', () => {
    const idleLimitMs = 750_000;
    const gap = (gapMs: number) => {
      const pool = aPool({ idleLimitMs });
      const endMs = pool.invoke(0, 1)?.endMs ?? 0;
      return pool.invoke(endMs + gapMs, 1)?.initMs;
    };
    expect(gap(idleLimitMs - 1)).toBeUndefined();
    expect(gap(idleLimitMs + 1)).toBeDefined();
  });

  it('ends an environment whose life is over, however busy it is', () => {
    const pool = aPool({ lifeMs: 10 * minuteMs });
    const colds = Array.from({ length: 61 }, (_, minute) => pool.invoke(minute * minuteMs, 1))
      .map((invocation, minute) => (invocation?.initMs === undefined ? undefined : minute))
      .filter((minute) => minute !== undefined);
    expect(colds).toEqual([0, 10, 20, 30, 40, 50, 60]);
  });

  it('has fewer cold starts the more often it is used', () => {
    const shares = [3_600_000, 600_000, 120_000, 20_000].map((gapMs) => coldShare(gapMs));
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(shares[0]).toBeGreaterThan(0.7);
    expect(shares[3]).toBeLessThan(0.02);
  });

  it('draws the idle limit anew for every idle period', () => {
    const pool = aPool({ idleLimitSigma: 0.3, lifeMs: 1e12 });
    let atMs = 0;
    let warm = 0;
    for (let period = 0; period < 4_000; period += 1) {
      const invocation = pool.invoke(atMs, 1);
      if (invocation?.initMs === undefined) warm += 1;
      // The median of the limits: half of the periods outlive it.
      atMs = (invocation?.endMs ?? 0) + 750_000;
    }
    expect(warm / 4_000).toBeGreaterThan(0.47);
    expect(warm / 4_000).toBeLessThan(0.53);
  });

  it('gives what it has to the next run', () => {
    const before = aPool();
    before.invoke(0, 1);
    before.invoke(10, 1);
    const state = before.state();
    expect(state).toMatchObject({ created: 2, idle: [{ sequence: 1 }, { sequence: 1 }] });

    const after = aPool({}, { state });
    expect(after.invoke(minuteMs, 1)).toMatchObject({ sequence: 2, initMs: undefined });
    expect(after.invoke(minuteMs, 1)).toMatchObject({ sequence: 2, initMs: undefined });
    expect(after.invoke(minuteMs, 1)?.environment.number).toBe(3);
    // Handed over, not shared.
    expect(state.idle[0]).toMatchObject({ sequence: 1 });
  });
});

describe('the limits of a function', () => {
  it('refuse what exceeds the owner’s concurrency, over all functions', () => {
    const concurrency = new Concurrency(3);
    const pools = [aPool({}, { concurrency }), aPool({}, { concurrency, seed: 2 })];
    const [one, two] = pools;
    expect(one?.invoke(0, 1)).toBeDefined();
    expect(one?.invoke(0, 1)).toBeDefined();
    const last = two?.invoke(0, 1);
    expect(last).toBeDefined();
    expect(two?.invoke(1, 1)).toBeUndefined();
    // As soon as one has ended there is room again, in whatever pool that was.
    expect(one?.invoke((last?.endMs ?? 0) + 300, 1)).toBeDefined();
  });

  it('refuse more than a thousand new environments in ten seconds', () => {
    const concurrency = new Concurrency(1e9);
    const pool = aPool({}, { concurrency });
    const served = Array.from({ length: 1_500 }, () => pool.invoke(0, 100)).filter(
      (invocation) => invocation !== undefined,
    );
    expect(served).toHaveLength(1_000);
    const later = Array.from({ length: 500 }, () => pool.invoke(1_000, 100)).filter(
      (invocation) => invocation !== undefined,
    );
    expect(later).toHaveLength(100);
  });

  it('end an invocation that takes too long, and its environment', () => {
    const pool = aPool({ timeoutMs: 1_000 });
    expect(pool.invoke(0, 10)).toMatchObject({ isTimeout: false, durationMs: 1_000 });
    const late = pool.invoke(minuteMs, 10.1);
    expect(late).toMatchObject({ isTimeout: true, durationMs: 1_000, sequence: 2 });
    expect(pool.invoke(2 * minuteMs, 1)?.initMs).toBeDefined();
  });
});

describe('how long an invocation takes', () => {
  it('falls with memory up to one vCPU and no further', () => {
    const model = { aMs: 0, wMsMb: 1_769_000, capMb: 1_769 };
    expect(handlerMs(model, 128)).toBeCloseTo(1_769_000 / 128);
    expect(handlerMs(model, 1_769)).toBeCloseTo(1_000);
    expect(handlerMs(model, 3_008)).toBeCloseTo(1_000);
  });

  it('is longer for the first call of an environment, by what the memory size demands', () => {
    const pool = aPool({ firstCallMs: 12.4 });
    expect(pool.invoke(0, 1)?.durationMs).toBeCloseTo(112.4);
    expect(pool.invoke(minuteMs, 1)?.durationMs).toBeCloseTo(100);
  });

  it('has the function’s own first call beside that of the runtime, by the CPU that it buys', () => {
    const firstCallsMs = (firstCallCpuMs: number) => {
      const lambda = { ...calmSimulation.lambda, firstCallCpuMs };
      const simulation = { ...calmSimulation, lambda };
      const { workloads } = aSpec(aSimulatedPlan({ simulation }));
      return workloads.map(({ firstCallMs }) => firstCallMs);
    };
    const [runtimeAt128 = 0, runtimeAt512 = 0] = firstCallsMs(0);
    const [ownAt128 = 0, ownAt512 = 0] = firstCallsMs(10);
    expect(ownAt128 - runtimeAt128).toBeCloseTo((10 * 1769) / 128);
    expect(ownAt512 - runtimeAt512).toBeCloseTo((10 * 1769) / 512);
  });

  it('has the median of the model and its noise around it', () => {
    const pool = aPool({ noiseSigma: 0.2, idleLimitMs: 1e9, lifeMs: 1e12 });
    const durations = Array.from(
      { length: 20_001 },
      (_, index) => pool.invoke(index * 1_000, 1)?.durationMs ?? 0,
    ).sort((a, b) => a - b);
    expect(durations[10_000]).toBeGreaterThan(99);
    expect(durations[10_000]).toBeLessThan(101);
    const spread = Math.log((durations[19_800] ?? 0) / (durations[10_000] ?? 1)) / 2.326;
    expect(spread).toBeGreaterThan(0.19);
    expect(spread).toBeLessThan(0.21);
  });

  it('is billed exactly: duration and init together, rounded up', () => {
    expect(billedMs(100, 0)).toBe(100);
    expect(billedMs(100.01, 0)).toBe(101);
    // 100.01 + 141.99 is a little more than 242 in binary.
    expect(billedMs(100.01, 141.99)).toBe(242);
    expect(billedMs(0.1, 0.2)).toBe(1);
  });
});

describe('init', () => {
  it('has the measured quantiles', () => {
    const measured = Object.values(
      calibration.lambda_cold_init_ms.by_runtime_package_arch_memory['nodejs22.x|zip|x86_64'] ?? {},
    );
    const model = initModel(measured);
    const random = randomFor(5, 'init');
    const drawn = Array.from({ length: 40_000 }, () => initMsAt(model, normalDraw(random))).sort(
      (a, b) => a - b,
    );
    const target = (of: (at: (typeof measured)[number]) => number): number =>
      measured.reduce((sum, at) => sum + of(at), 0) / measured.length;
    for (const [share, expected] of [
      [0.5, target((at) => at.p50)],
      [0.9, target((at) => at.p90)],
      [0.99, target((at) => at.p99)],
    ] as const) {
      const ratio = (drawn[Math.floor(share * drawn.length)] ?? 0) / expected;
      expect(ratio).toBeGreaterThan(0.97);
      expect(ratio).toBeLessThan(1.03);
    }
    expect(drawn.at(-1)).toBeLessThan(Math.max(...measured.map((at) => at.max)) + 0.01);
  });

  it('does not depend on memory, while the first call does', () => {
    const spec = aSpec();
    const [light, heavy] = spec.workloads;
    expect(light?.firstCallMs).toBeCloseTo(25.61, 1);
    expect(heavy?.firstCallMs).toBeCloseTo(4.03, 1);
    expect(Object.keys(spec.init)).toEqual(['normalScores', 'lnMs']);
    const [small, large] = [aPool({ memoryMb: 128 }), aPool({ memoryMb: 3_008 })];
    expect(small.invoke(0, 1)?.initMs).toBe(large.invoke(0, 1)?.initMs);
  });
});
