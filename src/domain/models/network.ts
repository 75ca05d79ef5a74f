import { PermanentFailure } from '../failures.ts';
import { decodeArray, encodeArray, float32 } from './encoded-array.ts';
import { type ColumnScaling, columnsOf, type Scaling, scaled } from './scaling.ts';

/**
 * A dense network from raw features to the probability that Lambda is the better platform: relu in
 * the hidden layers, a sigmoid at the end. It carries its own scaling, so that it scores with
 * exactly what its training rows said (METHOD 4.3).
 */
export interface EncodedNetwork {
  readonly kind: 'network';
  readonly preprocessing: Scaling;
  readonly layers: {
    /** The number of features, of the units of each hidden layer, and 1. */
    readonly sizes: readonly number[];
    /** Float32, layer after layer; within a layer, all weights of one input stand together. */
    readonly weights: string;
    /** Float32, layer after layer. */
    readonly biases: string;
  };
}

/** The arrays of `EncodedNetwork` before their encoding. */
export interface NetworkArrays {
  readonly sizes: readonly number[];
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

/** A network that is ready to score. Its arrays of values are overwritten by every score. */
export interface Network {
  readonly columns: readonly ColumnScaling[];
  readonly inputs: Float64Array;
  readonly hidden: readonly Layer[];
  readonly last: Layer;
}

interface Layer {
  readonly weights: Float64Array;
  readonly biases: Float64Array;
  readonly outputs: Float64Array;
}

/** The probability that Lambda is the better platform, in [0, 1]. Throws for a vector too short. */
export function scoreNetwork(network: Network, vector: ArrayLike<number>): number {
  const { columns, inputs, hidden, last } = network;
  if (vector.length < inputs.length) {
    throw mismatch(
      `A vector of ${vector.length} values cannot be scored: the network reads ${inputs.length}`,
    );
  }
  for (let f = 0; f < inputs.length; f += 1) {
    inputs[f] = scaled(vector[f] as number, columns[f] as ColumnScaling);
  }
  let values = inputs;
  for (let layer = 0; layer < hidden.length; layer += 1) {
    values = rectified(forward(hidden[layer] as Layer, values));
  }
  return 1 / (1 + Math.exp(-(forward(last, values)[0] as number)));
}

function forward({ weights, biases, outputs }: Layer, inputs: Float64Array): Float64Array {
  outputs.set(biases);
  const units = outputs.length;
  for (let input = 0; input < inputs.length; input += 1) {
    const value = inputs[input] as number;
    // About half of the units are off, and what they lead to need not be looked at.
    if (value === 0) continue;
    const at = input * units;
    for (let unit = 0; unit < units; unit += 1) {
      outputs[unit] = (outputs[unit] as number) + value * (weights[at + unit] as number);
    }
  }
  return outputs;
}

function rectified(values: Float64Array): Float64Array {
  for (let unit = 0; unit < values.length; unit += 1) {
    if ((values[unit] as number) < 0) values[unit] = 0;
  }
  return values;
}

/** The stored form: the same bytes on every machine. */
export function encodeNetwork(scaling: Scaling, arrays: NetworkArrays): EncodedNetwork {
  return {
    kind: 'network',
    preprocessing: scaling,
    layers: {
      sizes: arrays.sizes,
      weights: encodeArray(arrays.weights, float32),
      biases: encodeArray(arrays.biases, float32),
    },
  };
}

/**
 * The network of a stored model. Everything that scoring relies on is checked here, once: that the
 * layers follow each other from `featureCount` features to one output, that every number is finite
 * and every standard deviation above 0. Throws `ModelMismatch`.
 */
export function decodeNetwork(encoded: EncodedNetwork, featureCount: number): Network {
  const { sizes } = encoded.layers;
  checkSizes(sizes, featureCount);
  const layers = layersOf(encoded.layers);
  const last = layers.at(-1);
  if (last === undefined) throw mismatch('The network has no layer');
  return {
    columns: columnsOf(encoded.preprocessing, featureCount),
    inputs: new Float64Array(featureCount),
    hidden: layers.slice(0, -1),
    last,
  };
}

function checkSizes(sizes: readonly number[], featureCount: number): void {
  const isFine =
    sizes.length >= 2 &&
    sizes[0] === featureCount &&
    sizes.at(-1) === 1 &&
    sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= largestSize);
  if (isFine) return;
  throw mismatch(
    `The layers have the sizes ${sizes.join(', ')} instead of ${featureCount} features, up to ` +
      `${largestSize} units per hidden layer, and 1`,
  );
}

/** Far above any layer that is worth its time here; it bounds what a damaged file can ask for. */
const largestSize = 1024;

function layersOf({ sizes, ...encoded }: EncodedNetwork['layers']): readonly Layer[] {
  const links = sizes.slice(1).map((units, layer) => ({ units, inputs: sizes[layer] ?? 0 }));
  const sumOf = (part: (link: { units: number; inputs: number }) => number): number =>
    links.reduce((sum, link) => sum + part(link), 0);
  const weights = finiteArray(
    encoded.weights,
    'weights',
    sumOf(({ units, inputs }) => units * inputs),
  );
  const biases = finiteArray(
    encoded.biases,
    'biases',
    sumOf(({ units }) => units),
  );

  let weightAt = 0;
  let biasAt = 0;
  return links.map(({ units, inputs }) => {
    const layer = {
      weights: weights.slice(weightAt, weightAt + units * inputs),
      biases: biases.slice(biasAt, biasAt + units),
      outputs: new Float64Array(units),
    };
    weightAt += units * inputs;
    biasAt += units;
    return layer;
  });
}

function finiteArray(encoded: string, name: string, count: number): Float64Array {
  const values = decodeArray(encoded, name, count, float32);
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at === -1) return values;
  throw mismatch(`"${name}" has ${values[at]} in place ${at}, which is no finite number`);
}

function mismatch(problem: string): PermanentFailure {
  return new PermanentFailure(
    'ModelMismatch',
    `${problem}. The stored model is damaged or of another version; train it again.`,
  );
}
