import type { RunCounts } from './join-summary.ts';

/** A run above these is degraded (METHOD 1.6). */
const gapShareLimit = 0.02;
const issuedShareLimit = 0.8;

/**
 * No gate looks at what a platform answered. A request that was refused by all of its targets is
 * not an answer: the testbed was not there.
 */
export function whyDegraded(
  counts: RunCounts['counts'],
  requests: RunCounts['requests'],
): string[] {
  const reasons: string[] = [];
  if (requests.issued < issuedShareLimit * requests.intended) {
    reasons.push(
      `${share(requests.issued, requests.intended)} requests were issued; at least 80 % must be`,
    );
  }
  if (counts.missing > gapShareLimit * counts.rows) {
    reasons.push(
      `${share(counts.missing, counts.rows)} rows lack a platform record without an explanation; ` +
        'at most 2 % may',
    );
  }
  if (counts.unrecorded > gapShareLimit * counts.rows) {
    reasons.push(
      `${share(counts.unrecorded, counts.rows)} rows were sent and their outcome was not ` +
        'recorded; at most 2 % may',
    );
  }
  if (requests.unreachable > gapShareLimit * requests.intended) {
    reasons.push(
      `${share(requests.unreachable, requests.intended)} requests were refused by every target: ` +
        'the testbed could not be reached; at most 2 % may',
    );
  }
  if (counts.repeated_outcomes > 0) {
    reasons.push(`${counts.repeated_outcomes} sends have two outcomes: something was sent twice`);
  }
  return reasons;
}

function share(part: number, whole: number): string {
  return `${part} of ${whole} (${((100 * part) / whole).toFixed(1)} %)`;
}
