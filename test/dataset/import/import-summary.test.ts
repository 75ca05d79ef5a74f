import { describe, expect, test } from 'vitest';
import { missingOfList } from '../../../src/dataset/import/planned-rows.ts';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { aForm, anImport, aRequest, type FormRow } from './import-builders.ts';

/** Pairs in sessions of an hour: 20 each, Fargate `ratio` times as slow, alternately first. */
function pairsOf(sessions: number, { ratio = 1.5, second = 1 } = {}): FormRow[] {
  const random = randomFor(1, 'pairs');
  return Array.from({ length: sessions * 20 }, (_, index) => {
    const atS = Math.floor(index / 20) * 7200 + (index % 20) * 30;
    const base = 100 * Math.exp(0.1 * (random() - 0.5));
    const order = index % 2 === 0 ? ['lambda', 'ecs'] : ['ecs', 'lambda'];
    return order.map((platform, position) => ({
      id: `${index}-${platform}`,
      atS: atS + 0.25 * position,
      platform,
      latencyMs: base * (platform === 'ecs' ? ratio : 1) * (position === 1 ? second : 1),
      more: { pair_id: `p${index}` },
    }));
  }).flat();
}

describe('order in time', () => {
  test('pairs run at the same time, and their position effect is found', async () => {
    const { summary } = await anImport(aRequest(await aForm(pairsOf(8, { second: 1.1 }))));
    const { order, findings, sessions } = await summary();
    expect(sessions).toBe(8);
    expect(order.kind).toBe('at-the-same-time');
    for (const platform of ['lambda', 'ecs'] as const) {
      const effect = order.position[platform];
      expect(effect?.mean).toBeCloseTo(Math.log(1.1), 1);
      expect(effect?.interval?.lower).toBeGreaterThan(0.05);
    }
    expect(findings.map(({ kind }) => kind)).toEqual(['position-effect', 'position-effect']);
  });

  test('without a position effect there is no such finding', async () => {
    const { summary } = await anImport(aRequest(await aForm(pairsOf(8))));
    expect((await summary()).findings).toEqual([]);
  });

  test('platforms in sessions of their own allow no confident verdict', async () => {
    const rows = pairsOf(4).map((row) => ({
      ...row,
      atS: row.platform === 'ecs' ? row.atS + 100_000 : row.atS,
      more: {},
    }));
    const { summary } = await anImport(aRequest(await aForm(rows)));
    const { order, findings } = await summary();
    expect(order).toMatchObject({ kind: 'one-after-the-other', overlap: 0, position: {} });
    expect(findings[0]?.message).toContain('No confident verdict');
  });

  test('stretches within one session are told from interleaving, and their position is tested', async () => {
    // In every hour first one platform and then the other, in changing order; second is 20 % slower.
    const rows = Array.from({ length: 8 }, (_, hour) => hour).flatMap((hour) =>
      Array.from({ length: 100 }, (_, index): FormRow => {
        const isSecond = index >= 50;
        const platform = isSecond === (hour % 2 === 0) ? 'ecs' : 'lambda';
        return {
          id: `${hour}-${index}`,
          atS: hour * 7200 + index * 20,
          platform,
          latencyMs: (isSecond ? 120 : 100) * (1 + 0.001 * ((hour * 7) % 5)),
          more: { session: `h${hour}` },
        };
      }),
    );
    const { summary } = await anImport(aRequest(await aForm(rows)));
    const { order } = await summary();
    expect(order.kind).toBe('one-after-the-other');
    expect(order.position.lambda?.mean).toBeCloseTo(Math.log(1.2), 2);
    expect(order.position.ecs?.interval?.lower).toBeGreaterThan(0.15);
  });

  test('windows that the file names are stretches of their own', async () => {
    const rows = pairsOf(4).map((row) => ({
      ...row,
      atS: row.platform === 'ecs' ? row.atS + 700 : row.atS,
      more: {
        session: `s${Math.floor(row.atS / 7200)}`,
        window: row.platform === 'ecs' ? 'b' : 'a',
      },
    }));
    const { summary } = await anImport(aRequest(await aForm(rows)));
    expect((await summary()).order.kind).toBe('one-after-the-other');
  });
});

