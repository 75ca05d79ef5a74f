import { describe, expect, test } from 'vitest';
import type { EvaluationSetup } from '../../../src/domain/evaluation.ts';
import { requirePriceBook } from '../../../src/domain/money/price-books.ts';
import { scoreCells } from '../../../src/domain/verdict/score-cells.ts';
import type { ArmCell } from '../../../src/domain/verdict/verdict.ts';
import {
  type Changes,
  changedPlan,
  changedSetup,
  isAffected,
  needsSimulation,
} from '../../../src/domain/what-if/what-if.ts';
import { whatIfResult } from '../../../src/domain/what-if/what-if-result.ts';
import { aCell, aPlan, aWorkload } from '../evaluation-builders.ts';

const slo = { latencyMs: 1_000, attainment: 0.9 };
const plan = aPlan({
  workloads: [aWorkload({ slo, cpuMs: 100 })],
  evaluation: { blocks: 4, leadInBlocks: 0 },
});
const setup: EvaluationSetup = {
  arms: ['lambda-only', 'ecs-only'],
  skipped: [],
  table: { heavy: 'ecs' },
  withCapacity: ['heavy'],
  estimates: {},
};
const cpuMs = { heavy: 100 };
const book = requirePriceBook('us-east-1/x86_64/2026-11');

/** Four blocks of a hundred requests each, `latencyMs` fast. */
function cellsOf(latencyMs: number): ArmCell[] {
  return setup.arms.flatMap((arm) =>
    [1, 2, 3, 4].map((block) =>
      aCell({
        arm,
        block,
        latenciesMs: Array.from({ length: 100 }, (_, index) => latencyMs + index),
        lambdaUsd: arm === 'lambda-only' ? 0.01 : 0,
      }),
    ),
  );
}

function ask(changes: Changes, simulatedMs?: number) {
  const changed = {
    plan: changedPlan(plan, changes),
    setup: changedSetup(setup, changes),
    cpuMs,
    book: changes.prices ?? book,
  };
  const baseline = scoreCells({ plan, setup, cells: cellsOf(100), cpuMs, book });
  const simulated =
    simulatedMs === undefined
      ? undefined
      : { cells: cellsOf(simulatedMs).map((cell) => ({ ...cell, coldStarts: 0 })) };
  return whatIfResult({
    campaign: { plan, baseline },
    changed,
    changes,
    repriced: cellsOf(100),
    simulated,
  });
}

describe('every figure says where it comes from', () => {
  test('prices alone need no simulator, and change no latency', () => {
    const changes = { prices: { ...book, fargateVcpuHourUsd: 2 * book.fargateVcpuHourUsd } };
    expect(needsSimulation(changes)).toBe(false);
    const { marks, changed, baseline, answerMark } = ask(changes);
    expect(marks['ecs-only']).toEqual({
      cost: 're-priced',
      latency: 'measured',
      attainment: 'measured',
    });
    expect(answerMark).toBe('re-priced');
    const [before, after] = [baseline, changed].map(
      ({ arms }) => arms.find(({ arm }) => arm === 'ecs-only') ?? expect.fail('no ecs-only'),
    );
    expect(after?.workloads).toEqual(before?.workloads);
    // A vCPU-hour more, over a hundred good requests in an hour.
    const added = (1000 / 100) * book.fargateVcpuHourUsd;
    expect(after?.costPer1000Usd).toBeCloseTo((before?.costPer1000Usd ?? 0) + added, 12);
  });

  test('another SLO counts what was measured again', () => {
    const { marks, changed } = ask({ sloLatencyMs: { heavy: 149 } });
    expect(marks['lambda-only']).toEqual({
      cost: 'measured',
      latency: 'measured',
      attainment: 're-priced',
    });
    expect(changed.arms[0]?.workloads[0]?.target).toBe(0.9);
  });

  test('what no change touches stays as it was measured, beside what is simulated', () => {
    const { marks, changed, answerMark } = ask({ lambdaMemoryMb: { heavy: 512 } }, 500);
    expect(marks['ecs-only']?.latency).toBe('measured');
    expect(marks['lambda-only']).toEqual({
      cost: 'simulated',
      latency: 'simulated',
      attainment: 'simulated',
    });
    const p50 = Object.fromEntries(
      changed.arms.map(({ arm, workloads }) => [arm, workloads[0]?.p50]),
    );
    expect(p50).toEqual({ 'lambda-only': 549, 'ecs-only': 149 });
    expect(answerMark).toBe('simulated');
  });

  test('with other tasks the bill is re-priced and the latency simulated', () => {
    const { marks, changed, baseline } = ask({ tasks: { heavy: 2 } }, 80);
    expect(marks['ecs-only']).toEqual({
      cost: 're-priced',
      latency: 'simulated',
      attainment: 'simulated',
    });
    expect(marks['lambda-only']?.cost).toBe('measured');
    const idleUsd = (verdict: typeof baseline): number => {
      const cost = verdict.arms.find(({ arm }) => arm === 'ecs-only')?.cost;
      return (cost?.ecsIdleUsd ?? 0) + (cost?.ecsBusyUsd ?? 0);
    };
    expect(idleUsd(changed)).toBeCloseTo(2 * idleUsd(baseline), 12);
  });

  test('when requests fail on fewer tasks, the bill of what is good is simulated, too', () => {
    const failing = cellsOf(80).map((cell) => ({ ...cell, good: 50, failed: 50, coldStarts: 0 }));
    const changes = { tasks: { heavy: 2 } };
    const baseline = scoreCells({ plan, setup, cells: cellsOf(100), cpuMs, book });
    const { marks } = whatIfResult({
      campaign: { plan, baseline },
      changed: { plan: changedPlan(plan, changes), setup, cpuMs, book },
      changes,
      repriced: cellsOf(100),
      simulated: { cells: failing },
    });
    expect(marks['ecs-only']?.cost).toBe('simulated');
  });
});

test('tasks that were sized for an arm give way to those that are asked for', () => {
  const sized = { ...setup, tasks: { 'ecs-only': { heavy: 5, other: 3 } } };
  expect(changedSetup(sized, { tasks: { heavy: 2 } }).tasks).toEqual({
    'ecs-only': { heavy: 2, other: 3 },
  });
});

test('scaling to zero touches no arm that keeps its only task', () => {
  const changes = { scaleToZero: true } as const;
  expect(isAffected('ecs-only', changes, { setup, plan })).toBe(false);
  expect(isAffected('best-static', changes, { setup, plan })).toBe(true);
  const two = { ...setup, tasks: { 'ecs-only': { heavy: 2 } } };
  expect(isAffected('ecs-only', changes, { setup: two, plan })).toBe(true);
});
