import { expect, test } from 'vitest';
import { RecordedLoad } from '../../src/router/recorded-load.ts';

const light = { workload: 'light', estimatedExecutionMs: 50 };
const heavy = { workload: 'heavy', estimatedExecutionMs: 2_000 };

test('every request goes to both platforms, and the first one meets nothing', () => {
  const load = new RecordedLoad();
  expect(load.next({ ...light, atMs: 0 })).toEqual({
    inFlightLambda: 0,
    inFlightEcs: 0,
    recentRateLambdaPerS: 0,
    recentRateEcsPerS: 0,
  });
  expect(load.next({ ...light, atMs: 40 })).toEqual({
    inFlightLambda: 1,
    inFlightEcs: 1,
    recentRateLambdaPerS: 1,
    recentRateEcsPerS: 1,
    sincePreviousLambdaMs: 40,
    sincePreviousEcsMs: 40,
  });
});

test('a request is in flight for its estimated execution time, whatever came after it', () => {
  const load = new RecordedLoad();
  load.next({ ...heavy, atMs: 0 });
  load.next({ ...heavy, estimatedExecutionMs: 100, atMs: 10 });
  expect(load.next({ ...heavy, atMs: 109 }).inFlightEcs).toBe(2);
  expect(load.next({ ...heavy, atMs: 110 }).inFlightEcs).toBe(2);
  expect(load.next({ ...heavy, atMs: 1_999 }).inFlightEcs).toBe(3);
  expect(load.next({ ...heavy, atMs: 2_000 }).inFlightEcs).toBe(3);
});

test('only the own workload counts', () => {
  const load = new RecordedLoad();
  load.next({ ...heavy, atMs: 0 });
  expect(load.next({ ...light, atMs: 1 }).inFlightEcs).toBe(0);
});

test('after an hour without any request counting begins anew', () => {
  const load = new RecordedLoad();
  load.next({ ...heavy, estimatedExecutionMs: 1e9, atMs: 0 });
  const hourMs = 3_600_000;
  expect(load.next({ ...heavy, atMs: hourMs }).sincePreviousEcsMs).toBe(hourMs);
  const later = load.next({ ...heavy, atMs: 2 * hourMs + 1 });
  expect(later).toMatchObject({ inFlightEcs: 0, recentRateEcsPerS: 0 });
  expect(later.sincePreviousEcsMs).toBeUndefined();
});
