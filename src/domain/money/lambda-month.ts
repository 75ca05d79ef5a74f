import type { PriceBook } from './price-books.ts';

/** AWS counts a month as so many hours (365·24/12). */
export const hoursPerMonth = 730;

export interface LambdaUse {
  readonly requests: number;
  readonly gbSeconds: number;
}

export interface LambdaMonth {
  readonly requestsUsd: number;
  readonly computeUsd: number;
  readonly totalUsd: number;
  /** What the free tier has taken off; 0 without it. */
  readonly freeUsd: number;
}

/**
 * A month on Lambda with its price tiers: what an account uses above a tier costs less. The free
 * tier is the account's, not the workload's, so a verdict never counts it; an estimate may. Edge and
 * logs are not in it.
 */
export function lambdaMonthUsd(
  book: PriceBook,
  use: LambdaUse,
  { hasFreeTier }: { readonly hasFreeTier: boolean },
): LambdaMonth {
  const full = monthUsd(book, use);
  if (!hasFreeTier) return { ...full, freeUsd: 0 };
  const { requests, gbSeconds } = book.lambdaFree;
  const billed = monthUsd(book, {
    requests: Math.max(0, use.requests - requests),
    gbSeconds: Math.max(0, use.gbSeconds - gbSeconds),
  });
  return { ...billed, freeUsd: full.totalUsd - billed.totalUsd };
}

function monthUsd(
  book: PriceBook,
  { requests, gbSeconds }: LambdaUse,
): Omit<LambdaMonth, 'freeUsd'> {
  const requestsUsd = requests * book.lambdaRequestUsd;
  const computeUsd = tieredUsd(book, gbSeconds);
  return { requestsUsd, computeUsd, totalUsd: requestsUsd + computeUsd };
}

function tieredUsd(book: PriceBook, gbSeconds: number): number {
  const tiers = [{ fromGbSeconds: 0, gbSecondUsd: book.lambdaGbSecondUsd }, ...book.lambdaTiers];
  return tiers.reduce((sum, { fromGbSeconds, gbSecondUsd }, index) => {
    const toGbSeconds = tiers[index + 1]?.fromGbSeconds ?? Number.POSITIVE_INFINITY;
    const inTier = Math.min(gbSeconds, toGbSeconds) - fromGbSeconds;
    return sum + Math.max(0, inTier) * gbSecondUsd;
  }, 0);
}
