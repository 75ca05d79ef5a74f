import { describe, expect, test } from 'vitest';
import { findLeak } from '../../src/learning/leak.ts';
import { labelledRows, type PairFacts } from './builders.ts';

/** In each of two workloads, Lambda wins the given share of 500 pairs, whatever the features are. */
function noisyRows(lambdaShare: Readonly<Record<string, number>>) {
  return labelledRows(
    Object.entries(lambdaShare).flatMap(([workload, share]) =>
      Array.from({ length: 500 }, (_, row): PairFacts => {
        const isLambda = (row * 7919) % 500 < share * 500;
        return {
          slot: 5,
          workload,
          payloadBytes: (row * 31) % 100,
          utilityLambda: isLambda ? 1 : 2,
          utilityEcs: isLambda ? 2 : 1,
        };
      }),
    ),
  );
}

describe('a model that knows too much', () => {
  const importance = { payload_bytes: 0.2, recent_rate_ecs_per_s: 0.8 };

  test('is a leak, named by its most important feature', () => {
    const rows = noisyRows({ light: 0.7, heavy: 0.7 });
    const finding = findLeak(rows, { accuracy: 0.99, ceilingInSample: 0.75, importance });
    expect(finding).toMatchObject({
      kind: 'leak',
      feature: 'recent_rate_ecs_per_s',
      message: expect.stringMatching(/99\.0 % of 1000 rows .* 75\.0 %/),
    });
  });

  test('is none within what chance allows above the ceiling', () => {
    const rows = noisyRows({ light: 0.7, heavy: 0.7 });
    expect(findLeak(rows, { accuracy: 0.78, ceilingInSample: 0.75, importance })).toBeUndefined();
  });

  test('is none where it has more to go by than the cells, however many rows show it', () => {
    const rows = noisyRows({ light: 0.88, heavy: 0.89 });
    const judged = { accuracy: 0.94, ceilingInSample: 0.885, importance };
    expect(findLeak(rows, judged)).toBeUndefined();
    expect(findLeak(rows, { ...judged, accuracy: 0.97 })).toMatchObject({ kind: 'leak' });
  });

  test('is none where the judged slots are easier than the whole', () => {
    const rows = noisyRows({ light: 0.98, heavy: 0.02 });
    expect(findLeak(rows, { accuracy: 0.98, ceilingInSample: 0.75, importance })).toBeUndefined();
  });
});
