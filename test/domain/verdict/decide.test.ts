import { describe, expect, it } from 'vitest';
import { decideVerdict, type VerdictQuestion } from '../../../src/domain/verdict/decide.ts';
import type { ArmCell, Verdict } from '../../../src/domain/verdict/verdict.ts';
import { aCell, aCost, aPlan, aWorkload, measuredArms } from '../evaluation-builders.ts';

const slo = { latencyMs: 500, attainment: 0.95 };
const withSlo = aPlan({ workloads: [aWorkload({ slo })] });

function decide(changes: Partial<VerdictQuestion>): Verdict {
  return decideVerdict({
    plan: withSlo,
    cells: [],
    costs: [],
    arms: [],
    skipped: [],
    seed: 1,
    resamples: 400,
    ...changes,
  });
}

/** Costs that go up and down by 5 % from block to block, each arm in its own order. */
function around(usd: number, phase: number): (block: number) => number {
  return (block) => usd * (1 + 0.05 * Math.sin(block * 2.4 + phase));
}

function contrastOf(verdict: Verdict, arm: string, against: string) {
  return verdict.contrasts.find((one) => one.arm === arm && one.against === against);
}

/** Replaces the cells of one arm. */
function changed(cells: readonly ArmCell[], arm: string, changes: Partial<ArmCell>): ArmCell[] {
  return cells.map((cell) => (cell.arm === arm ? { ...cell, ...changes } : cell));
}

