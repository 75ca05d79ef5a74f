import {
  add,
  addN,
  losses,
  mean,
  mul,
  Reduction,
  type Scalar,
  square,
  sum,
  Tensor,
  type Tensor2D,
  tensor2d,
  tidy,
  train,
  zeros,
} from '@tensorflow/tfjs-core';
import type { Sequential } from '@tensorflow/tfjs-layers';
import type { NetworkArrays } from '../../domain/models/network.ts';
import { type Random, randomFor, randomInteger } from '../../domain/statistics/random.ts';
import type { NetworkParams } from './network-params.ts';
import { denseNetwork } from './tensorflow.ts';
import type { TrainingSet } from './training-set.ts';

export interface TrainingOptions {
  readonly params: NetworkParams;
  readonly seed: number;
  /** Positions of features that never vary. */
  readonly constant: readonly number[];
  /** The epochs after which the network is wanted. */
  readonly snapshots: readonly number[];
  readonly onEpoch: (epoch: number) => void;
}

/** The units of the hidden layers (METHOD 5.1). */
const hiddenSizes = [64, 32];

/**
 * Trains with the weighted loss itself: tfjs-layers' own `fit` refuses weights per row ("sample
 * weight is not supported yet"), and drawing rows in proportion instead would add the noise of the
 * draw to what METHOD 4.2 states exactly. Epoch e depends on the seed and e alone, so a shorter
 * training is the beginning of a longer one. Synchronous: for a worker thread. The backend must be
 * ready. Returns one network per snapshot, in their order.
 */
export function trainNetwork(set: TrainingSet, options: TrainingOptions): readonly NetworkArrays[] {
  const { params, seed, snapshots, onEpoch } = options;
  const sizes = [set.featureCount, ...hiddenSizes, 1];
  const network = denseNetwork(sizes);
  setFirstWeights(network, sizes, options);

  const optimizer = train.adam(params.learningRate);
  const kept = new Map<number, NetworkArrays>();
  const order = Uint32Array.from({ length: set.rowCount }, (_, row) => row);
  for (let epoch = 1; epoch <= params.epochs; epoch += 1) {
    shuffle(order, randomFor(seed, 'order', epoch));
    for (let at = 0; at < order.length; at += params.batchRows) {
      const rows = order.subarray(at, at + params.batchRows);
      tidy(() => {
        const batch = batchOf(set, rows);
        optimizer.minimize(() => lossOf(network, batch, params));
      });
    }
    if (snapshots.includes(epoch)) kept.set(epoch, arraysOf(network, sizes));
    onEpoch(epoch);
  }
  return snapshots.map((epoch) => requireSnapshot(kept, epoch));
}

/** Glorot's uniform weights and no biases; a feature that never varies has no say. */
function setFirstWeights(
  network: Sequential,
  sizes: readonly number[],
  { seed, constant }: TrainingOptions,
): void {
  tidy(() => {
    const weights = sizes.slice(1).flatMap((units, layer) => {
      const inputs = sizes[layer] ?? 0;
      const random = randomFor(seed, 'weights', layer);
      const limit = Math.sqrt(6 / (inputs + units));
      const kernel = Float32Array.from(
        { length: inputs * units },
        () => (2 * random() - 1) * limit,
      );
      // Its input is always 0, so no step would ever move these weights. As they were drawn they
      // would decide by chance on the day that the feature does vary.
      if (layer === 0) {
        for (const f of constant) kernel.fill(0, f * units, (f + 1) * units);
      }
      return [tensor2d(kernel, [inputs, units]), zeros([units])];
    });
    network.setWeights(weights);
  });
}

/** In place (Fisher-Yates). */
function shuffle(order: Uint32Array, random: Random): void {
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = randomInteger(random, last + 1);
    const kept = order[last] as number;
    order[last] = order[other] as number;
    order[other] = kept;
  }
}

interface Batch {
  readonly inputs: Tensor2D;
  readonly labels: Tensor2D;
  readonly weights: Tensor2D;
}

function batchOf(set: TrainingSet, rows: Uint32Array): Batch {
  const { featureCount } = set;
  const inputs = new Float32Array(rows.length * featureCount);
  const labels = new Float32Array(rows.length);
  const weights = new Float32Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as number;
    const from = row * featureCount;
    inputs.set(set.inputs.subarray(from, from + featureCount), at * featureCount);
    labels[at] = set.labels[row] as number;
    weights[at] = set.weights[row] as number;
  }
  return {
    inputs: tensor2d(inputs, [rows.length, featureCount]),
    labels: tensor2d(labels, [rows.length, 1]),
    weights: tensor2d(weights, [rows.length, 1]),
  };
}

/** Mean over the rows of weight times cross-entropy. */
function lossOf(network: Sequential, batch: Batch, { l2 }: NetworkParams): Scalar {
  const { inputs, labels, weights } = batch;
  const perRow = losses.sigmoidCrossEntropy(
    labels,
    logOdds(network, inputs),
    weights,
    0,
    Reduction.NONE,
  );
  const loss = mean<Scalar>(perRow);
  if (l2 === 0) return loss;
  const kernels = network.getWeights().filter(({ rank }) => rank === 2);
  const penalty = kernels.map((kernel) => sum<Scalar>(square(kernel)));
  return add(loss, mul(l2 / 2, addN(penalty)));
}

function logOdds(network: Sequential, inputs: Tensor2D): Tensor {
  const outputs = network.apply(inputs);
  if (outputs instanceof Tensor) return outputs;
  throw new Error('A dense network of TensorFlow.js gave no tensor for a batch.');
}

/** Kernels are stored as the library has them: all weights of one input stand together. */
function arraysOf(network: Sequential, sizes: readonly number[]): NetworkArrays {
  const tensors = network.getWeights();
  const joined = (rank: number): Float32Array =>
    Float32Array.from(
      tensors.filter((one) => one.rank === rank).flatMap((one) => [...one.dataSync()]),
    );
  return { sizes, weights: joined(2), biases: joined(1) };
}

function requireSnapshot(kept: ReadonlyMap<number, NetworkArrays>, epoch: number): NetworkArrays {
  const found = kept.get(epoch);
  if (found !== undefined) return found;
  throw new Error(`No epoch ${epoch} was trained.`);
}
