import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { decodeForest, type Forest, scoreForest } from '../../../src/domain/models/forest.ts';
import type { FittedModel } from '../../../src/learning/model-family.ts';
import { forestParamsOf } from '../../../src/learning/random-forest/forest-params.ts';
import { createRandomForest } from '../../../src/learning/random-forest/random-forest.ts';
import { describeModelFamily } from '../../contracts/model-family.ts';
import { aPlan } from '../../support/a-plan.ts';
import { diagonalRows, trainingRows } from '../builders.ts';

const params = { trees: 12, rowsPerTree: 200, maxDepth: 8, minRows: 3, bins: 32 };

describeModelFamily('random-forest', {
  create: (maxThreads) => createRandomForest({ maxThreads }),
  params,
  sizes: [4, params.trees],
  hasImportance: true,
  longParams: { ...params, trees: 5000, rowsPerTree: 1000 },
});

describe('random-forest', () => {
  const trained = (changes: Partial<typeof params>, rows = diagonalRows(300)) =>
    createRandomForest({ maxThreads: 1 }).fit(
      rows,
      { ...params, ...changes },
      { seed: 7, signal: new AbortController().signal, onProgress: () => undefined },
    );

  test('a smaller forest is the beginning of a larger one', async () => {
    const [small, large] = [await trained({ trees: 3 }), await trained({ trees: 7 })];
    const [few, many] = [forestOf(small), forestOf(large)];
    expect(few.roots).toEqual(many.roots.subarray(0, 3));
    expect(few.link).toEqual(many.link.subarray(0, few.link.length));
    expect(few.value).toEqual(many.value.subarray(0, few.value.length));
  });

  test('no two trees are the same, however they are shared out', async () => {
    const { roots, value } = forestOf(await trained({ trees: 12 }));
    const trees = [...roots].map((root, tree) => value.subarray(root, roots[tree + 1]).join());
    expect(new Set(trees).size).toBe(12);
  });

  // The library's own probability loses the first tree: with one tree it says 0 and 0.000001.
  test('the first tree has a vote', async () => {
    const rows = trainingRows(
      [[1], [2], [3], [4], [11], [12], [13], [14]],
      [0, 0, 0, 0, 1, 1, 1, 1],
    );
    const forest = forestOf(await trained({ trees: 1, minRows: 1 }, rows));
    expect(scoreForest(forest, [2])).toBe(0);
    expect(scoreForest(forest, [13])).toBe(1);
  });

  // The library's maxSamples takes the first rows for every tree, so that sorted labels lose a class.
  test('a tree of few rows draws them from everywhere', async () => {
    const rows = trainingRows(
      Array.from({ length: 1000 }, (_, row) => [row]),
      Array.from({ length: 1000 }, (_, row) => Number(row >= 900)),
    );
    const forest = forestOf(await trained({ rowsPerTree: 100 }, rows));
    expect(scoreForest(forest, [950])).toBeGreaterThan(0.5);
    expect(scoreForest(forest, [500])).toBeLessThan(0.5);
  });

  test('a forest that found nothing to split has no importance, and says the share of Lambda', async () => {
    const rows = trainingRows(
      Array.from({ length: 100 }, () => [5]),
      Array.from({ length: 100 }, (_, row) => Number(row < 25)),
    );
    const model = await trained({ trees: 10, rowsPerTree: 100 }, rows);
    expect(model.importance).toEqual({ f0: 0 });
    expect(scoreForest(forestOf(model), [5])).toBeCloseTo(0.25, 1);
  });

  test.each([
    [{ trees: 0 }, /"trees".* is 0/],
    [{ rowsPerTree: 1.5 }, /"rowsPerTree".* is 1.5/],
    [{ bins: 257 }, /"bins".* is 257.* to 256/],
    [{ maxDepth: Number.NaN }, /"maxDepth".* is NaN/],
  ])('refuses the parameters %o', async (changes, message) => {
    const error = await trained(changes).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: 'InvalidPlan', message: expect.stringMatching(message) });
  });

  test('names the versions of the libraries that are installed', () => {
    const require = createRequire(import.meta.url);
    for (const [name, version] of Object.entries(createRandomForest().libraries)) {
      expect(require(`${name}/package.json`)).toMatchObject({ version });
    }
  });

  test("takes the plan's trees, rows and depth", () => {
    const learning = aPlan({ learning: { trees: 50, rowsPerTree: 1000, maxDepth: 9 } }).learning;
    expect(forestParamsOf(learning)).toMatchObject({ trees: 50, rowsPerTree: 1000, maxDepth: 9 });
  });
});

function forestOf({ scorer }: FittedModel): Forest {
  if (scorer.kind !== 'forest') throw new Error(`a forest was expected, not ${scorer.kind}`);
  return decodeForest(scorer);
}
