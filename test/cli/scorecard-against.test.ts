import { describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { scoreAgainst } from '../../src/cli/scorecard-against.ts';
import type { MeasuredSend } from '../../src/domain/simulation/prediction.ts';
import { defaultSimulation } from '../../src/domain/simulation/simulation.ts';
import { randomFor } from '../../src/domain/statistics/random.ts';
import { predict } from '../../src/predict.ts';
import { aForm, type FormRow } from '../dataset/import/import-builders.ts';
import { aCli, type Cli } from './a-cli.ts';

const startMs = Date.UTC(2026, 10, 2, 8);
/** µ: $0.0000166667 a GB-second and $0.20 a million, for 1024 MB. */
const costOf = (serverMs: number) => 2e-7 + (Math.ceil(serverMs) / 1000) * 0.0000166667;

/** Ten sessions of 60 requests, 12 s apart on average, a workload that computes for `cpuMs`. */
function sends(): MeasuredSend[] {
  const random = randomFor(5, 'sends');
  return Array.from({ length: 600 }, (_, index) => ({
    atMs: startMs + Math.floor(index / 60) * 7_200_000 + (index % 60) * 12_000 + 3000 * random(),
    workload: 'w',
    platform: 'lambda' as const,
    payloadBytes: 1000,
  }));
}

/** What somebody would have measured if the world were the simulator's, `factor` times as slow. */
function measured(factor: number): FormRow[] {
  const all = sends();
  const answers = predict({
    seed: 99,
    simulation: defaultSimulation,
    priceBook: 'us-east-1/x86_64/2026-11',
    edge: { lambda: 'none', ecs: 'none' },
    timeoutMs: 29_000,
    workloads: [{ name: 'w', lambdaMemoryMb: 1024, ecsVcpu: 1, cpuMs: 40, ecsTasks: 0 }],
    sends: all,
  });
  return all.map(({ atMs }, index) => {
    const { latencyMs = 0, serverMs = 0, isCold } = answers[index] ?? { isCold: false };
    // From the second half on, which is what the fitted CPU time is judged by.
    const slower = index >= 300 ? factor : 1;
    return {
      id: `r${index}`,
      atS: (atMs - startMs) / 1000,
      latencyMs: latencyMs * slower,
      more: {
        server_ms: serverMs * slower,
        memory_mb: 1024,
        cold_start: String(isCold),
        cost_usd: costOf(serverMs * slower),
      },
    };
  });
}

interface Printed {
  readonly validated: { readonly passed: number; readonly of: number };
  readonly claims: readonly { readonly name: string; readonly passed: boolean }[];
  readonly described: readonly { readonly name: string }[];
  readonly notCompared: readonly string[];
  readonly fitted: readonly string[];
}

async function against(rows: readonly FormRow[], plan?: string): Promise<Printed & { cli: Cli }> {
  const cli = await aCli();
  const options = plan === undefined ? {} : { plan };
  expect(await scoreAgainst(cli.services, await aForm(rows), options)).toBe(0);
  return { ...(cli.json[0] as Printed), cli };
}

describe('the simulator against measurements', () => {
  test('that are its own passes: medians, cold shares by rate, billing', async () => {
    const { validated, claims, fitted, cli } = await against(measured(1));
    expect(claims.map(({ name }) => name.replace(/\d[\d.]* s$/, 'N s'))).toEqual(
      expect.arrayContaining([
        'w, lambda, warm server p50, ms',
        'w, lambda, cold share at one in N s',
        'w, lambda, billed in whole ms, share',
      ]),
    );
    expect(validated.passed).toBe(validated.of);
    expect(fitted).toEqual(['w']);
    expect(cli.lines.filter((line) => line.length > 80)).toEqual([]);
    expect(cli.lines.at(-1)).toContain(`${validated.of} of ${validated.of} by your measurements.`);
  });

  test('at two rates are compared at each of them', async () => {
    const rows = measured(1).map((row, index) => {
      if (index < 300)
        return { ...row, more: { ...row.more, session: `a${Math.floor(index / 60)}` } };
      const session = index < 450 ? 'b' : 'c';
      const atS = 40_000 + (index - 300) * (session === 'b' ? 1 : 300);
      return { ...row, atS, more: { ...row.more, session } };
    });
    const { claims } = await against(rows);
    const gaps = claims.flatMap(({ name }) => /one in (.*)$/.exec(name)?.[1] ?? []);
    expect(gaps).toEqual(['300 s', expect.stringMatching(/^\d\d\.\d s$/), '1.00 s']);
  });

  test('that are slower than what it was fitted to fails in the median alone', async () => {
    const { claims } = await against(measured(1.5));
    expect(claims.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual([
      'w, lambda, warm server p50, ms',
    ]);
  });

  test('that have more cold starts than it says fails in their share', async () => {
    const rows = measured(1).map((row, index) => ({
      ...row,
      more: { ...row.more, cold_start: String(index % 4 === 0) },
    }));
    const { claims } = await against(rows);
    expect(
      claims.filter(({ name }) => name.includes('cold share')).every(({ passed }) => passed),
    ).toBe(false);
  });

  test('that say little leaves open what cannot be compared', async () => {
    const rows = measured(1).map(({ more, ...row }) => ({ ...row, more: { memory_mb: 1024 } }));
    const { claims, notCompared } = await against(rows);
    expect(claims.map(({ name }) => name)).toEqual(['w, lambda, all latency p50, ms']);
    expect(notCompared.join()).toContain('cold shares need 30 rows with cold_start, and 0 have it');
    expect(notCompared.join()).toContain('nothing says what was billed');
  });

  test('of Fargate needs the sizes of a plan', async () => {
    const rows = measured(1).map((row, index) => ({
      ...row,
      ...(index % 3 === 0 ? { platform: 'ecs' } : {}),
    }));
    const { claims, cli } = await against(rows);
    expect(claims.filter(({ name }) => name.includes('ecs'))).toEqual([]);
    expect(cli.lines.join(' ')).toContain('w, ecs: nothing says vCPU and tasks; give --plan.');
  });
});

test('a plan gives sizes and CPU time, and then all rows are compared', async () => {
  const cli = await aCli();
  const path = `${cli.stateFolder}/plan.yaml`;
  await cli.write(
    'plan.yaml',
    [
      'campaign: sizes',
      'testbed: simulated',
      'workloads:',
      '  w: { run: workloads/lightweight/handler.ts, share: 100%, lambda: 1024MB, ecs: 1vCPU/2GB, cpu: 40ms, slo: { latency: 1s } }',
      'schedule: { slots: 2, every: 1h, pace: immediate }',
      'load: { duration: 45m, rate: 0.1/s }',
    ].join('\n'),
  );
  expect(await scoreAgainst(cli.services, await aForm(measured(1)), { plan: path })).toBe(0);
  const { fitted, claims } = cli.json[0] as Printed;
  expect(fitted).toEqual([]);
  expect(claims.every(({ passed }) => passed)).toBe(true);
  expect(cli.lines.join(' ')).toContain('if it was taken from these rows');
});

test('the command keeps its own output without --against, and refuses --plan alone', async () => {
  const { services, json, lines } = await aCli();
  expect(await runCli(['scorecard'], () => services)).toBe(0);
  expect(json).toEqual([{ stamp: expect.any(String), claims: expect.any(Array) }]);
  expect(lines.at(-2)).toContain('Stamp: ');
  expect(await runCli(['scorecard', '--plan', 'x.yaml'], () => services)).toBe(2);
});

test('a file that is in no form says how to import it', async () => {
  const { services, lines } = await aCli();
  const path = await aForm([{ id: 'a', atS: 0, latencyMs: '' }]);
  expect(await scoreAgainst(services, path, {})).toBe(2);
  expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain('crossover import FILE --as NAME');
});
