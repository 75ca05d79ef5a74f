import { describe, expect, it } from 'vitest';
import { withDatabase } from '../../src/dataset/duckdb.ts';
import { labelledRows } from '../../src/dataset/training-rows.ts';
import { workloadEstimates } from '../../src/dataset/workload-estimates.ts';
import { featureNames, numericFeatures } from '../../src/domain/models/feature.ts';
import { penalty } from '../../src/domain/models/label.ts';
import type { LabelledRows } from '../../src/domain/models/training.ts';
import { aPlan, aWorkload } from './builders.ts';
import { aCollection, type MadePair } from './collection.ts';

const cpuMs = { heavy: 30, light: 2 };
const twoWorkloads = aPlan({
  workloads: [aWorkload({ share: 0.25 }), aWorkload({ name: 'light', share: 0.75 })],
});

async function rowsOf(
  slots: readonly (readonly MadePair[])[],
  { plan = aPlan(), withCapacity = undefined as readonly string[] | undefined } = {},
): Promise<LabelledRows> {
  const parquet = await aCollection(slots, { plan, cpuMs });
  return await labelledRows({ parquet, plan, cpuMs, withCapacity });
}

function featureOf(rows: LabelledRows, feature: string): number[] {
  const index = rows.features.indexOf(feature);
  return [...rows.values.subarray(index * rows.rowCount, (index + 1) * rows.rowCount)];
}

const timeout = {
  outcome: 'timeout',
  isGood: false,
  errorCode: 'TIMEOUT',
  latencyMs: 29_000,
} as const;

