/** The powers of ten from below the smallest value above zero to above the largest. */
export function decadesOf(values: readonly number[]): number[] {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  if (positive.length === 0) return [1, 10];
  const first = Math.floor(Math.log10(Math.min(...positive)) - 0.05);
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...positive)) + 0.05));
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}
