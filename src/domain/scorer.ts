import { decodeForest, type EncodedForest, scoreForest } from './forest.ts';
import type { StoredFields } from './stored-fields.ts';

/** What a trained model is when its library is gone: plain arrays, one form per kind of model. */
export type EncodedScorer = EncodedForest;

/** A model that is ready to score one request. */
export interface Scorer {
  /** p_lambda of a vector in the order of the model's features. */
  score(vector: ArrayLike<number>): number;
}

/** Checks the arrays once, so that no vector of `featureCount` numbers can fail. Throws `ModelMismatch`. */
export function decodeScorer(encoded: EncodedScorer, featureCount: number): Scorer {
  switch (encoded.kind) {
    case 'forest': {
      const forest = decodeForest(encoded, featureCount);
      return { score: (vector) => scoreForest(forest, vector) };
    }
    default:
      return encoded.kind satisfies never;
  }
}

/** The scorer of a stored model, checked as `decodeScorer` checks it. */
export function parseScorer(fields: StoredFields, featureCount: number): EncodedScorer {
  const encoded = encodedIn(fields);
  decodeScorer(encoded, featureCount);
  return encoded;
}

function encodedIn(fields: StoredFields): EncodedScorer {
  const kind = fields.word('kind', ['forest']);
  switch (kind) {
    case 'forest':
      return {
        kind,
        trees: fields.number('trees'),
        nodes: fields.number('nodes'),
        roots: fields.text('roots'),
        feature: fields.text('feature'),
        threshold: fields.text('threshold'),
        right: fields.text('right'),
        pLambda: fields.text('pLambda'),
      };
    default:
      return kind satisfies never;
  }
}
