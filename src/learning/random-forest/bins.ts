/**
 * Quantile bins of one column: the lower edge of each bin, ascending and distinct. A column with no
 * more distinct values than bins keeps every one of them, so that a rare workload's 0/1 column is
 * never swallowed by its larger bin.
 */
export function binEdges(column: Float64Array, bins: number): Float64Array {
  const sorted = column.slice().sort();
  const distinct = distinctValues(sorted, bins);
  if (distinct.length <= bins) return Float64Array.from(distinct);

  const edges: number[] = [];
  for (let bin = 0; bin < bins; bin += 1) {
    const edge = sorted[Math.floor((bin * sorted.length) / bins)] as number;
    if (edges.length === 0 || edge > (edges[edges.length - 1] as number)) edges.push(edge);
  }
  return Float64Array.from(edges);
}

/** The bin of each value: the last one whose lower edge is not above it. */
export function writeBins(column: Float64Array, edges: Float64Array, bins: Uint8Array): void {
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row] as number;
    let low = 0;
    let high = edges.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((edges[middle] as number) <= value) low = middle;
      else high = middle - 1;
    }
    bins[row] = low;
  }
}

/** Stops one past `limit`: more are not needed to know that there are too many. */
function distinctValues(sorted: Float64Array, limit: number): number[] {
  const distinct: number[] = [];
  for (const value of sorted) {
    if (value !== distinct[distinct.length - 1]) distinct.push(value);
    if (distinct.length > limit) break;
  }
  return distinct;
}
