import type { Random } from '../../domain/statistics/random.ts';
import { normalDraw } from '../../testbeds/simulated/noise-model.ts';

/** The part of the median that passes before the platform has the request. */
const forwardPart = 0.25;

/**
 * Network, gateway and dispatch of one platform. The way there is a constant, so that requests
 * arrive in the order in which they were sent; all of the spread is on the way back.
 */
export class EdgeDelay {
  readonly forwardMs: number;
  readonly #medianMs: number;
  readonly #sigma: number;
  readonly #random: Random;

  constructor(medianMs: number, sigma: number, random: Random) {
    this.forwardMs = forwardPart * medianMs;
    this.#medianMs = medianMs;
    this.#sigma = sigma;
    this.#random = random;
  }

  backMs(): number {
    const bothWaysMs = this.#medianMs * Math.exp(this.#sigma * normalDraw(this.#random));
    return Math.max(0, bothWaysMs - this.forwardMs);
  }
}
