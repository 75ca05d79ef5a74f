/** Something with a price and a latency, both better when lower. */
export interface Offer {
  readonly costUsd: number;
  readonly latencyMs: number;
}

/**
 * The Pareto frontier: what nothing else beats in one of cost and latency without losing in the
 * other, the cheapest first. Equal offers are on it together.
 */
export function frontierOf<Some extends Offer>(offers: readonly Some[]): Some[] {
  const cheapestFirst = [...offers].sort(
    (a, b) => a.costUsd - b.costUsd || a.latencyMs - b.latencyMs,
  );
  const frontier: Some[] = [];
  for (const offer of cheapestFirst) {
    const last = frontier.at(-1);
    const isSame = offer.costUsd === last?.costUsd && offer.latencyMs === last.latencyMs;
    if (last === undefined || isSame || offer.latencyMs < last.latencyMs) frontier.push(offer);
  }
  return frontier;
}
