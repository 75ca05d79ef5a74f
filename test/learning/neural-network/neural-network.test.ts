import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { decodeArray, float32 } from '../../../src/domain/models/encoded-array.ts';
import { decodeScorer } from '../../../src/domain/models/scorer.ts';
import type { FittedModel } from '../../../src/learning/model-family.ts';
import { createNeuralNetwork } from '../../../src/learning/neural-network/neural-network.ts';
import { describeModelFamily } from '../../contracts/model-family.ts';
import { diagonalRows, trainingRows, vectorOf } from '../builders.ts';

const params = { epochs: 60, learningRate: 0.01, batchRows: 64, l2: 0 };

describeModelFamily('neural-network', {
  // A network is trained on one thread, however many there are.
  create: () => createNeuralNetwork(),
  params,
  sizes: [20, 60],
  hasImportance: false,
  longParams: { ...params, epochs: 10_000 },
});

describe('neural-network', () => {
  const trained = (changes: Partial<typeof params>, rows = diagonalRows(300)) =>
    createNeuralNetwork().fit(
      rows,
      { ...params, ...changes },
      { seed: 7, signal: new AbortController().signal, onProgress: () => undefined },
    );

  test('has two hidden layers of 64 and 32 units', async () => {
    expect(await trained({ epochs: 1 })).toMatchObject({
      scorer: { kind: 'network', layers: { sizes: [4, 64, 32, 1] } },
    });
  });

  test('decides on heavy tails as well in bytes as in logarithms', async () => {
    const rows = diagonalRows(400);
    const inBytes = { ...rows, values: rows.values.map((value) => Math.exp(14 * value)) };
    const { score } = decodeScorer((await trained({}, inBytes)).scorer, 4);
    const right = Array.from(rows.labels).filter(
      (label, row) => Number(score(vectorOf(inBytes, row)) > 0.5) === label,
    );
    expect(right.length).toBeGreaterThan(380);
  });

  test('gives a feature that never varied no say', async () => {
    const rows = diagonalRows(200);
    const vectors = Array.from({ length: 200 }, (_, row) => [...vectorOf(rows, row), 512]);
    const { scorer } = await trained({ l2: 0.001 }, trainingRows(vectors, [...rows.labels]));
    const { score } = decodeScorer(scorer, 5);
    expect(score([0.3, 0.4, 0.5, 0.5, 3008])).toBe(score([0.3, 0.4, 0.5, 0.5, 512]));
  });

  test('scales by the rows that carry weight alone', async () => {
    const scored = trainingRows([[1], [2], [3], [4]], [0, 0, 1, 1]);
    const more = trainingRows([[1], [2], [900], [3], [4]], [0, 0, 1, 1, 1], [1, 1, 0, 1, 1]);
    expect(await trained({}, more)).toEqual(await trained({}, scored));
  });

  test('keeps its weights small where l2 asks for it', async () => {
    const [free, decayed] = [await trained({}), await trained({ l2: 0.1 })];
    expect(squaresOf(decayed)).toBeLessThan(squaresOf(free) / 4);
  });

  test('answers for its sizes in the order that they were asked for', async () => {
    const { fitSizes } = createNeuralNetwork();
    const options = { seed: 1, signal: new AbortController().signal, onProgress: () => undefined };
    const upwards = await fitSizes(diagonalRows(50), params, [2, 5], options);
    const downwards = await fitSizes(diagonalRows(50), params, [5, 2], options);
    expect(downwards).toEqual(upwards.toReversed());
    expect(upwards[0]).not.toEqual(upwards[1]);
  });

  test.each([
    [{ epochs: 0 }, /"epochs".* is 0.* from 1 to/],
    [{ epochs: 1.5 }, /"epochs".* is 1.5/],
    [{ learningRate: 0 }, /"learningRate".* is 0;/],
    [{ learningRate: 2 }, /"learningRate".* is 2.* to 1/],
    [{ batchRows: Number.NaN }, /"batchRows".* is NaN/],
    [{ l2: -0.1 }, /"l2".* is -0.1/],
  ])('refuses the parameters %o', async (changes, message) => {
    const error = await trained(changes).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: 'InvalidPlan', message: expect.stringMatching(message) });
  });

  test('refuses a size that no training stops at', async () => {
    const options = { seed: 1, signal: new AbortController().signal, onProgress: () => undefined };
    const fitting = createNeuralNetwork().fitSizes(diagonalRows(50), params, [2.5, 5], options);
    await expect(fitting).rejects.toMatchObject({ kind: 'InvalidPlan' });
  });

  test('names the versions of the libraries that are installed', () => {
    const require = createRequire(import.meta.url);
    for (const [name, version] of Object.entries(createNeuralNetwork().libraries)) {
      expect(require(`${name}/package.json`)).toMatchObject({ version });
    }
  });

  test('prints nothing while it trains', async () => {
    const source = `
      import { createNeuralNetwork } from '${new URL('../../../src/learning/neural-network/neural-network.ts', import.meta.url)}';
      const rows = {
        features: ['f0'],
        rowCount: 2,
        values: Float64Array.of(0, 1),
        labels: Uint8Array.of(0, 1),
        weights: Float64Array.of(1, 1),
      };
      const signal = new AbortController().signal;
      const options = { seed: 1, signal, onProgress: () => undefined };
      await createNeuralNetwork().fit(rows, ${JSON.stringify({ ...params, epochs: 2 })}, options);
    `;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      source,
    ]);
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
  });
});

function squaresOf({ scorer }: FittedModel): number {
  if (scorer.kind !== 'network') throw new Error(`a network was expected, not ${scorer.kind}`);
  const weights = decodeArray(scorer.layers.weights, 'weights', 4 * 64 + 64 * 32 + 32, float32);
  return weights.reduce((sum, weight) => sum + weight ** 2, 0);
}
