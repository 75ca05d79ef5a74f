import { type Estimate, estimate } from '../../domain/estimate/estimate.ts';
import type { Subject } from './subject.ts';

/** An estimate, or the two between which the unknown CPU time leaves it. */
export interface EstimateAnswer {
  readonly estimate: Estimate;
  /** With the least CPU that a request can need; present where nobody knows how much it needs. */
  readonly leastCpu?: Estimate;
}

export function answerOf({ question, leastCpu }: Subject): EstimateAnswer {
  const answer = estimate(question);
  return leastCpu === undefined
    ? { estimate: answer }
    : { estimate: answer, leastCpu: estimate(leastCpu) };
}
