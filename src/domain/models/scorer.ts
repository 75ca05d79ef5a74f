import type { StoredFields } from '../stored-fields.ts';
import {
  decodeBoostedTrees,
  type EncodedBoostedTrees,
  scoreBoostedTrees,
} from './boosted-trees.ts';
import type { EncodedTrees } from './flat-trees.ts';
import { decodeForest, type EncodedForest, scoreForest } from './forest.ts';
import { decodeNetwork, type EncodedNetwork, scoreNetwork } from './network.ts';

/** What a trained model is when its library is gone: plain arrays, one form per kind of model. */
export type EncodedScorer = EncodedForest | EncodedBoostedTrees | EncodedNetwork;

/** A model that is ready to score one request. */
export interface Scorer {
  /** p_lambda of a vector in the order of the model's features. */
  score(vector: ArrayLike<number>): number;
}

/**
 * Checks the arrays once, so that no vector of `featureCount` numbers can fail. Throws
 * `ModelMismatch`. The same arrays are decoded once: a stored model is checked by decoding it, and
 * whoever scores with it next would wait a second time.
 */
export function decodeScorer(encoded: EncodedScorer, featureCount: number): Scorer {
  const known = decodedBefore.get(encoded);
  if (known?.featureCount === featureCount) return known.scorer;
  const scorer = decoded(encoded, featureCount);
  decodedBefore.set(encoded, { featureCount, scorer });
  return scorer;
}

const decodedBefore = new WeakMap<EncodedScorer, { featureCount: number; scorer: Scorer }>();

function decoded(encoded: EncodedScorer, featureCount: number): Scorer {
  switch (encoded.kind) {
    case 'forest': {
      const forest = decodeForest(encoded, featureCount);
      return { score: (vector) => scoreForest(forest, vector) };
    }
    case 'boosted-trees': {
      const model = decodeBoostedTrees(encoded, featureCount);
      return { score: (vector) => scoreBoostedTrees(model, vector) };
    }
    case 'network': {
      const network = decodeNetwork(encoded, featureCount);
      return { score: (vector) => scoreNetwork(network, vector) };
    }
    default:
      return encoded satisfies never;
  }
}

/** The scorer of a stored model, checked as `decodeScorer` checks it. */
export function parseScorer(fields: StoredFields, featureCount: number): EncodedScorer {
  const encoded = encodedIn(fields);
  decodeScorer(encoded, featureCount);
  return encoded;
}

function encodedIn(fields: StoredFields): EncodedScorer {
  const kind = fields.word('kind', ['forest', 'boosted-trees', 'network']);
  switch (kind) {
    case 'forest':
      return { kind, ...treesIn(fields), pLambda: fields.text('pLambda') };
    case 'boosted-trees':
      return {
        kind,
        ...treesIn(fields),
        margin: fields.text('margin'),
        baseMargin: fields.number('baseMargin'),
      };
    case 'network':
      return networkIn(fields);
    default:
      return kind satisfies never;
  }
}

function treesIn(fields: StoredFields): EncodedTrees {
  return {
    trees: fields.number('trees'),
    nodes: fields.number('nodes'),
    roots: fields.text('roots'),
    feature: fields.text('feature'),
    threshold: fields.text('threshold'),
    right: fields.text('right'),
  };
}

function networkIn(fields: StoredFields): EncodedNetwork {
  const preprocessing = fields.object('preprocessing');
  const layers = fields.object('layers');
  return {
    kind: 'network',
    preprocessing: {
      log1p: preprocessing.numbers('log1p'),
      mean: preprocessing.numbers('mean'),
      sd: preprocessing.numbers('sd'),
    },
    layers: {
      sizes: layers.numbers('sizes'),
      weights: layers.text('weights'),
      biases: layers.text('biases'),
    },
  };
}
