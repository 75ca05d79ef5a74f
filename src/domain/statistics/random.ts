/** A source of uniform numbers in [0, 1). */
export type Random = () => number;

/**
 * A seeded generator (sfc32), keyed by whatever names the draw: the same key gives the same
 * numbers on every machine, so a draw can be repeated after any crash.
 *
 * Source: C. Doty-Humphrey, PractRand, sfc32; seeded here by four FNV-1a hashes of the key.
 */
export function randomFor(seed: number, ...key: readonly (string | number)[]): Random {
  const text = `${seed}/${key.join('/')}`;
  let a = fnv1a(text, 0x811c9dc5);
  let b = fnv1a(text, 0x01000193);
  let c = fnv1a(text, 0x9e3779b9);
  let counter = 1;

  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  // The first outputs still show the seed; twelve rounds are what the author of sfc32 asks for.
  for (let round = 0; round < 12; round += 1) next();
  return next;
}

/** A whole number in [0, below). */
export function randomInteger(random: Random, below: number): number {
  return Math.floor(random() * below);
}

/** A new array in random order (Fisher-Yates). */
export function shuffled<Value>(values: readonly Value[], random: Random): Value[] {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = randomInteger(random, last + 1);
    const kept = result[last] as Value;
    result[last] = result[other] as Value;
    result[other] = kept;
  }
  return result;
}

function fnv1a(text: string, basis: number): number {
  let hash = basis;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash | 0;
}
