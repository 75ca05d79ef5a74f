/**
 * METHOD 1.4: a run whose p99 lag is above it is `generator-limited`: with later sends than that, the
 * generator is measured and not the platform.
 */
export const sendLagLimitMs = 20;
