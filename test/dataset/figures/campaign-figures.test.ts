import { describe, expect, it } from 'vitest';
import { campaignFigures } from '../../../src/dataset/figures/campaign-figures.ts';
import type { MeasuredFigures } from '../../../src/domain/dataset/measured.ts';
import { aPlan, aWorkload } from '../builders.ts';
import {
  anObservation,
  aPairOfRows,
  atHour,
  type ObservationRow,
  observationFile,
} from '../observation-file.ts';

async function figuresOf(
  rows: readonly ObservationRow[],
  { blocks = [] as readonly ObservationRow[], plan = aPlan() } = {},
): Promise<MeasuredFigures> {
  const slots = rows.length === 0 ? [] : [{ slot: 1, path: await observationFile(rows) }];
  const files = blocks.length === 0 ? [] : [{ block: 1, path: await observationFile(blocks) }];
  const { measured } = await campaignFigures({
    slots,
    blocks: files,
    plan,
    cpuMs: { heavy: 30 },
  });
  return measured;
}

/** Rows on Lambda, one for each latency. */
function rowsWith(latencies: readonly number[], changes: ObservationRow = {}): ObservationRow[] {
  return latencies.map((latency_ms, index) =>
    anObservation({ latency_ms, request_id: `r${index}.${changes.slot ?? 1}`, ...changes }),
  );
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('latency distributions', () => {
  it('pool the rows of all slots, and leave lead-in and ladder out', async () => {
    const { latencies } = await figuresOf([
      ...rowsWith(upTo(100)),
      ...rowsWith(upTo(100), { slot: 2 }),
      ...rowsWith([9999], { lead_in: true, request_id: 'early' }),
      ...rowsWith([9999], { ladder_step: 1, request_id: 'step' }),
    ]);

    expect(latencies).toHaveLength(1);
    expect(latencies[0]).toMatchObject({
      part: 'collection',
      side: 'lambda',
      workload: 'heavy',
      requests: 200,
      good: 200,
      units: 2,
      p50: { valueMs: 50 },
      p95: { valueMs: 95 },
      insideSlo: 200,
    });
    expect(latencies[0]).not.toHaveProperty('p99');
  });

  it('have a curve that stops ten requests below the top', async () => {
    const { latencies } = await figuresOf(rowsWith(upTo(100)));
    const curve = latencies[0]?.curve ?? [];

    expect(curve[0]).toEqual({ share: 0.01, latencyMs: 1 });
    expect(curve.find(({ share }) => share === 0.5)).toEqual({ share: 0.5, latencyMs: 50 });
    expect(curve.at(-1)?.share).toBe(0.89);
  });

  it('count a failure as infinitely slow, in the curve as well', async () => {
    const failed = rowsWith(upTo(40), { is_good: false, outcome: 'failed', status_code: 500 });
    const { latencies } = await figuresOf([
      ...rowsWith(upTo(60).map((ms) => ms + 1000)),
      ...failed.map((row, index) => ({ ...row, request_id: `f${index}` })),
    ]);

    expect(latencies[0]).toMatchObject({ requests: 100, good: 60, p50: { valueMs: 1050 } });
    expect(latencies[0]?.insideSlo).toBe(0);
    expect(latencies[0]?.curve.at(-1)).toEqual({ share: 0.59, latencyMs: 1059 });
  });

  it('are of each arm in the evaluation, over blocks', async () => {
    const of = (arm: string, block: number, latencies: readonly number[]) =>
      rowsWith(latencies, { arm, target: arm, block }).map((row, index) => ({
        ...row,
        request_id: `b${block}.${index}`,
      }));
    const { latencies } = await figuresOf(rowsWith([1]), {
      blocks: [
        ...of('lambda-only', 1, upTo(20)),
        ...of('hybrid', 1, upTo(10)),
        ...of('hybrid', 2, upTo(10)),
      ],
    });

    expect(
      latencies.map(({ part, side, requests, units }) => [part, side, requests, units]),
    ).toEqual([
      ['collection', 'lambda', 1, 1],
      ['evaluation', 'lambda-only', 20, 1],
      ['evaluation', 'hybrid', 20, 2],
    ]);
  });
});

describe('the interval of a quantile', () => {
  const slots = (shiftOf: (slot: number) => number): ObservationRow[] =>
    Array.from({ length: 8 }, (_, index) =>
      rowsWith(
        upTo(50).map((ms) => ms + shiftOf(index + 1)),
        { slot: index + 1 },
      ),
    ).flat();

  it('is a point where all slots are alike, and wide where they differ', async () => {
    const alike = (await figuresOf(slots(() => 0))).latencies[0]?.p50;
    const apart = (await figuresOf(slots((slot) => 10 * slot))).latencies[0]?.p50;

    expect(alike).toEqual({ valueMs: 25, lowerMs: 25, upperMs: 25 });
    expect(apart?.valueMs).toBe(70);
    expect(apart?.lowerMs).toBeLessThan(55);
    expect(apart?.upperMs).toBeGreaterThan(85);
  });

  it('has no upper end where that is a request without a good answer', async () => {
    const rows = upTo(8).flatMap((slot) => {
      const failed = slot > 5 ? { is_good: false, outcome: 'failed' } : {};
      return rowsWith(upTo(20), { slot, ...failed });
    });
    const { p50 } = (await figuresOf(rows)).latencies[0] ?? {};

    // Five slots of good answers, three without any: 80 of 160 requests within 16 ms.
    expect(p50).toMatchObject({ valueMs: 16, lowerMs: expect.any(Number) });
    expect(p50).not.toHaveProperty('upperMs');
  });

  it('does not exist with one slot', async () => {
    const { latencies } = await figuresOf(rowsWith(upTo(40)));

    expect(latencies[0]?.p50).toEqual({ valueMs: 20 });
  });
});

describe('hours and weekdays', () => {
  it('are those of the clock in the plan’s time zone', async () => {
    const plan = aPlan({ schedule: { timezone: 'Asia/Tokyo' } });
    const { hours, weekdays } = await figuresOf(
      [...rowsWith(upTo(20)), ...rowsWith(upTo(20), { slot: 5, planned_at: atHour(4) })],
      { plan },
    );

    // Monday 12:00 UTC is 21:00 in Tokyo; four hours later it is Tuesday there.
    expect(hours.map(({ at, requests }) => [at, requests])).toEqual([
      [1, 20],
      [21, 20],
    ]);
    expect(weekdays.map(({ at }) => at)).toEqual([1, 2]);
  });

  it('have an interval over the slots of an hour, and none for a weekday', async () => {
    const rows = [1, 25, 49].flatMap((slot) =>
      rowsWith(upTo(20), { slot, planned_at: atHour(slot - 1) }),
    );
    const { hours } = await figuresOf(rows);
    const { weekdays } = await figuresOf(
      [1, 2].flatMap((slot) => rowsWith(upTo(20), { slot, planned_at: atHour(slot - 1) })),
    );

    expect(hours).toHaveLength(1);
    expect(hours[0]).toMatchObject({ at: 12, units: 3, requests: 60, p50: { lowerMs: 10 } });
    expect(weekdays[0]).toMatchObject({ at: 1, units: 2 });
    expect(weekdays[0]?.p50).toEqual({ valueMs: 10 });
  });
});

describe('cold starts', () => {
  const cold = { environment_sequence: 1, init_ms: 200, billed_ms: 300 } as const;

  it('are counted by three meanings', async () => {
    const { coldStarts } = await figuresOf([
      // The user waited: 400 ms, of which 100 in the handler and 200 in the init.
      anObservation({ ...cold, request_id: 'a', latency_ms: 400, server_ms: 100 }),
      // The environment was made ready before the request came: no room for its init.
      anObservation({ ...cold, request_id: 'b', latency_ms: 120, server_ms: 100 }),
      // New, and its report has no Init Duration.
      anObservation({ ...cold, init_ms: null, request_id: 'c' }),
      anObservation({ request_id: 'd' }),
    ]);

    expect(coldStarts[0]).toMatchObject({
      workload: 'heavy',
      afterGap: 'with',
      wasNew: { hits: 3, of: 4 },
      hadInit: { hits: 2, of: 4 },
      wasWaitedFor: { hits: 1, of: 4 },
    });
  });

  it('are counted of the requests of which it is known', async () => {
    const { coldStarts } = await figuresOf([
      anObservation({ ...cold, request_id: 'a', latency_ms: 400 }),
      anObservation({
        request_id: 'b',
        environment_sequence: null,
        billed_ms: null,
        server_ms: null,
        outcome: 'timeout',
        is_good: false,
      }),
    ]);

    expect(coldStarts[0]).toMatchObject({
      wasNew: { hits: 1, of: 1 },
      hadInit: { hits: 1, of: 1 },
      wasWaitedFor: { hits: 1, of: 1 },
    });
  });

  it('stand without the rows after a pause beside all of them, Fargate and ladder left out', async () => {
    const { coldStarts } = await figuresOf([
      anObservation({ ...cold, request_id: 'a', after_gap: true }),
      anObservation({ request_id: 'b' }),
      anObservation({ ...cold, request_id: 'c', ladder_step: 1 }),
      anObservation({ request_id: 'd', platform: 'ecs', environment_sequence: 1 }),
    ]);

    expect(coldStarts.map(({ afterGap, wasNew }) => [afterGap, wasNew.hits, wasNew.of])).toEqual([
      ['with', 1, 2],
      ['without', 0, 1],
    ]);
  });

  it('tell how long the init took, by the rule of ten exceedances', async () => {
    const { coldStarts } = await figuresOf(
      upTo(20).map((ms) => anObservation({ ...cold, init_ms: ms, request_id: `r${ms}` })),
    );

    expect(coldStarts[0]?.initMs).toEqual({ p50: 10 });
  });
});

describe('runs', () => {
  it('tell how many rows are joined, explained and neither, in order of time', async () => {
    const { runs } = await figuresOf([
      anObservation({ slot: 2, request_id: 'later' }),
      anObservation({ request_id: 'a' }),
      anObservation({ request_id: 'b', unjoined_reason: 'refused' }),
      anObservation({ request_id: 'c', unjoined_reason: 'missing' }),
      anObservation({ request_id: 'd', outcome: 'not-issued', unjoined_reason: 'not-issued' }),
    ]);

    expect(runs.map(({ run }) => run)).toEqual(['slot-001', 'slot-002']);
    expect(runs[0]).toMatchObject({
      part: 'collection',
      unit: 1,
      rows: 4,
      joined: 1,
      notIssued: 1,
    });
    const { rows = 0, joined = 0, explained = 0 } = runs[0] ?? {};
    expect(rows - joined - explained).toBe(1);
  });

  it('have the lag of their sends', async () => {
    const { runs, plannedSends } = await figuresOf(
      rowsWith(upTo(101)).map((row, index) => ({ ...row, send_lag_ms: index / 10 })),
    );

    expect(runs[0]?.lagMsP50).toBeCloseTo(5);
    expect(runs[0]?.lagMsP99).toBeCloseTo(9.9);
    expect(plannedSends).toBeUndefined();
  });

  it('that were late have their figures from the planned send as well', async () => {
    const late = rowsWith(upTo(40)).map((row) => ({ ...row, send_lag_ms: 990 }));
    const { plannedSends } = await figuresOf(late, {
      blocks: [anObservation({ block: 1, arm: 'hybrid', target: 'hybrid' })],
    });

    expect(plannedSends).toHaveLength(1);
    expect(plannedSends?.[0]).toMatchObject({
      part: 'collection',
      side: 'lambda',
      actual: { p50: { valueMs: 20 }, insideSlo: 40 },
      // The SLO is 1,000 ms: ten requests took 1 to 10 ms from their send.
      planned: { p50: { valueMs: 1010 }, insideSlo: 10 },
    });
  });
});

describe('labels', () => {
  const pairs = (
    count: number,
    name: string,
    changes: Parameters<typeof aPairOfRows>[1],
  ): ObservationRow[] => upTo(count).flatMap((index) => aPairOfRows(`${name}${index}`, changes));
  const fastLambda = { lambda: { latency_ms: 1, marginal_cost_usd: 1e-7 } } as const;

  it('are counted by workload, by day and night, and by step of the ladder', async () => {
    const { labels } = await figuresOf([
      ...pairs(3, 'day', fastLambda),
      ...pairs(1, 'slow', {}),
      ...pairs(4, 'night', { both: { planned_at: atHour(11) } }),
      ...pairs(2, 'step', { ...fastLambda, both: { ladder_step: 2 } }),
    ]);

    expect(
      labels.map(({ group, utilisation, pairs: n, lambdaShare }) => [
        group,
        utilisation,
        n,
        lambdaShare,
      ]),
    ).toEqual([
      ['all', undefined, 8, 3 / 8],
      ['day', undefined, 4, 3 / 4],
      ['night', undefined, 4, 0],
      ['step', 0.5, 2, 1],
    ]);
  });

  it('have an interval over slots when there are several', async () => {
    const rows = upTo(6).flatMap((slot) => [
      ...pairs(slot, `l${slot}.`, { ...fastLambda, both: { slot } }),
      ...pairs(7 - slot, `e${slot}.`, { both: { slot } }),
    ]);
    const all = (await figuresOf(rows)).labels.find(({ group }) => group === 'all');

    expect(all).toMatchObject({ slots: 6, lambdaShare: 0.5 });
    expect(all?.interval?.lower).toBeLessThan(0.4);
    expect(all?.interval?.upper).toBeGreaterThan(0.6);
  });

  it('tell how often a single draw is not what is better on average', async () => {
    const { labelWeights } = await figuresOf([
      ...pairs(30, 'usual', {}),
      ...pairs(10, 'luck', fastLambda),
    ]);

    expect(labelWeights[0]).toMatchObject({ workload: 'heavy', pairs: 40, asMajority: 0.75 });
    // The same latency at a tenth of the cost: 0.4·ln 10.
    expect(labelWeights[0]?.p50).toBeCloseTo(0.4 * Math.log(10));
  });
});

describe('pairs', () => {
  it('tell what coming second does, per workload and platform', async () => {
    const rows = upTo(8).flatMap((slot) => [
      ...aPairOfRows(`a${slot}`, { both: { slot }, lambda: { position: 1, latency_ms: 100 } }),
      ...aPairOfRows(`b${slot}`, { both: { slot }, lambda: { position: 2, latency_ms: 110 } }),
    ]);
    const { positions } = await figuresOf(rows);

    // Fargate was second in every pair.
    expect(positions).toHaveLength(1);
    expect(positions[0]).toMatchObject({ platform: 'lambda', first: 8, second: 8, slots: 8 });
    expect(positions[0]?.logRatio).toBeCloseTo(Math.log(1.1));
    expect(positions[0]?.interval?.lower).toBeCloseTo(Math.log(1.1));
  });

  it('correlate where the same requests are slow on both platforms', async () => {
    const together = upTo(12).flatMap((n) =>
      aPairOfRows(`r${n}`, { lambda: { latency_ms: 10 * n }, ecs: { latency_ms: 3 * n } }),
    );
    const opposed = upTo(12).flatMap((n) =>
      aPairOfRows(`r${n}`, { lambda: { latency_ms: 10 * n }, ecs: { latency_ms: 100 / n } }),
    );

    expect((await figuresOf(together)).pairings[0]).toMatchObject({ pairs: 12, slots: 1 });
    expect((await figuresOf(together)).pairings[0]?.correlation).toBeCloseTo(1);
    expect((await figuresOf(opposed)).pairings[0]?.correlation).toBeCloseTo(-1);
  });

  it('have no correlation where nothing varies, or with a handful', async () => {
    const still = upTo(12).flatMap((n) => aPairOfRows(`r${n}`));
    const few = upTo(9).flatMap((n) => aPairOfRows(`r${n}`, { both: { latency_ms: n } }));

    expect((await figuresOf(still)).pairings).toEqual([]);
    expect((await figuresOf(few)).pairings).toEqual([]);
  });
});

describe('measured rates', () => {
  it('reach from the quietest run to the highest step of the ladder that was climbed', async () => {
    const plan = aPlan({ load: { durationMs: 10_000 } });
    const { rates } = await figuresOf(
      [
        ...rowsWith(upTo(5)),
        ...rowsWith(upTo(20), { slot: 2 }),
        ...rowsWith([1], { ladder_step: 1, request_id: 'step' }),
      ],
      { plan },
    );

    // 5 in 10 s; and 25 % of one vCPU at 30 ms a request.
    expect(rates).toEqual([
      { workload: 'heavy', lowestPerS: 0.5, highestPerS: expect.closeTo(0.25 / 0.03) },
    ]);
  });
});

describe('figures of a campaign', () => {
  it('are empty and not an error where nothing was observed of a workload', async () => {
    const plan = aPlan({
      workloads: [aWorkload({ share: 0.5 }), aWorkload({ name: 'light', share: 0.5 })],
    });
    const { measured } = await campaignFigures({
      slots: [{ slot: 1, path: await observationFile([anObservation()]) }],
      blocks: [],
      plan,
      cpuMs: { heavy: 30, light: 1 },
    });

    expect(measured.latencies.map(({ workload }) => workload)).toEqual(['heavy']);
    expect(measured.labels).toEqual([]);
    expect(measured.pairings).toEqual([]);
  });

  it('are there of an evaluation alone, without a profile', async () => {
    const path = await observationFile([
      anObservation({ block: 1, arm: 'hybrid', target: 'hybrid' }),
    ]);
    const figures = await campaignFigures({
      slots: [],
      blocks: [{ block: 1, path }],
      plan: aPlan(),
      cpuMs: { heavy: 30 },
    });

    expect(figures).not.toHaveProperty('profile');
    expect(figures.measured.latencies).toHaveLength(1);
  });

  it('are the same every time', async () => {
    const rows = upTo(7).flatMap((slot) =>
      rowsWith(
        upTo(25).map((ms) => ms * slot),
        { slot },
      ),
    );

    expect(await figuresOf(rows)).toEqual(await figuresOf(rows));
  });
});
