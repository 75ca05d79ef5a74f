import { describe, expect, test } from 'vitest';
import { LoadState } from '../../src/router/load-state.ts';

describe('the load that is known at sending', () => {
  test('counts requests in flight on each platform, without the one that is about to be sent', () => {
    const load = new LoadState();
    const endFirst = load.begin('collection', 'heavy', 'lambda', 0);
    load.begin('collection', 'heavy', 'lambda', 10);
    load.begin('collection', 'heavy', 'ecs', 20);
    expect(load.columns('collection', 'heavy', 30)).toMatchObject({
      inFlightLambda: 2,
      inFlightEcs: 1,
    });
    endFirst();
    expect(load.columns('collection', 'heavy', 40)).toMatchObject({ inFlightLambda: 1 });
  });

  test('keeps owners and workloads apart', () => {
    const load = new LoadState();
    load.begin('hybrid', 'heavy', 'ecs', 0);
    expect(load.columns('ecs-only', 'heavy', 10)).toMatchObject({ inFlightEcs: 0 });
    expect(load.columns('hybrid', 'light', 10)).toMatchObject({ inFlightEcs: 0 });
  });

  test('has no earlier request to measure from before the first', () => {
    const load = new LoadState();
    load.begin('collection', 'heavy', 'ecs', 1_000);
    const columns = load.columns('collection', 'heavy', 1_250);
    expect(columns).toMatchObject({ sincePreviousEcsMs: 250 });
    expect(columns).not.toHaveProperty('sincePreviousLambdaMs');
  });

  test('forgets what was sent more than a minute ago', () => {
    const load = new LoadState();
    for (let second = 0; second < 120; second += 1) {
      load.begin('collection', 'heavy', 'lambda', second * 1_000);
    }
    expect(load.columns('collection', 'heavy', 119_000).recentRateLambdaPerS).toBeCloseTo(1, 1);
    expect(load.columns('collection', 'heavy', 169_500).recentRateLambdaPerS).toBe(10 / 60);
    expect(load.columns('collection', 'heavy', 300_000).recentRateLambdaPerS).toBe(0);
  });

  test('divides by the time since the first send of the owner while that is shorter', () => {
    const load = new LoadState();
    load.begin('hybrid', 'light', 'lambda', 50_000);
    for (let index = 0; index < 12; index += 1) {
      load.begin('hybrid', 'heavy', 'lambda', 50_000 + index * 250);
    }
    expect(load.columns('hybrid', 'heavy', 53_000).recentRateLambdaPerS).toBe(4);
    expect(load.columns('hybrid', 'light', 53_000).recentRateLambdaPerS).toBeCloseTo(1 / 3);
  });

  test('does not divide the first sends by almost nothing', () => {
    const load = new LoadState();
    load.begin('hybrid', 'heavy', 'lambda', 0);
    expect(load.columns('hybrid', 'heavy', 10).recentRateLambdaPerS).toBe(1);
  });
});
