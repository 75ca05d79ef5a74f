import { sigmoid, Tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { encodeNetwork, type NetworkArrays } from '../../../src/domain/models/network.ts';
import { decodeScorer } from '../../../src/domain/models/scorer.ts';
import type { TrainingRows } from '../../../src/domain/models/training.ts';
import { fitScaling } from '../../../src/learning/neural-network/fit-scaling.ts';
import { trainNetwork } from '../../../src/learning/neural-network/network-trainer.ts';
import { denseNetwork, openTensorflow } from '../../../src/learning/neural-network/tensorflow.ts';
import { trainingSetOf } from '../../../src/learning/neural-network/training-set.ts';
import { diagonalRows, vectorOf } from '../builders.ts';

describe('training with TensorFlow.js', () => {
  beforeAll(async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new Error('nothing may be fetched')));
    // This process is the test file's own.
    await openTensorflow();
    return () => vi.unstubAllGlobals();
  });

  test('gives a network that scores every row as the library does', () => {
    const rows = unevenRows(500);
    const fitted = fitScaling(rows);
    const set = trainingSetOf(rows, fitted);
    const [arrays] = trainNetwork(set, {
      params: { epochs: 40, learningRate: 0.01, batchRows: 64, l2: 1e-4 },
      seed: 3,
      constant: fitted.constant,
      snapshots: [40],
      onEpoch: () => undefined,
    });
    if (arrays === undefined) throw new Error('one network was expected');

    const theirs = predictionOf(arrays, tensor2d(set.inputs, [500, 4]));
    const { score } = decodeScorer(encodeNetwork(fitted.scaling, arrays), 4);
    const ours = Array.from(theirs, (_, row) => score(vectorOf(rows, row)));
    expect(Math.max(...ours.map((p, row) => Math.abs(p - (theirs[row] ?? 0))))).toBeLessThan(1e-5);
    // Both sure and unsure, so that equal is not equal by chance.
    expect(Math.min(...ours)).toBeLessThan(0.05);
    expect(Math.max(...ours)).toBeGreaterThan(0.95);
  });
});

/** A long tail, an even column, one that never varies, one with negative values. */
function unevenRows(rowCount: number): TrainingRows {
  const rows = diagonalRows(rowCount);
  const values = rows.values.map((value, at) => {
    const column = Math.floor(at / rowCount);
    return [Math.exp(10 * value), value, 3, value - 0.5][column] ?? value;
  });
  return { ...rows, values };
}

function predictionOf({ sizes, weights, biases }: NetworkArrays, inputs: Tensor): Float32Array {
  const network = denseNetwork(sizes);
  let weightAt = 0;
  let biasAt = 0;
  network.setWeights(
    sizes.slice(1).flatMap((units, layer) => {
      const before = sizes[layer] ?? 0;
      const kernel = weights.slice(weightAt, weightAt + before * units);
      const bias = biases.slice(biasAt, biasAt + units);
      weightAt += kernel.length;
      biasAt += units;
      return [tensor2d(kernel, [before, units]), tensor1d(bias)];
    }),
  );
  const logOdds = network.predict(inputs);
  if (!(logOdds instanceof Tensor)) throw new Error('one tensor was expected');
  return Float32Array.from(sigmoid(logOdds).dataSync());
}
