import { describe, expect, test } from 'vitest';
import { binEdges, writeBins } from '../../../src/learning/random-forest/bins.ts';

describe('quantile bins', () => {
  test('a rare value of a column with few values keeps its own bin', () => {
    const column = new Float64Array(1000);
    column[123] = 1;
    expect([...binEdges(column, 8)]).toEqual([0, 1]);
  });

  test('many values are cut into bins of equal size', () => {
    const column = Float64Array.from({ length: 100 }, (_, index) => 99 - index);
    expect([...binEdges(column, 4)]).toEqual([0, 25, 50, 75]);
  });

  test('a value that fills several bins makes one', () => {
    const column = Float64Array.from({ length: 100 }, (_, index) => Math.max(0, index - 59));
    expect([...binEdges(column, 5)]).toEqual([0, 1, 21]);
  });

  test('a value lies below the lower edge of every later bin and of no other', () => {
    const column = Float64Array.from({ length: 300 }, (_, index) => (index * 7919) % 1009);
    const edges = binEdges(column, 16);
    const bins = new Uint8Array(300);
    writeBins(column, edges, bins);
    for (const [row, value] of column.entries()) {
      for (const [bin, edge] of edges.entries()) expect(value < edge).toBe((bins[row] ?? 0) < bin);
    }
  });
});
