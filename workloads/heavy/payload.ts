const sourceCount = 300;
const gridSize = 256;

/** Heat sources on a plate: place and strength, drawn from the request's seed. */
export function makePayload(random: () => number): { contentType: string; body: Uint8Array } {
  const sources = Array.from({ length: sourceCount }, () => ({
    x: 1 + Math.floor(random() * (gridSize - 2)),
    y: 1 + Math.floor(random() * (gridSize - 2)),
    strength: Math.round((random() - 0.3) * 1e4) / 100,
  }));
  const body = Buffer.from(JSON.stringify({ gridSize, sources }));
  return { contentType: 'application/json', body };
}
