import { describe, expect, it } from 'vitest';
import { collectionCells } from '../../../src/dataset/evaluation/collection-cells.ts';
import {
  balancerHourUsd,
  fargateRequestUsd,
  taskHourUsd,
} from '../../../src/domain/money/fargate-price.ts';
import { lambdaRequestUsd } from '../../../src/domain/money/lambda-price.ts';
import { priceBookOf } from '../../../src/domain/money/price-books.ts';
import { anOutcome, aPair, aPlan, aWorkload, joined } from '../builders.ts';
import { aCollection, type MadePair } from '../collection.ts';

const plan = aPlan({ workloads: [aWorkload({ ecsTasks: 2 })] });
const cpuMs = { heavy: 30 };

async function cellsOf(slots: readonly (readonly MadePair[])[]) {
  return await collectionCells({ parquet: await aCollection(slots), plan, cpuMs });
}

describe('the collection as cells', () => {
  it('has one of each pure arm for every slot, from the same requests', async () => {
    const { cells } = await cellsOf([[{}, { lambda: { latencyMs: 1500 } }], [{}]]);
    const of = (arm: string) => cells.filter((cell) => cell.arm === arm);
    for (const arm of ['lambda-only', 'ecs-only']) {
      expect(of(arm).map(({ block, requests }) => [block, requests])).toEqual([
        [1, 2],
        [2, 1],
      ]);
    }
    expect(of('lambda-only')[0]).toMatchObject({
      latenciesMs: [120.5, 1500],
      insideSlo: 1,
      lambdaRequests: 2,
      ecsRequests: 0,
    });
    expect(of('ecs-only')[0]).toMatchObject({ lambdaRequests: 0, ecsRequests: 2, lambdaUsd: 0 });
  });

  it('leaves ladder and lead-in out', async () => {
    const { cells } = await cellsOf([[{}, { ladderStep: 1 }, { isLeadIn: true }]]);
    expect(cells.map(({ requests }) => requests)).toEqual([1, 1]);
  });

  it('costs what each platform alone would for the mixed load of a slot', async () => {
    const { costs } = await cellsOf([[{}, {}]]);
    const book = priceBookOf(plan.pricing);
    const hours = plan.load.durationMs / 3_600_000;
    const [lambda, ecs] = costs;
    expect(lambda).toMatchObject({ arm: 'lambda-only', block: 1, hours, good: 2 });
    expect(lambda?.allInUsd).toBeCloseTo(
      2 * lambdaRequestUsd(book, 'http-api', { memoryMb: 512, billedMs: 101 }),
      12,
    );
    expect(ecs?.allInUsd).toBeCloseTo(
      hours * (2 * taskHourUsd(book, aWorkload()) + balancerHourUsd(book, 'alb')) +
        2 * fargateRequestUsd(book, 'alb'),
      12,
    );
  });

  it('leaves out a slot that one platform has no outcome of', async () => {
    const [whole] = await aCollection([[{}]]);
    const half = await joined(
      { intended: [aPair('r1')], client: [anOutcome('r1', 'lambda')] },
      { slot: 2, run: 'slot-002' },
    );
    const parquet = [...(whole === undefined ? [] : [whole]), { slot: 2, path: half.path }];
    const { cells, costs } = await collectionCells({ parquet, plan, cpuMs });
    expect(new Set(cells.map(({ block }) => block))).toEqual(new Set([1]));
    expect(costs.map(({ block }) => block)).toEqual([1, 1]);
  });
});
