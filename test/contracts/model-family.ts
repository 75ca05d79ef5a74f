import type { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PermanentFailure } from '../../src/domain/failures.ts';
import { decodeScorer } from '../../src/domain/models/scorer.ts';
import type { FamilyParams, ModelFamily } from '../../src/learning/model-family.ts';
import { diagonalRows, trainingRows, vectorOf } from '../learning/builders.ts';
import { aPlan } from '../support/a-plan.ts';

export interface FamilyUnderTest {
  create(threads: number): ModelFamily;
  /** Small enough for a second of work. */
  readonly params: FamilyParams;
  /** Two of them: a smaller one, and the size in `params`. */
  readonly sizes: readonly [number, number];
  /** Whether the family can say what its trees or splits gained by a feature. */
  readonly hasImportance: boolean;
  /** Enough for several seconds of work, to be cancelled in. */
  readonly longParams: FamilyParams;
}

/** What every family of models promises. */
export function describeModelFamily(name: string, family: FamilyUnderTest): void {
  const trained = (
    rows = diagonalRows(400),
    options: { threads?: number; seed?: number; onProgress?: (done: number) => void } = {},
  ) =>
    family.create(options.threads ?? 2).fit(rows, family.params, {
      seed: options.seed ?? 1,
      signal: new AbortController().signal,
      onProgress: options.onProgress ?? (() => undefined),
    });

  describe(`${name} as a model family`, () => {
    test('learns a boundary well enough to tell new rows apart', async () => {
      const model = await trained();
      const scorer = decodeScorer(model.scorer, 4);
      const unseen = diagonalRows(400, 'unseen');
      const right = Array.from(unseen.labels).filter(
        (label, row) => Number(scorer.score(vectorOf(unseen, row)) > 0.5) === label,
      );
      expect(right.length).toBeGreaterThan(340);
    });

    test.runIf(family.hasImportance)(
      'gives the features that decide the importance, adding up to 1',
      async () => {
        const { importance } = await trained();
        expect(Object.keys(importance)).toEqual(['f0', 'f1', 'f2', 'f3']);
        const { f0 = 0, f1 = 0, f2 = 0, f3 = 0 } = importance;
        expect(f0 + f1 + f2 + f3).toBeCloseTo(1, 9);
        expect(Math.min(f0, f1)).toBeGreaterThan(2 * Math.max(f2, f3));
        expect(Math.min(f2, f3)).toBeGreaterThanOrEqual(0);
      },
    );

    test.skipIf(family.hasImportance)('gives no importance that it does not have', async () => {
      expect((await trained()).importance).toEqual({});
    });

    test('gives the same bytes for one thread and for two', async () => {
      expect(await trained(undefined, { threads: 1 })).toEqual(
        await trained(undefined, { threads: 2 }),
      );
    });

    test('gives another model for another seed', async () => {
      const [one, two] = [
        await trained(undefined, { seed: 1 }),
        await trained(undefined, { seed: 2 }),
      ];
      expect(one.scorer).not.toEqual(two.scorer);
    });

    test('one training answers for its smaller sizes with the bytes that they would have', async () => {
      const created = family.create(2);
      const rows = diagonalRows(300);
      const options = () => ({
        seed: 3,
        signal: new AbortController().signal,
        onProgress: () => undefined,
      });
      const models = await created.fitSizes(rows, family.params, family.sizes, options());
      expect(models).toHaveLength(2);
      for (const [index, size] of family.sizes.entries()) {
        const params = { ...family.params, [created.sizeParam]: size };
        const alone = await created.fit(rows, params, options());
        expect(models[index]).toEqual(alone);
      }
    });

    test('the grid goes around the recipe, each training as long as its largest size', () => {
      const { defaults, grid, sizeParam } = family.create(2);
      const base = defaults(aPlan().learning);
      const combinations = grid(base);
      expect(combinations.length).toBeGreaterThan(1);
      for (const { params, sizes } of combinations) {
        expect(new Set(Object.keys(params))).toEqual(new Set(Object.keys(base)));
        expect(sizes).toEqual([...new Set(sizes)].toSorted((a, b) => a - b));
        expect(params[sizeParam]).toBe(sizes.at(-1));
      }
      expect(new Set(combinations.map((one) => JSON.stringify(one.params))).size).toBe(
        combinations.length,
      );
    });

    test('takes the recipe of a plan and every combination around it', async () => {
      const created = family.create(2);
      const base = created.defaults(aPlan().learning);
      for (const params of [base, ...created.grid(base).map((one) => one.params)]) {
        const fitting = created.fit(
          diagonalRows(40),
          { ...params, [created.sizeParam]: 1 },
          { seed: 1, signal: new AbortController().signal, onProgress: () => undefined },
        );
        await expect(fitting).resolves.toMatchObject({ scorer: {} });
      }
    });

    test('goes by the weights where labels contradict each other', async () => {
      const vectors = Array.from({ length: 400 }, (_, row) => [row % 2]);
      const labels = vectors.map((_, row) => Number(row % 4 < 2));
      // Of each pair of contradicting rows, the one that matters says: 0 is ecs, 1 is lambda.
      const weights = vectors.map(([x], row) => (labels[row] === x ? 9 : 1));
      const { scorer } = await trained(trainingRows(vectors, labels, weights));
      expect(decodeScorer(scorer, 1).score([0])).toBeCloseTo(0.1, 1);
      expect(decodeScorer(scorer, 1).score([1])).toBeCloseTo(0.9, 1);
    });

    test('learns nothing from a row of weight 0', async () => {
      const honest = diagonalRows(200);
      const rows = trainingRows(
        Array.from({ length: 400 }, (_, row) => [...vectorOf(honest, row % 200)]),
        Array.from({ length: 400 }, (_, row) =>
          Math.abs((honest.labels[row % 200] ?? 0) - Number(row >= 200)),
        ),
        Array.from({ length: 400 }, (_, row) => Number(row < 200)),
      );
      const scorer = decodeScorer((await trained(rows)).scorer, 4);
      const right = Array.from(honest.labels).filter(
        (label, row) => Number(scorer.score(vectorOf(honest, row)) > 0.5) === label,
      );
      expect(right.length).toBeGreaterThan(180);
    });

    test('tells how far it is, up to the end', async () => {
      const seen: number[] = [];
      await trained(undefined, { onProgress: (done) => seen.push(done) });
      expect(seen.length).toBeGreaterThan(1);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      expect(seen.at(-1)).toBe(1);
    });

    test('ends with the reason of the cancel, and leaves no thread behind', async () => {
      const controller = new AbortController();
      const reason = new Error('the slot begins');
      const threads: Worker[] = [];
      const keep = (thread: Worker): number => threads.push(thread);
      process.on('worker', keep);
      onTestFinished(() => void process.off('worker', keep));
      const fitting = family.create(2).fit(diagonalRows(2000), family.longParams, {
        seed: 1,
        signal: controller.signal,
        onProgress: () => controller.abort(reason),
      });
      await expect(fitting).rejects.toBe(reason);
      expect(threads.length).toBeGreaterThan(0);
      expect(threads.filter(isAlive)).toEqual([]);
    });

    test('does not begin when it is already cancelled', async () => {
      const fitting = family.create(1).fit(diagonalRows(100), family.params, {
        seed: 1,
        signal: AbortSignal.abort(new Error('too late')),
        onProgress: () => undefined,
      });
      await expect(fitting).rejects.toThrow('too late');
    });

    test.each([
      ['one class', trainingRows([[1], [2], [3]], [1, 1, 1]), 'TooFewObservations', /ecs/],
      [
        'weight on one class',
        trainingRows([[1], [2]], [0, 1], [1, 0]),
        'TooFewObservations',
        /lambda/,
      ],
      [
        'no weight at all',
        trainingRows([[1], [2]], [0, 1], [0, 0]),
        'TooFewObservations',
        /weight/,
      ],
      ['no rows', trainingRows([[1]], [], []), 'CorruptObject', /0 labels/],
      [
        'a value that is no number',
        trainingRows([[1], [Number.NaN]], [0, 1]),
        'CorruptObject',
        /"f0".*NaN.*row 1/,
      ],
      [
        'a negative weight',
        trainingRows([[1], [2]], [0, 1], [1, -1]),
        'CorruptObject',
        /weight -1/,
      ],
      ['a third class', trainingRows([[1], [2], [3]], [0, 1, 2]), 'CorruptObject', /label 2/],
    ])('refuses %s with the reason', async (_, rows, kind, message) => {
      const error = await trained(rows).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(PermanentFailure);
      expect(error).toMatchObject({ kind, message: expect.stringMatching(message) });
    });
  });
}

/** A thread that has ended has no number any more. */
function isAlive(thread: Worker): boolean {
  return thread.threadId !== -1;
}