describe('training rows', () => {
  it('have the features that a live router has, and no others', async () => {
    const rows = await rowsOf([[{}]], { plan: twoWorkloads });

    expect(rows.features).toEqual([...numericFeatures, 'workload=heavy', 'workload=light']);
    expect(rows.features).toEqual(featureNames(['heavy', 'light']));
    expect(rows.values).toHaveLength(rows.features.length);
  });

  it('take the load from the target that was sent first, before the pair was part of it', async () => {
    const lambda = { inFlightEcs: 3, recentRateLambdaPerS: 5, sincePreviousLambdaMs: 7 };
    const ecs = { inFlightEcs: 4, recentRateLambdaPerS: 6, sincePreviousLambdaMs: 8 };

    const rows = await rowsOf([
      [
        { first: 'lambda', lambda, ecs },
        { first: 'ecs', lambda, ecs },
      ],
    ]);

    expect(featureOf(rows, 'in_flight_ecs')).toEqual([3, 4]);
    expect(featureOf(rows, 'recent_rate_lambda_per_s')).toEqual([5, 6]);
    expect(featureOf(rows, 'since_previous_lambda_ms')).toEqual([7, 8]);
    expect(featureOf(rows, 'since_previous_ecs_ms')).toEqual([3_600_000, 3_600_000]);
  });

  it('have the hour of the plan’s time zone, not of UTC', async () => {
    const plan = aPlan({ schedule: { timezone: 'Asia/Kolkata' } });

    const rows = await rowsOf([[{}]], { plan });

    // 12:00 UTC is 17:30 there.
    const angle = (2 * Math.PI * 17.5) / 24;
    expect(featureOf(rows, 'hour_sin')[0]).toBeCloseTo(Math.sin(angle), 12);
    expect(featureOf(rows, 'hour_cos')[0]).toBeCloseTo(Math.cos(angle), 12);
  });

  it('estimate a workload from earlier slots only, and before there are any from the plan', async () => {
    const slot = (lambdaMs: number, ecsMs: number): MadePair[] => [
      { lambda: { serverMs: lambdaMs }, ecs: { serverMs: ecsMs } },
    ];
    const rows = await rowsOf([slot(100, 40), slot(500, 60), slot(900, 80)]);

    expect(featureOf(rows, 'estimated_execution_ms')).toEqual([30, 70, 70]);
    expect(featureOf(rows, 'estimated_memory_mb')).toEqual([512, 80, 80]);
  });

  it('do not change for a slot when later slots come', async () => {
    const slots: MadePair[][] = [
      [{ lambda: { serverMs: 100 } }],
      [{ lambda: { serverMs: 300 } }],
      [{ lambda: { serverMs: 9000 } }],
    ];
    const before = await rowsOf(slots.slice(0, 2));
    const after = await rowsOf(slots);

    for (const feature of before.features) {
      expect(featureOf(after, feature).slice(0, 2)).toEqual(featureOf(before, feature));
    }
  });

  it('keep timeouts and every kind of failure, at the deadline', async () => {
    const failed = { outcome: 'failed', isGood: false, latencyMs: 3 } as const;
    const rows = await rowsOf([
      [
        { lambda: timeout, isUnreported: true },
        { lambda: { ...failed, statusCode: 500 }, isUnreported: true },
        { lambda: { ...failed, statusCode: 413 }, isUnreported: true },
        { ecs: timeout },
        {},
      ],
    ]);

    expect(rows.rowCount).toBe(5);
    expect([...rows.labels].slice(0, 4)).toEqual([0, 0, 0, 1]);
    expect(rows.utilityLambda[1]).toBe(rows.utilityLambda[0]);
    expect(rows.utilityLambda[0]).toBeCloseTo(
      (rows.utilityLambda[4] ?? 0) + 0.6 * Math.log(29_000 / 120.5) + penalty,
      9,
    );
  });

  it('price a request that has no report like the others of its workload', async () => {
    const rows = await rowsOf([[{ isUnreported: true }, {}]]);

    expect(rows.utilityLambda[0]).toBeCloseTo(rows.utilityLambda[1] ?? 0, 12);
  });

  it('leave out lead-in', async () => {
    const rows = await rowsOf([[{ isLeadIn: true }, {}]]);

    expect(rows.rowCount).toBe(1);
  });

  it('leave out workloads without capacity, but keep their columns', async () => {
    const pairs: MadePair[] = [{ workload: 'light' }, { workload: 'heavy' }];
    const rows = await rowsOf([pairs], { plan: twoWorkloads, withCapacity: ['heavy'] });

    expect(rows.rowCount).toBe(1);
    expect(rows.workloads).toEqual(['heavy', 'light']);
    expect(featureOf(rows, 'workload=heavy')).toEqual([1]);
    expect([...rows.share]).toEqual([1]);
  });

  it('weigh rows by the plan’s shares, and ladder rows not at all', async () => {
    const rows = await rowsOf(
      [
        [
          { workload: 'heavy' },
          { workload: 'heavy', ladderStep: 1 },
          { workload: 'light' },
          { workload: 'light' },
          { workload: 'light' },
        ],
      ],
      { plan: twoWorkloads },
    );

    expect([...rows.share]).toEqual([0.25, 0, 0.25, 0.25, 0.25]);
    expect(rows.rowCount).toBe(5);
  });

  it('say which slot and workload a row belongs to', async () => {
    const rows = await rowsOf([[{ workload: 'light' }], [{}, {}]], { plan: twoWorkloads });

    expect([...rows.slot]).toEqual([1, 2, 2]);
    expect([...rows.workload]).toEqual([1, 0, 0]);
  });

  it('label by the rule of the plan', async () => {
    // Faster, but far more than a tenth dearer: u prefers it, the ratio rule does not.
    const pairs: MadePair[] = [{ lambda: { latencyMs: 1 }, ecs: { latencyMs: 900 } }];
    const ratio = aPlan({ labels: { rule: 'ratio', latencyWeight: 0.6 } });

    expect([...(await rowsOf([pairs])).labels]).toEqual([1]);
    expect([...(await rowsOf([pairs], { plan: ratio })).labels]).toEqual([0]);
  });

  it('do not depend on the order in which the slots’ files are given', async () => {
    const parquet = await aCollection([[{ payloadBytes: 1 }], [{ payloadBytes: 2 }, {}]]);
    const input = { plan: aPlan(), cpuMs, withCapacity: undefined };

    expect(await labelledRows({ ...input, parquet: parquet.toReversed() })).toEqual(
      await labelledRows({ ...input, parquet }),
    );
  });

  it('refuse a pair that lacks what every request has, by the name of the column', async () => {
    const [slot] = await aCollection([[{}]]);
    const path = `${slot?.path}.torn`;
    await withDatabase((database) =>
      database.run(`copy (
        select * replace (null::bigint as payload_bytes) from read_parquet('${slot?.path}')
      ) to '${path}' (format parquet)`),
    );

    await expect(
      labelledRows({ parquet: [{ slot: 1, path }], plan: aPlan(), cpuMs, withCapacity: undefined }),
    ).rejects.toThrow('no payload_bytes');
  });

  it('are none when there is no slot', async () => {
    expect(await rowsOf([])).toMatchObject({ rowCount: 0, workloads: ['heavy'] });
  });
});

describe('estimates for a live router', () => {
  it('are those that the next slot’s rows would have', async () => {
    const pairs: MadePair[] = [
      { lambda: { serverMs: 100 }, ecs: { serverMs: 40 } },
      { ladderStep: 1, lambda: { serverMs: 100 }, ecs: { serverMs: 900 } },
    ];
    const parquet = await aCollection([pairs]);

    expect(await workloadEstimates(parquet, aPlan(), cpuMs)).toEqual({
      heavy: { estimatedExecutionMs: 70, estimatedMemoryMb: 80 },
    });
  });

  it('are the plan’s before there is data', async () => {
    expect(await workloadEstimates([], aPlan(), cpuMs)).toEqual({
      heavy: { estimatedExecutionMs: 30, estimatedMemoryMb: 512 },
    });
  });
});
