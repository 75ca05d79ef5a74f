import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { decodeScorer } from '../../../src/domain/models/scorer.ts';
import { boostInThread } from '../../../src/learning/gradient-boosting/boosting-thread.ts';
import { mostRows } from '../../../src/learning/gradient-boosting/draw-rows.ts';
import { createGradientBoosting } from '../../../src/learning/gradient-boosting/gradient-boosting.ts';
import { describeModelFamily } from '../../contracts/model-family.ts';
import { aPlan } from '../../support/a-plan.ts';
import { diagonalRows, trainingRows } from '../builders.ts';

const params = { trees: 30, maxDepth: 4, learningRate: 0.3, minChildWeight: 1, subsample: 0.8 };

describeModelFamily('gradient-boosting', {
  // A training has one thread, whatever the machine has.
  create: () => createGradientBoosting(),
  params,
  sizes: [7, params.trees],
  hasImportance: true,
  longParams: { ...params, trees: 5000, maxDepth: 15 },
});

describe('gradient-boosting', () => {
  const trained = (changes: Partial<typeof params>, rows = diagonalRows(200)) =>
    createGradientBoosting().fit(
      rows,
      { ...params, ...changes },
      { seed: 7, signal: new AbortController().signal, onProgress: () => undefined },
    );

  test("leaves the process as it was: the library's traps and prints stay in its thread", async () => {
    const before = process.listeners('uncaughtException');
    await trained({ trees: 3 });
    expect(process.listeners('uncaughtException')).toEqual(before);
  });

  test('takes as many rows as the library can, and says how many', async () => {
    const width = 200;
    const rowCount = mostRows(width) + 500;
    const rows = trainingRows(
      Array.from({ length: rowCount }, (_, row) => Array(width).fill(row)),
      Array.from({ length: rowCount }, (_, row) => Number(row >= rowCount / 2)),
    );
    const model = await trained({ trees: 1, maxDepth: 1 }, rows);
    expect(model.rowsUsed).toBe(mostRows(width));
    const scorer = decodeScorer(model.scorer, width);
    expect(scorer.score(Array(width).fill(0))).toBeLessThan(0.5);
    expect(scorer.score(Array(width).fill(rowCount))).toBeGreaterThan(0.5);
  });

  test('says nothing of the rows when it used them all', async () => {
    expect(await trained({ trees: 1 })).not.toHaveProperty('rowsUsed');
  });

  test('trees that found nothing to split have no importance', async () => {
    const rows = trainingRows([[5], [5], [5], [5]], [0, 1, 0, 1]);
    const model = await trained({ trees: 2 }, rows);
    expect(model.importance).toEqual({ f0: 0 });
    expect(decodeScorer(model.scorer, 1).score([5])).toBeCloseTo(0.5, 1);
  });

  test('tells -1 from what is missing: it is a value like any other', async () => {
    const vectors = Array.from({ length: 400 }, (_, row) => [(row % 4) - 2]);
    const rows = trainingRows(
      vectors,
      vectors.map(([x]) => Number(x === -1)),
    );
    const scorer = decodeScorer((await trained({ subsample: 1 }, rows)).scorer, 1);
    expect(scorer.score([-1])).toBeGreaterThan(0.9);
    for (const other of [-2, 0, 1]) expect(scorer.score([other])).toBeLessThan(0.1);
  });

  test.each([
    [{ trees: 0 }, /"trees" .* is 0; it takes a whole number from 1/],
    [{ maxDepth: 2.5 }, /"maxDepth" .* is 2.5/],
    [{ learningRate: 0 }, /"learningRate" .* is 0; it takes a number from 0.001 to 1/],
    [{ minChildWeight: -1 }, /"minChildWeight" .* is -1/],
    [{ subsample: Number.NaN }, /"subsample" .* is NaN/],
  ])('refuses the parameters %o', async (changes, message) => {
    const error = await trained(changes).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: 'InvalidPlan', message: expect.stringMatching(message) });
  });

  test('refuses a value that 32 bits cannot hold', async () => {
    const error = await trained({}, trainingRows([[1], [1e300]], [0, 1])).catch((caught) => caught);
    expect(error).toMatchObject({ kind: 'CorruptObject', message: /"f0" is 1e\+300.*row 1/ });
  });

  test('a training that fails in its thread says what the library wrote', async () => {
    const { signal } = new AbortController();
    const fitting = boostInThread(
      {
        features: ['f0'],
        values: new Float32Array(new SharedArrayBuffer(8)).fill(Number.NaN),
        labels: new Uint8Array(new SharedArrayBuffer(2)),
        params,
        sizes: [params.trees],
        seed: 1,
      },
      { signal, onProgress: () => undefined },
    );
    await expect(fitting).rejects.toThrow(/wrote: .*NAN in the matrix/s);
  });

  test('names the version of the library that is installed', () => {
    const require = createRequire(import.meta.url);
    for (const [name, version] of Object.entries(createGradientBoosting().libraries)) {
      expect(require(`${name}/package.json`)).toMatchObject({ version });
    }
  });

  test("takes the plan's trees, and no more than six of its levels", () => {
    const defaults = (maxDepth: number) =>
      createGradientBoosting().defaults(aPlan({ learning: { trees: 50, maxDepth } }).learning);
    expect(defaults(15)).toMatchObject({ trees: 50, maxDepth: 6 });
    expect(defaults(3)).toMatchObject({ trees: 50, maxDepth: 3 });
  });
});