describe('pairs', () => {
  test('tell the ratio with an interval over sessions, and who wins when there are costs', async () => {
    const rows = pairsOf(8).map((row) => ({ ...row, more: { ...row.more, cost_usd: 1e-6 } }));
    const { summary } = await anImport(aRequest(await aForm(rows)));
    const [contrast] = (await summary()).contrasts;
    expect(contrast?.pairs).toBe(160);
    expect(contrast?.latency.mean).toBeCloseTo(-Math.log(1.5), 6);
    expect(contrast?.latency.interval?.upper).toBeLessThan(0);
    expect(contrast?.cost?.mean).toBe(0);
    expect(contrast?.lambdaShare?.mean).toBe(1);
    expect(contrast?.weight?.mean).toBeCloseTo(0.6 * Math.log(1.5), 6);
  });

  test('are made of equal request ids where there is no pair id', async () => {
    const rows = [
      { id: 'a', atS: 0 },
      { id: 'a', atS: 0.2, platform: 'ecs' },
      { id: 'b', atS: 9 },
    ];
    const { summary } = await anImport(aRequest(await aForm(rows)));
    expect(await summary()).toMatchObject({ pairs: 1, unpairedRows: 1 });
  });

  test('are of one workload: two kinds of requests of an iteration are none', async () => {
    const more = { pair_id: 'p' };
    const rows: FormRow[] = [
      { id: 'a', atS: 0, workload: 'v', more },
      { id: 'b', atS: 0.2, workload: 'w', platform: 'ecs', more },
    ];
    const { summary } = await anImport(aRequest(await aForm(rows)));
    expect(await summary()).toMatchObject({ pairs: 0, unpairedRows: 2, planned: [] });
  });

  test('a failure counts as the deadline, however fast it failed', async () => {
    const rows: FormRow[] = [
      { id: 'a', atS: 0, status: 500, latencyMs: 3 },
      { id: 'a', atS: 0.2, platform: 'ecs', latencyMs: 290 },
    ];
    const { summary } = await anImport(aRequest(await aForm(rows)));
    expect((await summary()).contrasts[0]?.latency.mean).toBeCloseTo(Math.log(100), 6);
  });
});

describe('what is not in the log', () => {
  test('is the first finding: by counts, and by pairs with one side', async () => {
    const rows = pairsOf(6).filter(({ id }) => id !== '7-ecs');
    const { summary } = await anImport(aRequest(await aForm(rows)));
    const { planned, findings } = await summary([
      { requests: 240 },
      { platform: 'lambda', workload: 'w', requests: 150 },
    ]);
    expect(planned).toMatchObject([
      { requests: 240, found: 239, missing: 1, source: 'count' },
      { platform: 'lambda', requests: 150, found: 120, missing: 30 },
      { platform: 'ecs', workload: 'w', requests: 120, found: 119, missing: 1, source: 'pairs' },
    ]);
    expect(findings[0]).toMatchObject({
      kind: 'missing-requests',
      message: expect.stringContaining('lacks 1 of 240 planned requests (0.4 %)'),
    });
  });

  test('can be told by a list of planned ids', async () => {
    const { database } = await anImport(
      aRequest(
        await aForm([
          { id: 'a', atS: 0 },
          { id: 'b', atS: 1, platform: 'ecs' },
        ]),
      ),
    );
    expect(await missingOfList(database, ['a', 'b', 'c'])).toMatchObject([
      { platform: 'lambda', requests: 3, found: 1, missing: 2 },
      { platform: 'ecs', requests: 3, found: 1, missing: 2 },
    ]);
  });

  test('a thousand requests without one failure are doubted', async () => {
    const rows = Array.from({ length: 1000 }, (_, index) => ({ id: `${index}`, atS: index }));
    const { summary } = await anImport(aRequest(await aForm(rows)));
    expect((await summary()).findings.map(({ kind }) => kind)).toContain('no-failures');
  });
});
