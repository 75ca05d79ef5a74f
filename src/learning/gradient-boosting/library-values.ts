/**
 * The library compares 32-bit floats, and its binding takes −1 for a missing value: such a row would
 * go wherever a node sends what it does not know. −1 is real here (the cosine of the hour at noon),
 * so the library is given the next float above it instead. It is never given NaN, which `checkRows`
 * refuses, so no value is ever missing.
 */
export function libraryValue(value: number): number {
  const rounded = Math.fround(value);
  return rounded === missing ? nextAboveMissing : rounded;
}

/** Larger values could overflow when the library takes the middle of two. */
export const largestLibraryValue = 1e38;

const missing = -1;
const nextAboveMissing = -1 + 2 ** -24;

/**
 * A node's threshold for values as they are: `value < rawThreshold(t)` exactly when
 * `libraryValue(value) < t`. It is the lowest 64-bit number that is rounded to `t` or above.
 */
export function rawThreshold(threshold: number): number {
  const upper = threshold === nextAboveMissing ? missing : threshold;
  const middle = (floatBelow(upper) + upper) / 2;
  // The middle of two floats is rounded to the even one.
  return Math.fround(middle) === upper ? middle : numberAbove(middle);
}

const float = new DataView(new ArrayBuffer(8));

/** The next lower 32-bit float. Floats of one sign are ordered as their bits are. */
function floatBelow(value: number): number {
  if (value === 0) return -(2 ** -149);
  float.setFloat32(0, value);
  float.setInt32(0, float.getInt32(0) + (value > 0 ? -1 : 1));
  return float.getFloat32(0);
}

/** The next higher 64-bit number of one that is not 0. */
function numberAbove(value: number): number {
  float.setFloat64(0, value);
  float.setBigInt64(0, float.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return float.getFloat64(0);
}