describe('the answer', () => {
  it('is the cheapest arm that is fast enough, decided when it beats every other such arm', () => {
    const measured = measuredArms(12, {
      'lambda-only': around(1.2, 0),
      'ecs-only': around(1.5, 2),
      hybrid: around(1, 4),
      'best-static': around(1.3, 1),
    });
    const verdict = decide(measured);
    expect(verdict).toMatchObject({ answer: 'hybrid', isDecided: true, share: 1, blocks: 12 });
    expect(contrastOf(verdict, 'hybrid', 'lambda-only')?.cost).toMatchObject({
      contrast: 'materially-better',
    });
    expect(contrastOf(verdict, 'hybrid', 'lambda-only')?.cost.ratio).toBeCloseTo(1 / 1.2, 2);
    expect(verdict.sentence).toMatch(
      /^Hybrid is the cheapest arm that is fast enough: all-in \$50\.\d per 1,000 good requests, 1\d % cheaper \(95 % interval \d+ to \d+ %\) than lambda-only, .* over 12 blocks\./,
    );
  });

  it('is not decided when another arm may be as cheap, and says what would decide it', () => {
    const measured = measuredArms(12, {
      'lambda-only': around(1.01, 0),
      'ecs-only': around(1, 2),
    });
    const verdict = decide(measured);
    expect(verdict).toMatchObject({ answer: 'ecs-only', isDecided: false });
    expect(verdict.share).toBeLessThan(0.95);
    expect(verdict.sentence).toMatch(/^Undecided, with ecs-only in front: all-in \$49\.\d per/);
    expect(verdict.sentence).toMatch(
      /tell differences from \d.* % on \(planned: \d.*about \d+ blocks/,
    );
  });

  it('is not the cheaper arm when that one is too slow', () => {
    const measured = measuredArms(12, { 'lambda-only': around(1, 0), 'ecs-only': around(2, 2) });
    const cells = changed(measured.cells, 'lambda-only', { insideSlo: 10 });
    const verdict = decide({ ...measured, cells });
    expect(verdict).toMatchObject({ answer: 'ecs-only', isDecided: true });
    expect(verdict.sentence).toContain('the only arm that is fast enough');
    expect(verdict.sentence).toContain(
      'Lambda-only ($50.0) is not fast enough: heavy: 50 % of 240 requests within the SLO, 95 % needed.',
    );
  });

  it('is absent when no arm is fast enough', () => {
    const measured = measuredArms(12, { 'lambda-only': () => 1 }, { insideSlo: 5 });
    const verdict = decide(measured);
    expect(verdict.answer).toBeUndefined();
    expect(verdict).toMatchObject({ isDecided: false, share: 1 });
    expect(verdict.sentence).toMatch(/^No answer: no arm is fast enough, over 12 blocks\./);
  });

  it('keeps too few requests apart from too slow', () => {
    const few = measuredArms(8, { 'lambda-only': () => 1 }, { requests: 7 });
    const verdict = decide(few);
    expect(verdict.arms[0]?.workloads[0]).toMatchObject({
      attainment: 1,
      isFastEnough: false,
      finding: 'not-shown',
    });
    expect(verdict.isDecided).toBe(false);
    expect(verdict.sentence).toContain('no arm is shown to be fast enough');
    expect(verdict.sentence).toContain('too few requests to show that it is fast enough');
    expect(verdict.sentence).toContain('59 without a miss are needed');
    const enough = decide(measuredArms(8, { 'lambda-only': () => 1 }, { requests: 8 }));
    expect(enough).toMatchObject({ answer: 'lambda-only', isDecided: true });
  });

  it('is not decided while one fast-enough test depends on which blocks were drawn', () => {
    const measured = measuredArms(12, { 'lambda-only': around(1, 0), 'ecs-only': around(2, 2) });
    // Half of the blocks of the dearer arm are perfect, the others just below: 95.5 % in all.
    const cells = measured.cells.map((cell) =>
      cell.arm === 'ecs-only' && cell.block % 2 === 0
        ? { ...cell, requests: 100, good: 100, insideSlo: 91 }
        : { ...cell, requests: 100, good: 100, insideSlo: 100 },
    );
    const verdict = decide({ ...measured, cells });
    expect(verdict).toMatchObject({ answer: 'lambda-only', isDecided: false });
    expect(verdict.arms[1]?.fastEnoughStability).toBeLessThan(0.95);
    expect(verdict.sentence).toContain('Whether ecs-only is fast enough is too close to call');
  });

  it('without an SLO is as fast as the fastest arm within the margin', () => {
    const fast = Array.from({ length: 20 }, (_, index) => 100 + index);
    const measured = measuredArms(12, { 'lambda-only': around(1, 0), 'ecs-only': around(2, 2) });
    const factor = (times: number) =>
      decide({
        ...measured,
        plan: aPlan(),
        cells: changed(changed(measured.cells, 'ecs-only', { latenciesMs: fast }), 'lambda-only', {
          latenciesMs: fast.map((latencyMs) => latencyMs * times),
        }),
      });
    expect(factor(1.05)).toMatchObject({ answer: 'lambda-only', isDecided: true });
    expect(factor(1.5)).toMatchObject({ answer: 'ecs-only', isDecided: true });
    expect(factor(1.5).arms[0]?.workloads[0]?.finding).toBe('missed');
  });
});

describe('a winning hybrid', () => {
  const cheap = { hybrid: around(1, 4), 'lambda-only': around(1.5, 0), 'ecs-only': around(1.5, 2) };

  it('must also have met best-static', () => {
    expect(decide(measuredArms(12, cheap))).toMatchObject({ answer: 'hybrid', isDecided: false });
  });

  it('need not meet a best-static that was left out with a reason, which is repeated', () => {
    const skipped = [{ arm: 'best-static', reason: 'it equals lambda-only' }] as const;
    const verdict = decide({ ...measuredArms(12, cheap), skipped });
    expect(verdict).toMatchObject({ answer: 'hybrid', isDecided: true });
    expect(verdict.sentence).toContain('Best-static was not run: it equals lambda-only.');
  });

  it('does not win against a best-static that is as cheap', () => {
    const measured = measuredArms(12, { ...cheap, 'best-static': around(1.02, 1) });
    expect(decide(measured)).toMatchObject({ answer: 'hybrid', isDecided: false });
  });
});

describe('arms that did the same', () => {
  it('are one answer, under the simpler name', () => {
    const measured = measuredArms(12, {
      'lambda-only': around(1.01, 0),
      'ecs-only': around(2, 2),
      hybrid: around(1, 4),
    });
    const cells = changed(measured.cells, 'hybrid', { lambdaRequests: 20, ecsRequests: 0 });
    const costs = measured.costs.map((cost) => ({
      ...cost,
      ecsIdleUsd: cost.arm === 'ecs-only' ? 0.1 : 0,
    }));
    const verdict = decide({ ...measured, cells, costs });
    expect(verdict).toMatchObject({ answer: 'lambda-only', isDecided: true, share: 1 });
    expect(verdict.twins).toEqual([{ arm: 'hybrid', of: 'lambda-only' }]);
    expect(verdict.sentence).toContain(
      'Hybrid sent at least 99 % of its requests where lambda-only did: no router is needed.',
    );
  });

  it('are not the same when one pays for a service that it did not use', () => {
    const measured = measuredArms(12, { 'lambda-only': around(1, 0), hybrid: around(1.5, 4) });
    const cells = changed(measured.cells, 'hybrid', { lambdaRequests: 20, ecsRequests: 0 });
    expect(decide({ ...measured, cells }).twins).toEqual([]);
  });
});

describe('the figures of an arm', () => {
  it('pool the requests of all blocks', () => {
    const cells = [
      aCell({ block: 1, latenciesMs: Array.from({ length: 100 }, (_, index) => index + 1) }),
      aCell({ block: 2, latenciesMs: Array.from({ length: 300 }, (_, index) => index + 101) }),
    ];
    const costs = [aCost({ block: 1, good: 100 }), aCost({ block: 2, good: 300, allInUsd: 3 })];
    const [arm] = decide({ cells, costs, arms: ['lambda-only'] }).arms;
    expect(arm?.workloads[0]).toMatchObject({ p50: 200, p75: 300, p90: 360, p95: 380 });
    expect(arm?.workloads[0]).not.toHaveProperty('p99');
    expect(arm).toMatchObject({ requests: 400, good: 400, lambdaShare: 1 });
    expect(arm?.costPer1000Usd).toBeCloseTo(10, 10);
    expect(arm?.cost).toMatchObject({ hours: 2, allInUsd: 4 });
  });

  it('print no quantile that lies in failed requests', () => {
    const measured = measuredArms(12, { 'lambda-only': () => 1 }, { good: 17 });
    const [workload] = decide(measured).arms[0]?.workloads ?? [];
    expect(workload).toMatchObject({ p50: 109, p75: 114 });
    expect(workload).not.toHaveProperty('p90');
  });

  it('stay numbers when no request was good', () => {
    const measured = measuredArms(12, { 'lambda-only': () => 1, 'ecs-only': () => 2 }, { good: 0 });
    const verdict = decide(measured);
    expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
    expect(verdict.arms[0]?.costPer1000Usd).toBeCloseTo(12_000, 6);
  });
});

describe('the latency contrast', () => {
  it('uses the highest quantile that every arm and workload can print', () => {
    const arms = { 'lambda-only': () => 1, 'ecs-only': () => 1 };
    expect(decide(measuredArms(10, arms, { requests: 20 })).quantile).toBe('p95');
    expect(decide(measuredArms(10, arms, { requests: 19 })).quantile).toBe('p90');
    expect(decide(measuredArms(10, arms, { requests: 4 })).quantile).toBe('p75');
    expect(decide(measuredArms(10, arms, { requests: 2 })).quantile).toBe('p50');
    expect(decide(measuredArms(9, arms, { requests: 2 })).quantile).toBeUndefined();
  });

  it('weighs the log ratios of the workloads by their shares', () => {
    const workloads = [
      aWorkload({ name: 'light', share: 0.75 }),
      aWorkload({ name: 'heavy', share: 0.25 }),
    ];
    const latencies = (ms: number) => Array.from({ length: 40 }, () => ms);
    const cells = Array.from({ length: 8 }, (_, index) => index + 1).flatMap((block) => [
      aCell({ block, workload: 'light', latenciesMs: latencies(200) }),
      aCell({ block, workload: 'heavy', latenciesMs: latencies(1000) }),
      aCell({ block, arm: 'ecs-only', workload: 'light', latenciesMs: latencies(100) }),
      aCell({ block, arm: 'ecs-only', workload: 'heavy', latenciesMs: latencies(3000) }),
    ]);
    const { costs } = measuredArms(8, { 'lambda-only': () => 1, 'ecs-only': () => 2 });
    const verdict = decide({
      plan: aPlan({ workloads }),
      cells,
      costs,
      arms: ['lambda-only', 'ecs-only'],
    });
    const latency =
      contrastOf(verdict, 'lambda-only', 'ecs-only')?.latency ??
      contrastOf(verdict, 'ecs-only', 'lambda-only')?.latency;
    const log = 0.75 * Math.log(2) + 0.25 * Math.log(1 / 3);
    expect(Math.abs(Math.log(latency?.ratio ?? 0))).toBeCloseTo(log, 10);
  });

  it('says at least or at most where one side has no good answer, and nothing where both', () => {
    const measured = measuredArms(10, { 'lambda-only': around(1, 0), 'ecs-only': around(2, 2) });
    const failing = { good: 18, latenciesMs: [...Array(18).fill(100), Infinity, Infinity] };
    const slow = decide({ ...measured, cells: changed(measured.cells, 'ecs-only', failing) });
    expect(contrastOf(slow, 'lambda-only', 'ecs-only')?.latency).toMatchObject({
      censored: 'at-most',
      contrast: 'materially-better',
      ratio: 118 / 29_000,
    });
    const first = decide({ ...measured, cells: changed(measured.cells, 'lambda-only', failing) });
    const censored = contrastOf(first, 'lambda-only', 'ecs-only')?.latency;
    expect(censored).toMatchObject({ censored: 'at-least', contrast: 'worse' });
    const both = decide({ ...measured, cells: measured.cells.map((c) => ({ ...c, ...failing })) });
    expect(both.contrasts[0]).not.toHaveProperty('latency');
  });
});

describe('few and broken blocks', () => {
  it('fewer than six give t intervals, which are marked', () => {
    const arms = { 'lambda-only': around(1, 0), 'ecs-only': around(2, 2) };
    const verdict = decide(measuredArms(4, arms));
    expect(verdict).toMatchObject({ isFewBlocks: true, answer: 'lambda-only', isDecided: true });
    // Three degrees of freedom: wider than the blocks themselves are apart.
    const cost = contrastOf(verdict, 'lambda-only', 'ecs-only')?.cost;
    const ratios = [1, 2, 3, 4].map((block) => around(1, 0)(block) / around(2, 2)(block));
    expect(cost?.lower).toBeLessThan(Math.min(...ratios));
    expect(decide(measuredArms(6, arms)).isFewBlocks).toBe(false);
  });

  it('one decides nothing', () => {
    const verdict = decide(
      measuredArms(1, { 'lambda-only': () => 1, 'ecs-only': () => 2 }, { requests: 100 }),
    );
    expect(verdict).toMatchObject({ isDecided: false, contrasts: [], blocks: 1 });
    expect(verdict.sentence).toContain('at least two are needed');
    expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
  });

  it('count only where every arm was measured', () => {
    const measured = measuredArms(8, { 'lambda-only': () => 1, 'ecs-only': () => 2 });
    const cells = measured.cells.filter((cell) => cell.arm === 'lambda-only' || cell.block < 8);
    expect(decide({ ...measured, cells })).toMatchObject({ blocks: 7 });
  });

  it('leave an arm without records out, and nothing is decided without it', () => {
    const measured = measuredArms(8, { 'lambda-only': () => 0, 'ecs-only': () => 2 });
    const verdict = decide(measured);
    expect(verdict).toMatchObject({ answer: 'ecs-only', isDecided: false, blocks: 8 });
    expect(verdict.skipped).toEqual([
      { arm: 'lambda-only', reason: expect.stringContaining('platform records are missing') },
    ]);
    expect(verdict.sentence).toContain('Lambda-only could not be compared');
  });

  it('none at all is said in words', () => {
    const verdict = decide({ arms: ['lambda-only'] });
    expect(verdict).toMatchObject({ isDecided: false, blocks: 0, arms: [] });
    expect(verdict.sentence).toContain('no block in which every arm was measured');
  });
});

it('unequal CPU is named in the sentence, equal CPU is not', () => {
  const measured = measuredArms(8, { 'lambda-only': () => 1 });
  expect(decide(measured).sentence).toContain('A Fargate task has 3.5 times the CPU');
  const equal = aPlan({ workloads: [aWorkload({ slo, lambdaMemoryMb: 1769 })] });
  expect(decide({ ...measured, plan: equal }).sentence).not.toContain('CPU');
});

it('the same seed gives the same verdict', () => {
  const measured = measuredArms(12, { 'lambda-only': around(1, 0), 'ecs-only': around(1.05, 2) });
  expect(decide(measured)).toEqual(decide(measured));
  const intervalOf = (seed: number) => decide({ ...measured, seed }).contrasts[0]?.cost.lower;
  expect(intervalOf(1)).not.toBe(intervalOf(2));
});

it('identical arms are equivalent and never better', () => {
  const same = (block: number) => 1 + 0.1 * Math.sin(block);
  const verdict = decide(measuredArms(12, { 'lambda-only': same, 'ecs-only': same }));
  expect(verdict.isDecided).toBe(false);
  expect(verdict.contrasts[0]?.cost).toMatchObject({ contrast: 'equivalent', ratio: 1 });
  expect(verdict.contrasts[0]?.latency).toMatchObject({ contrast: 'equivalent', ratio: 1 });
  expect(verdict.sentence).toContain('equivalent within the margin');
});
