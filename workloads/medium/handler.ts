const medianWindow = 161;
const longestPeriod = 2_000;

/** Smooths a series, finds its period by autocorrelation and describes it. */
export async function handle(payload: Uint8Array): Promise<{ contentType: string; body: string }> {
  const samples = requireSamples(JSON.parse(Buffer.from(payload).toString('utf8')));
  const smooth = movingMedian(samples, medianWindow);
  const { mean, deviation } = momentsOf(smooth);
  const { period, correlation } = strongestPeriod(smooth, mean);
  const ordered = samples.toSorted();
  const quantile = (share: number): number | undefined =>
    ordered[Math.floor(share * (ordered.length - 1))];
  const body = JSON.stringify({
    samples: samples.length,
    mean: rounded(mean),
    deviation: rounded(deviation),
    period,
    correlation: rounded(correlation),
    p05: quantile(0.05),
    p50: quantile(0.5),
    p95: quantile(0.95),
  });
  return { contentType: 'application/json', body };
}

function requireSamples(document: unknown): Float64Array {
  const samples = (document as { readonly samples?: unknown } | null)?.samples;
  if (!Array.isArray(samples) || samples.length <= longestPeriod) {
    throw new TypeError(
      `The payload has no array "samples" of more than ${longestPeriod} numbers.`,
    );
  }
  const values = Float64Array.from(samples);
  if (values.some(Number.isNaN))
    throw new TypeError('"samples" holds something that is no number.');
  return values;
}

/** The middle of each window of neighbours; windows are cut off at both ends. */
function movingMedian(samples: Float64Array, width: number): Float64Array {
  const half = (width - 1) / 2;
  return samples.map((_, index) => {
    const window = samples.slice(Math.max(0, index - half), index + half + 1).sort();
    return window[Math.floor(window.length / 2)] ?? 0;
  });
}

function momentsOf(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / values.length) };
}

/** The lag, from 100 on, at which the series resembles itself most. */
function strongestPeriod(
  values: Float64Array,
  mean: number,
): { readonly period: number; readonly correlation: number } {
  const centred = values.map((value) => value - mean);
  const variance = correlationAt(centred, 0);
  let period = 0;
  let correlation = Number.NEGATIVE_INFINITY;
  for (let lag = 100; lag <= longestPeriod; lag += 1) {
    const candidate = correlationAt(centred, lag) / variance;
    if (candidate > correlation) {
      period = lag;
      correlation = candidate;
    }
  }
  return { period, correlation };
}

function correlationAt(centred: Float64Array, lag: number): number {
  let sum = 0;
  for (let index = lag; index < centred.length; index += 1) {
    sum += (centred[index] ?? 0) * (centred[index - lag] ?? 0);
  }
  return sum / (centred.length - lag);
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
