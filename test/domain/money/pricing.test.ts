import { describe, expect, it } from 'vitest';
import { breakEvenPerHour, breakEvenUtilisation } from '../../../src/domain/money/break-even.ts';
import {
  balancerHourUsd,
  fargateMarginalUsd,
  fargateRequestUsd,
  serviceHour,
  serviceHourUsd,
  taskHourUsd,
  tasksNeeded,
} from '../../../src/domain/money/fargate-price.ts';
import {
  billedMsOf,
  expectedBilledMs,
  expectedDurationMs,
  lambdaRequestUsd,
  lambdaVcpus,
} from '../../../src/domain/money/lambda-price.ts';
import { priceBookNames, requirePriceBook } from '../../../src/domain/money/price-books.ts';
import { aPlan, aWorkload, weekWorkloads } from '../evaluation-builders.ts';

const book = requirePriceBook('us-east-1/x86_64/2026-11');
const { pricing } = aPlan();
const light = aWorkload({ lambdaMemoryMb: 128, ecsVcpu: 0.25, ecsMemoryMb: 512 });
const heavy = aWorkload();
const bare = { ...pricing, edge: { lambda: 'none', ecs: 'none' } } as const;

describe('price books', () => {
  it('are dated and hold for one region and architecture', () => {
    expect(priceBookNames).toContain('eu-central-1/x86_64/2026-11');
    expect(requirePriceBook('eu-central-1/x86_64/2026-11')).toMatchObject({
      fargateVcpuHourUsd: 0.04656,
      fargateGbHourUsd: 0.00511,
      lambdaGbSecondUsd: 0.0000166667,
    });
    expect(requirePriceBook('eu-west-1/arm64/2026-11').fargateVcpuHourUsd).toBe(0.03238);
  });

  it('mark edge, log and address prices outside us-east-1 as unverified', () => {
    expect(book.unverified).toEqual([]);
    expect(requirePriceBook('eu-west-1/x86_64/2026-11').unverified).toContain('ipv4HourUsd');
  });

  it('that do not exist are refused with the ones that do', () => {
    expect(() => requirePriceBook('mars-1')).toThrow(/"mars-1".*us-east-1\/x86_64\/2026-11/);
  });
});

describe('a request on Lambda', () => {
  const request = { memoryMb: 512, billedMs: 101 };

  it('is billed per started millisecond', () => {
    expect(billedMsOf({ durationMs: 100.2 })).toBe(101);
    const longer = lambdaRequestUsd(book, 'none', { ...request, billedMs: 101 });
    const shorter = lambdaRequestUsd(book, 'none', { ...request, billedMs: 100 });
    expect(longer - shorter).toBeCloseTo((0.5 / 1000) * 0.0000166667, 15);
  });

  it('costs request, compute and three system lines beside the one of a Fargate request', () => {
    const logs = lambdaRequestUsd(book, 'none', request) - 2e-7 - 0.5 * 0.101 * 0.0000166667;
    const fargateLogs = fargateRequestUsd(book, 'none');
    expect(fargateLogs).toBeCloseTo((326 / 2 ** 30) * 0.5, 12);
    expect(logs).toBeCloseTo(fargateLogs + (339 / 2 ** 30) * 0.5, 12);
  });

  it('pays a dollar per million for the HTTP API and an LCU share behind a balancer', () => {
    const withoutEdge = lambdaRequestUsd(book, 'none', request);
    expect(lambdaRequestUsd(book, 'http-api', request) - withoutEdge).toBeCloseTo(1e-6, 12);
    expect(lambdaRequestUsd(book, 'alb', request) - withoutEdge).toBeCloseTo(0.008 / 90_000, 12);
  });

  it('has 0.072 vCPU with 128 MB, and a quarter vCPU with 442 MB', () => {
    expect(lambdaVcpus(128)).toBeCloseTo(0.072, 3);
    expect(lambdaVcpus(442)).toBeCloseTo(0.25, 3);
  });

  it('takes as long as its part of a vCPU makes it, but not less than its busy time', () => {
    expect(expectedDurationMs(heavy, 1000)).toBeCloseTo(3455, 0);
    expect(expectedBilledMs(heavy, 1000)).toBe(3456);
    expect(expectedBilledMs(aWorkload({ lambdaMemoryMb: 3538 }), 1000)).toBe(1000);
  });
});

