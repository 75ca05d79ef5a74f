// biome-ignore lint/correctness/noUnresolvedImports: its types declare an ambient module, unseen by Biome.
import { RandomForestClassifier } from 'ml-random-forest';
import { describe, expect, test } from 'vitest';
import { decodeForest, encodeForest, scoreForest } from '../../../src/domain/models/forest.ts';
import { binEdges, writeBins } from '../../../src/learning/random-forest/bins.ts';
import { type LibraryNode, TreeFlattener } from '../../../src/learning/random-forest/flatten.ts';
import { diagonalRows, vectorOf } from '../builders.ts';

describe('flattening a tree of the library', () => {
  test('the flat tree decides on raw values as the library does on their bins', () => {
    const rows = diagonalRows(500);
    const edges = rows.features.map((_, f) => binEdges(columnOf(rows.values, f, 500), 16));
    const binned = binnedRows(rows.values, edges, 500);

    for (let seed = 1; seed <= 8; seed += 1) {
      const library = new RandomForestClassifier({
        nEstimators: 1,
        seed,
        useSampleBagging: true,
        noOOB: true,
        replacement: false,
        maxFeatures: 1,
        treeOptions: { maxDepth: 10, minNumSamples: 2, gainThreshold: 0 },
      });
      library.train(binned, Array.from(rows.labels));

      const forest = flattened(library, edges);
      const ours = Array.from({ length: 500 }, (_, row) =>
        Number(scoreForest(forest, vectorOf(rows, row)) > 0.5),
      );
      expect(ours).toEqual(library.predict(binned));
    }
  });

  // The library's own importance subtracts what the children gained, and can be negative.
  test('importance is gain times rows, per feature, of the whole', () => {
    const flattener = new TreeFlattener([Float64Array.of(0, 5), Float64Array.of(0, 7)]);
    const split = (splitColumn: number, gain: number, numberSamples: number) => ({
      splitColumn,
      splitValue: 0.5,
      gain,
      numberSamples,
      left: leaf(0.2),
      right: leaf(0.9),
    });
    flattener.add({ ...split(0, 0.3, 100), right: split(1, 0.2, 40) }, [0, 1]);
    expect([...flattener.result().importance]).toEqual([30 / 38, 8 / 38]);
  });

  test('columns that the library shuffled go back to their features', () => {
    const flattener = new TreeFlattener([Float64Array.of(0, 5), Float64Array.of(0, 7)]);
    const root = { splitColumn: 0, splitValue: 0.5, gain: 1, numberSamples: 9 };
    flattener.add({ ...root, left: leaf(0.2), right: leaf(0.9) }, [1, 0]);
    const { feature, threshold } = flattener.result();
    expect([feature[0], threshold[0]]).toEqual([1, 7]);
  });

  test('a leaf that only saw class 0 has no share of Lambda', () => {
    const flattener = new TreeFlattener([Float64Array.of(0)]);
    flattener.add({ distribution: { columns: 1, get: () => 1 } }, [0]);
    expect([...flattener.result().pLambda]).toEqual([0]);
  });

  test('a node that is neither leaf nor split is refused', () => {
    const flattener = new TreeFlattener([Float64Array.of(0, 5)]);
    const broken: LibraryNode = { splitColumn: 0, splitValue: 0.5, gain: 1, left: leaf(0) };
    expect(() => flattener.add(broken, [0])).toThrow(/neither a leaf nor a split/);
  });
});

function leaf(pLambda: number): LibraryNode {
  return {
    distribution: { columns: 2, get: (_, column) => (column === 1 ? pLambda : 1 - pLambda) },
  };
}

function flattened(library: RandomForestClassifier, edges: readonly Float64Array[]) {
  const { estimators, indexes } = library.toJSON().baseModel;
  const flattener = new TreeFlattener(edges);
  flattener.add(estimators[0].root, indexes[0] ?? []);
  return decodeForest(encodeForest(flattener.result()), edges.length);
}

function columnOf(values: Float64Array, f: number, rowCount: number): Float64Array {
  return values.subarray(f * rowCount, (f + 1) * rowCount);
}

function binnedRows(
  values: Float64Array,
  edges: readonly Float64Array[],
  rowCount: number,
): number[][] {
  const columns = edges.map((ofColumn, f) => {
    const bins = new Uint8Array(rowCount);
    writeBins(columnOf(values, f, rowCount), ofColumn, bins);
    return bins;
  });
  return Array.from({ length: rowCount }, (_, row) => columns.map((bins) => bins[row] ?? 0));
}
