import { describe, expect, it } from 'vitest';
import { ceilingOf, findFindings } from '../../../src/dataset/description/detectors.ts';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { madeRows } from '../made-rows.ts';

/** Rows of two workloads over 6 slots, a coin for a label. */
function coinRows(
  features: (random: () => number, label: 0 | 1) => Record<string, number>,
  count = 600,
) {
  const random = randomFor(7, 'coin');
  const moreFeatures = ['queue_ms'];
  return madeRows(
    count,
    (row) => {
      const label = random() < 0.5 ? 1 : 0;
      return {
        workload: row % 2,
        slot: 1 + Math.floor((6 * row) / count),
        label,
        features: features(random, label),
      };
    },
    { moreFeatures },
  );
}

describe('too few rows', () => {
  it.each([0, 58])('are found with %d pairs', async (count) => {
    const rows = madeRows(count, (row) => ({ label: row % 2 === 0 ? 0 : 1 }));

    expect(await findFindings(rows)).toEqual([
      { kind: 'too-few-rows', message: expect.stringContaining(`${count} pairs`) },
    ]);
  });

  it('are found with 14 of the smaller class, and not with 15', async () => {
    const rows = (lambda: number) => madeRows(200, (row) => ({ label: row < lambda ? 1 : 0 }));

    expect(await findFindings(rows(14))).toEqual([
      { kind: 'too-few-rows', message: expect.stringContaining('14 pairs that Lambda won') },
    ]);
    expect(await findFindings(rows(15))).toEqual([]);
  });
});

describe('a static label', () => {
  it('is found when the label is a function of the workload', async () => {
    const rows = madeRows(200, (row) => ({ workload: row % 2, label: row % 2 === 0 ? 0 : 1 }));

    expect(await findFindings(rows)).toEqual([
      { kind: 'static', message: expect.stringContaining('100.0 % of 200 pairs') },
    ]);
  });

  it('is found when the label is a function of the workload with rare exceptions', async () => {
    const rows = madeRows(400, (row) => {
      const workload = row % 2;
      return { workload, label: row < 3 ? 0 : workload === 0 ? 0 : 1 };
    });

    expect(await findFindings(rows)).toEqual([expect.objectContaining({ kind: 'static' })]);
  });

  it('is found when one class has less than 5 %, and not when it has 5 %', async () => {
    const rows = (ecs: number) => madeRows(400, (row) => ({ label: row < ecs ? 0 : 1 }));

    expect(await findFindings(rows(19))).toEqual([
      { kind: 'static', message: expect.stringContaining('Lambda was better for 95.3 %') },
    ]);
    expect(await findFindings(rows(20))).toEqual([]);
  });
});

describe('a leak', () => {
  it('is a feature that contains the answer', async () => {
    const rows = coinRows((random, label) => ({
      in_flight_ecs: Math.floor(random() * 3),
      recent_rate_ecs_per_s: random(),
      queue_ms: label === 1 ? 50 + random() : 10 + random(),
    }));

    expect(await findFindings(rows)).toEqual([
      { kind: 'leak', feature: 'queue_ms', message: expect.stringContaining('"queue_ms" alone') },
    ]);
  });

  it('may hide in a feature that is allowed', async () => {
    const rows = coinRows((random, label) => ({ since_previous_lambda_ms: label + random() / 2 }));

    expect(await findFindings(rows)).toEqual([
      expect.objectContaining({ kind: 'leak', feature: 'since_previous_lambda_ms' }),
    ]);
  });

  it.each([600, 130])(
    'is not a load that decides: the ceiling knows it too (%d rows)',
    async (count) => {
      const rows = coinRows(
        (random, label) => ({
          in_flight_ecs: random() < 0.95 ? 3 * label : 1,
          recent_rate_ecs_per_s: random(),
        }),
        count,
      );

      expect(await findFindings(rows)).toEqual([]);
    },
  );

  it('is not a feature that helps as much as a feature can', async () => {
    const rows = coinRows((random, label) => ({
      since_previous_lambda_ms: random() < 0.7 ? label : 1 - label,
    }));

    expect(await findFindings(rows)).toEqual([]);
  });
});

describe('the ceiling', () => {
  it('is the share of the majority when load and payload tell nothing', async () => {
    const rows = madeRows(600, (row) => ({ slot: 1 + (row % 6), label: row % 3 === 0 ? 1 : 0 }));

    expect((await ceilingOf(rows)).bracket).toEqual([2 / 3, 2 / 3]);
  });

  it('is 1 when the load of the service decides', async () => {
    const rows = madeRows(600, (row) => ({
      slot: 1 + Math.floor(row / 100),
      label: row % 2 === 0 ? 1 : 0,
      features: { in_flight_ecs: row % 2 },
    }));

    expect((await ceilingOf(rows)).bracket).toEqual([1, 1]);
  });

  it('is a bracket: a coin is guessed better in-sample than across slots', async () => {
    const {
      bracket: [crossFitted, inSample],
    } = await ceilingOf(
      coinRows((random) => ({ recent_rate_ecs_per_s: random(), payload_bytes: random() }), 2400),
    );

    expect(crossFitted).toBeLessThan(inSample);
    expect(crossFitted).toBeGreaterThan(0.4);
    expect(crossFitted).toBeLessThan(0.6);
  });

  it('leaves whole slots out: what holds in one slot only is no rule', async () => {
    // In every slot another workload wins everything.
    const rows = madeRows(400, (row) => {
      const slot = row < 200 ? 1 : 2;
      return { slot, workload: row % 2, label: (row + slot) % 2 === 0 ? 1 : 0 };
    });

    expect((await ceilingOf(rows)).bracket).toEqual([0, 0.5]);
  });

  it('sees the high load of a ladder although the workloads take turns with it', async () => {
    // Five workloads over 25 slots: every fifth slot has the ladder of the same one.
    const rows = madeRows(
      2500,
      (row) => {
        const [slot, workload] = [1 + Math.floor(row / 100), row % 5];
        const isBusy = (slot - 1) % 5 === workload;
        return {
          slot,
          workload,
          label: isBusy ? 1 : 0,
          features: { in_flight_ecs: isBusy ? 9 : 0 },
        };
      },
      { workloads: ['a', 'b', 'c', 'd', 'e'] },
    );

    expect((await ceilingOf(rows)).bracket).toEqual([1, 1]);
  });
});
