import { describe, expect, test } from 'vitest';
import type { LoggedRows } from '../../src/domain/models/logged-rows.ts';
import { type Random, randomFor } from '../../src/domain/statistics/random.ts';
import { type PolicyValue, valuePolicies } from '../../src/learning/doubly-robust.ts';

interface World {
  readonly rows: LoggedRows;
  readonly outcome: Float64Array;
  /** What every policy would really have had on these rows, without noise. */
  readonly truth: Readonly<Record<'lambda-only' | 'ecs-only', number>>;
}

/**
 * Under load everything takes longer, Lambda by 0.1 less than Fargate at every load; and whoever
 * sent the requests gave the busy times to Lambda, so that it looks slower.
 */
function confounded(
  seed: number,
  { sessions = 20, rowsOfSession = 100, busiest = 0.85 } = {},
): World {
  const random = randomFor(seed, 'confounded');
  const count = sessions * rowsOfSession;
  const rows = emptyRows(count, sessions);
  const outcome = new Float64Array(count);
  const sums = { lambda: 0, ecs: 0 };
  for (let row = 0; row < count; row += 1) {
    const load = Math.floor(3 * random());
    const isLambda = random() < 0.5 + (busiest - 0.5) * (load - 1);
    rows.session[row] = Math.floor(row / rowsOfSession);
    rows.ratePerS[row] = load;
    rows.payloadBytes[row] = 1000;
    rows.platform[row] = isLambda ? 1 : 0;
    outcome[row] = 4 + load + (isLambda ? -0.1 : 0) + 0.3 * normal(random);
    sums.lambda += 3.9 + load;
    sums.ecs += 4 + load;
  }
  return {
    rows,
    outcome,
    truth: { 'lambda-only': sums.lambda / count, 'ecs-only': sums.ecs / count },
  };
}

function emptyRows(rowCount: number, sessions: number): LoggedRows {
  return {
    rowCount,
    workloads: ['w'],
    workload: new Int32Array(rowCount),
    platform: new Uint8Array(rowCount),
    session: new Int32Array(rowCount),
    sessions,
    payloadBytes: new Float64Array(rowCount),
    ratePerS: new Float64Array(rowCount),
  };
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function valued(values: readonly PolicyValue[], policy: string): PolicyValue {
  return values.find((value) => value.policy === policy) ?? expect.fail(`no ${policy}`);
}

describe('requests that were not assigned by chance', () => {
  test('the interval covers the truth, where the plain average says the opposite', () => {
    let covered = 0;
    const worlds = 20;
    for (let seed = 1; seed <= worlds; seed += 1) {
      const { rows, outcome, truth } = confounded(seed);
      const { values } = valuePolicies(rows, outcome);
      for (const policy of ['lambda-only', 'ecs-only'] as const) {
        const { value } = valued(values, policy);
        const { lower, upper } = value?.interval ?? expect.fail();
        if (lower <= truth[policy] && truth[policy] <= upper) covered += 1;
      }
      const [lambda, ecs] = [valued(values, 'lambda-only'), valued(values, 'ecs-only')];
      expect((lambda.naive ?? 0) - (ecs.naive ?? 0)).toBeGreaterThan(0.5);
      expect((lambda.value?.mean ?? 0) - (ecs.value?.mean ?? 0)).toBeLessThan(0);
    }
    // 95 % intervals: of 40, fewer than 34 would come by chance once in two thousand times.
    expect(covered).toBeGreaterThanOrEqual(34);
  });

  test('best-static takes the better platform, and a policy of one’s own is valued beside it', () => {
    const { rows, outcome, truth } = confounded(1);
    const { bestStatic, values, notEvaluableShare } = valuePolicies(rows, outcome, {
      mine: (row) => (rows.ratePerS[row] === 0 ? 1 : 0),
    });
    expect(notEvaluableShare).toBe(0);
    expect(bestStatic).toEqual({ w: 'lambda' });
    expect(valued(values, 'best-static').value?.mean).toBeCloseTo(truth['lambda-only'], 1);
    const mine = valued(values, 'mine').value?.mean ?? 0;
    expect(mine).toBeCloseTo(truth['ecs-only'] - 0.1 / 3, 1);
  });

  test('the same rows have the same values every time', () => {
    const { rows, outcome } = confounded(3);
    expect(valuePolicies(rows, outcome)).toEqual(valuePolicies(rows, outcome));
  });
});

describe('what the rows cannot tell', () => {
  test('cells that one platform hardly ever got are counted out, and the value is bounded', () => {
    const { rows, outcome, truth } = confounded(1, { busiest: 0.98 });
    const { notEvaluableShare, values } = valuePolicies(rows, outcome);
    expect(notEvaluableShare).toBeGreaterThan(0.6);
    expect(notEvaluableShare).toBeLessThan(0.75);
    const { bounds } = valued(values, 'lambda-only');
    expect(bounds.lower).toBeLessThan(truth['lambda-only']);
    expect(bounds.upper).toBeGreaterThan(truth['lambda-only']);
    const { least, most } = { least: Math.min(...outcome), most: Math.max(...outcome) };
    expect(bounds.lower).toBeGreaterThan(least);
    expect(bounds.upper).toBeLessThan(most);
  });

  test('sessions of one platform each tell nothing of the other', () => {
    const { rows, outcome } = confounded(1, { sessions: 2 });
    const apart = { ...rows, platform: Uint8Array.from(rows.session) };
    const { notEvaluableShare, values, bestStatic } = valuePolicies(apart, outcome);
    expect(notEvaluableShare).toBe(1);
    expect(valued(values, 'lambda-only').value).toBeUndefined();
    expect(bestStatic).toEqual({});
  });

  test('one session has a value and no interval', () => {
    const { rows, outcome } = confounded(1, { sessions: 1, rowsOfSession: 2000 });
    const { value } = valued(valuePolicies(rows, outcome).values, 'ecs-only');
    expect(value?.interval).toBeUndefined();
    expect(value?.rows).toBe(2000);
  });
});
