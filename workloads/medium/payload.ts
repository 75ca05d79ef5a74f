const sampleCount = 6_000;

/** A noisy daily rhythm with a trend, one reading a minute, drawn from the request's seed. */
export function makePayload(random: () => number): { contentType: string; body: Uint8Array } {
  const period = 200 + Math.floor(random() * 800);
  const trend = random() - 0.5;
  const samples = Array.from({ length: sampleCount }, (_, index) => {
    const rhythm = Math.sin((2 * Math.PI * index) / period);
    return Math.round(1000 * (20 + 5 * rhythm + trend * (index / sampleCount) + random())) / 1000;
  });
  return { contentType: 'application/json', body: Buffer.from(JSON.stringify({ samples })) };
}
