import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import {
  decodeBoostedTrees,
  encodeBoostedTrees,
  scoreBoostedTrees,
} from '../../../src/domain/models/boosted-trees.ts';
import { randomFor } from '../../../src/domain/statistics/random.ts';
import { libraryValue } from '../../../src/learning/gradient-boosting/library-values.ts';
import { parseModel } from '../../../src/learning/gradient-boosting/parse-model.ts';
import type { LibraryAnswer, LibraryTask } from './library-thread.ts';

describe("reading the library's model", () => {
  test.each([3, 12])('of depth %d, it answers every row as the library does', async (depth) => {
    const [seen, unseen] = [vectors(1500, 'seen'), vectors(500, 'unseen')];
    const { model, predictions } = await library({
      vectors: seen.map(toLibrary),
      labels: seen.map(labelOf),
      unseen: unseen.map(toLibrary),
      options: { ...options, max_depth: depth },
    });
    const ours = decodeBoostedTrees(encodeBoostedTrees(parseModel(model)), 4);
    expect(ours.trees.roots).toHaveLength(60);
    for (const [row, vector] of [...seen, ...unseen].entries()) {
      expect(Math.abs(scoreBoostedTrees(ours, vector) - (predictions[row] ?? 0))).toBeLessThan(
        1e-6,
      );
    }
  });

  test('the splits have gains, and the leaves do not', async () => {
    const seen = vectors(300, 'seen').map(toLibrary);
    const labels = vectors(300, 'seen').map(labelOf);
    const { model } = await library({ vectors: seen, labels, unseen: [], options });
    const { feature, gain } = parseModel(model);
    for (const [node, column] of feature.entries()) expect((gain[node] ?? 0) > 0).toBe(column >= 0);
  });

  test('refuses a model for another task, or half of one', async () => {
    const seen = vectors(100, 'seen').map(toLibrary);
    const labels = vectors(100, 'seen').map(labelOf);
    const task = { vectors: seen, labels, unseen: [] };
    const linear = await library({ ...task, options: { ...options, objective: 'reg:linear' } });
    expect(() => parseModel(linear.model)).toThrow(/"reg:linear gbtree" instead of/);
    const { model } = await library({ ...task, options });
    expect(() => parseModel(model.subarray(0, model.length / 2))).toThrow(RangeError);
  });
});

const options = {
  booster: 'gbtree',
  objective: 'binary:logistic',
  iterations: 60,
  max_depth: 6,
  eta: 0.3,
  min_child_weight: 1,
  subsample: 0.8,
  silent: 1,
};

/** Everything that 32 bits are hard on: 64-bit fractions, a cosine that is −1, wide ranges, whole numbers. */
function vectors(count: number, name: string): readonly (readonly number[])[] {
  const random = randomFor(9, name);
  return Array.from({ length: count }, () => [
    random(),
    Math.cos(Math.PI * (1 + (Math.floor(random() * 9) - 4) * 2e-4)),
    Math.exp(30 * random() - 15),
    Math.floor(random() * 5) - 2,
  ]);
}

function labelOf([a = 0, b = 0, c = 0, d = 0]: readonly number[]): number {
  return Number((d === -1 ? 1 - a : a) + 1e6 * (1 + b) + Math.log(c) / 20 > 0.6);
}

function toLibrary(vector: readonly number[]): readonly number[] {
  return vector.map(libraryValue);
}

async function library(task: LibraryTask): Promise<LibraryAnswer> {
  const thread = new Worker(new URL('./library-thread.ts', import.meta.url), { workerData: task });
  const [answer] = await once(thread, 'message');
  await thread.terminate();
  return answer;
}
