import { expect, test } from 'vitest';
import type { EvaluationSetup } from '../../../src/domain/evaluation.ts';
import { breakEvenPerHour } from '../../../src/domain/money/break-even.ts';
import { requirePriceBook } from '../../../src/domain/money/price-books.ts';
import type { IntendedRequest } from '../../../src/domain/requests/requests.ts';
import {
  downWorkloads,
  hourFactors,
  scaledBlocks,
} from '../../../src/domain/what-if/scale-to-zero.ts';
import { aPlan, aWorkload } from '../evaluation-builders.ts';

const workload = aWorkload({ cpuMs: 1_000, ecsTasks: 2 });
const plan = aPlan({
  workloads: [workload],
  pricing: { edge: { lambda: 'alb', ecs: 'alb' } },
  evaluation: { blockDurationMs: 3_600_000 },
});
const book = requirePriceBook('us-east-1/x86_64/2026-11');
const setup: EvaluationSetup = {
  arms: ['lambda-only', 'ecs-only', 'best-static'],
  skipped: [],
  table: { heavy: 'ecs' },
  withCapacity: ['heavy'],
  estimates: {},
};
const question = {
  plan,
  setup,
  book,
  cpuMs: { heavy: 1_000 },
  lambdaBilledMs: {},
  startMs: 57_000,
};

function request(offsetMs: number): IntendedRequest {
  return {
    requestId: `r${offsetMs}`,
    workload: 'heavy',
    payloadSeed: 1,
    payloadBytes: 10,
    isLeadIn: false,
    targets: setup.arms.map((arm) => ({
      target: arm,
      owner: arm,
      platform: arm === 'lambda-only' ? ('lambda' as const) : ('ecs' as const),
      offsetMs,
    })),
  };
}

test('a workload is down in exactly the hours below its break-even', () => {
  const { requestsPerHour = Number.NaN } =
    breakEvenPerHour(book, plan.pricing, workload, { cpuMs: 1_000 }) ?? {};
  const factorAt = (perHour: number): number => perHour / (3600 * plan.evaluation.ratePerS);
  expect(downWorkloads(question, factorAt(0.99 * requestsPerHour))).toEqual(['heavy']);
  expect(downWorkloads(question, factorAt(1.01 * requestsPerHour))).toEqual([]);
});

test('down, best-static has no task and asks Lambda; ecs-only keeps one; a start asks Lambda, too', () => {
  const requests = [request(56_000), request(58_000)];
  const blocks = [1, 2, 3].map((block) => ({ block, startsAtMs: 0, requests }));
  const scaled = scaledBlocks(question, blocks, [['heavy'], [], []]);
  expect(scaled.map(({ tasks }) => tasks)).toEqual([
    [
      { arm: 'best-static', workload: 'heavy', tasks: 0 },
      { arm: 'ecs-only', workload: 'heavy', tasks: 1 },
    ],
    [],
    [],
  ]);
  const platformsOf = (arm: string) =>
    scaled.map((block) =>
      block.requests.map(({ targets }) => targets.find(({ target }) => target === arm)?.platform),
    );
  expect(platformsOf('best-static')).toEqual([
    ['lambda', 'lambda'],
    ['lambda', 'ecs'],
    ['ecs', 'ecs'],
  ]);
  expect(platformsOf('ecs-only').flat()).toEqual(Array.from({ length: 6 }, () => 'ecs'));
});

test('hours differ by the shape of the load alone', () => {
  expect(hourFactors(plan, 3, 0)).toEqual([1, 1, 1]);
  const diurnal = aPlan({
    load: { shape: 'diurnal', ratePerS: 2 },
    schedule: { slots: 24, everyMs: 3_600_000 },
  });
  const factors = hourFactors(diurnal, 24, Date.UTC(2026, 0, 5));
  expect(Math.max(...factors) / Math.min(...factors)).toBeGreaterThan(1.5);
});