describe('a Fargate service', () => {
  it('costs its tasks with an address each, busy or not', () => {
    expect(taskHourUsd(book, heavy)).toBeCloseTo(0.04048 + 2 * 0.004445 + 0.005, 10);
    expect(serviceHourUsd(book, { ...heavy, ecsTasks: 3 })).toBeCloseTo(3 * 0.05437, 10);
  });

  it('pays for a balancer with two addresses only behind one', () => {
    expect(balancerHourUsd(book, 'alb')).toBeCloseTo(0.0325, 10);
    expect(balancerHourUsd(book, 'http-api')).toBe(0);
    expect(balancerHourUsd(book, 'none')).toBe(0);
  });

  it.each([
    { name: 'light', workload: light, cpuMs: 7, factor: 57 },
    { name: 'heavy', workload: heavy, cpuMs: 1000, factor: 1.6 },
  ])('costs $factor times what billing by duration says for a $name workload at 0.625/s', (row) => {
    const requestsPerHour = 3600 * 0.625;
    const durationS = row.cpuMs / 1000 / row.workload.ecsVcpu;
    const hourUsd = serviceHourUsd(book, row.workload);
    const byDurationUsd = (durationS / 3600) * hourUsd;
    const oneTask = { ...pricing, targetUtilisation: 0.9 };
    const { busyUsd, idleUsd } = serviceHour(book, oneTask, row.workload, {
      ratePerS: 0.625,
      cpuMs: row.cpuMs,
    });
    const factor = (busyUsd + idleUsd) / requestsPerHour / byDurationUsd;
    expect(factor).toBeCloseTo(row.factor, row.factor > 10 ? 0 : 1);
  });

  it('needs a further task when the target utilisation would be exceeded', () => {
    const at = (ratePerS: number) => tasksNeeded(pricing, heavy, { ratePerS, cpuMs: 1000 });
    expect([at(0.1), at(0.6), at(0.61), at(1.2), at(1.21)]).toEqual([1, 1, 2, 2, 3]);
    expect(tasksNeeded(pricing, { ...heavy, ecsTasks: 2 }, { ratePerS: 0.1, cpuMs: 1000 })).toBe(2);
  });

  it('serves one more request for the variable cost alone up to the target utilisation', () => {
    const variableUsd = fargateRequestUsd(book, 'alb');
    const at = (ratePerS: number) =>
      fargateMarginalUsd(book, pricing, heavy, { ratePerS, cpuMs: 1000 });
    expect(at(0.6)).toBe(variableUsd);
    expect(at(0.61)).toBeCloseTo(variableUsd + 0.05437 / (3600 * 0.6), 12);
  });

  it('keeps the idle remainder as its own line, and everything adds up', () => {
    const hour = serviceHour(book, pricing, heavy, { ratePerS: 0.3, cpuMs: 1000, goodShare: 0.5 });
    expect(hour.utilisation).toBeCloseTo(0.3, 10);
    expect(hour.busyUsd).toBeCloseTo(0.3 * 0.05437, 10);
    expect(hour.idleUsd).toBeCloseTo(0.7 * 0.05437, 10);
    expect(hour.allInUsd).toBeCloseTo(0.05437 + hour.balancerUsd + hour.variableUsd, 10);
    expect(hour.averageUsd).toBeCloseTo(hour.allInUsd / (3600 * 0.15), 10);
  });
});

describe('the break-even', () => {
  it('is 24, 41, 47, 47 and 47 % of utilisation for the five workloads of the week', () => {
    const shares = weekWorkloads.map((workload) =>
      breakEvenUtilisation(book, {
        cpuMs: workload.cpuMs ?? 0,
        memoryMb: workload.lambdaMemoryMb,
      }),
    );
    expect(shares.map((share) => Math.round(100 * share))).toEqual([24, 41, 47, 47, 47]);
  });

  /** Whether Fargate is cheaper at a load, counted directly. */
  function isFargateCheaper(perHour: number, cpuMs: number): boolean {
    const demand = { ratePerS: perHour / 3600, cpuMs };
    const request = { memoryMb: heavy.lambdaMemoryMb, billedMs: expectedBilledMs(heavy, cpuMs) };
    const lambdaUsd = perHour * lambdaRequestUsd(book, pricing.edge.lambda, request);
    return serviceHour(book, pricing, heavy, demand).allInUsd < lambdaUsd;
  }

  it.each([50, 200, 1000])('is where Fargate begins to stay cheaper, at %i ms of CPU', (cpuMs) => {
    const perHour = breakEvenPerHour(book, pricing, heavy, { cpuMs })?.requestsPerHour ?? 0;
    expect(isFargateCheaper(perHour * 0.999, cpuMs)).toBe(false);
    for (let load = perHour * 1.001; load < perHour * 20; load *= 1.003) {
      expect(isFargateCheaper(load, cpuMs)).toBe(true);
    }
  });

  it('lists the loads below it at which Fargate is cheaper until it needs a further task', () => {
    const found = breakEvenPerHour(book, pricing, heavy, { cpuMs: 200 });
    expect(found?.earlier.length).toBeGreaterThan(0);
    for (const { fromPerHour, toPerHour, tasks } of found?.earlier ?? []) {
      expect(tasks).toBeLessThan(found?.tasks ?? 0);
      const around = [
        fromPerHour * 0.999,
        fromPerHour * 1.001,
        toPerHour * 0.999,
        toPerHour * 1.001,
      ];
      const cheaper = around.map((load) => isFargateCheaper(load, 200));
      expect(cheaper).toEqual([false, true, true, false]);
    }
  });

  it('does not exist where even a full task costs more than Lambda', () => {
    expect(
      breakEvenPerHour(book, { ...bare, targetUtilisation: 0.4 }, heavy, { cpuMs: 1000 }),
    ).toBeUndefined();
  });

  it('uses the measured billed time when there is one', () => {
    const estimated = breakEvenPerHour(book, pricing, heavy, { cpuMs: 200 });
    const measured = breakEvenPerHour(book, pricing, heavy, { cpuMs: 200, lambdaBilledMs: 1400 });
    expect(measured?.requestsPerHour).toBeLessThan(estimated?.requestsPerHour ?? 0);
  });
});
