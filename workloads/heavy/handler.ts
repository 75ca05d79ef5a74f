const sweeps = 1_450;
const largestGrid = 512;

/** Heats a plate from its sources for a while and says how warm it became. */
export async function handle(payload: Uint8Array): Promise<{ contentType: string; body: string }> {
  const plate = requirePlate(JSON.parse(Buffer.from(payload).toString('utf8')));
  const temperature = relaxed(plate);
  let hottest = Number.NEGATIVE_INFINITY;
  let coldest = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (const value of temperature) {
    hottest = Math.max(hottest, value);
    coldest = Math.min(coldest, value);
    sum += value;
  }
  const body = JSON.stringify({
    hottest: rounded(hottest),
    coldest: rounded(coldest),
    mean: rounded(sum / temperature.length),
  });
  return { contentType: 'application/json', body };
}

interface Plate {
  readonly gridSize: number;
  readonly heat: Float64Array;
}

function requirePlate(document: unknown): Plate {
  const { gridSize, sources } = (document ?? {}) as Readonly<Record<string, unknown>>;
  if (!isWhole(gridSize, largestGrid + 1) || gridSize < 3 || !Array.isArray(sources)) {
    throw new TypeError(
      `The payload needs "gridSize" (3 to ${largestGrid}) and an array "sources".`,
    );
  }
  const heat = new Float64Array(gridSize * gridSize);
  for (const source of sources) {
    const { x, y, strength } = (source ?? {}) as Readonly<Record<string, unknown>>;
    if (!isWhole(x, gridSize) || !isWhole(y, gridSize) || typeof strength !== 'number') {
      throw new TypeError(`A source is not on the plate: ${JSON.stringify(source)}.`);
    }
    heat[y * gridSize + x] = (heat[y * gridSize + x] ?? 0) + strength;
  }
  return { gridSize, heat };
}

function isWhole(value: unknown, below: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < below;
}

/** Jacobi relaxation of the heat equation; the plate's edge stays at zero. */
function relaxed({ gridSize, heat }: Plate): Float64Array {
  let current = new Float64Array(heat.length);
  let next = new Float64Array(heat.length);
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    for (let y = 1; y < gridSize - 1; y += 1) {
      const row = y * gridSize;
      for (let at = row + 1; at < row + gridSize - 1; at += 1) {
        const across = (current[at - 1] ?? 0) + (current[at + 1] ?? 0);
        const along = (current[at - gridSize] ?? 0) + (current[at + gridSize] ?? 0);
        next[at] = (across + along + (heat[at] ?? 0)) / 4;
      }
    }
    [current, next] = [next, current];
  }
  return current;
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
