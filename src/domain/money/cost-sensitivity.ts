import { hoursPerMonth, lambdaMonthUsd } from './lambda-month.ts';
import { gbSecondsOf } from './lambda-price.ts';
import { fargateAt, lambdaAt, percentChange } from './price-books.ts';
import { type PriceQuestion, type WorkloadPrice, workloadPrice } from './workload-price.ts';

/** A month of one workload under one change, without a word on which is better. */
export interface CostSensitivityRow {
  readonly factor: 'as it is' | 'Lambda price' | 'Fargate price' | 'rate';
  /** `−20 %`, `x2`; empty for the first row. */
  readonly value: string;
  readonly ratePerHour: number;
  readonly lambdaMonthUsd: number;
  readonly fargateMonthUsd: number;
  readonly tasks: number;
  /** Undefined: Fargate never stays cheaper. */
  readonly breakEvenPerHour?: number;
}

/**
 * Break-even and monthly cost with prices 20 % lower and higher, and at half and double the rate,
 * one change at a time (METHOD 3.6). The first row is the question as it stands.
 */
export function costSensitivity(question: PriceQuestion): readonly CostSensitivityRow[] {
  const { book, ratePerS } = question;
  const prices = [0.8, 1.2].flatMap((times) => [
    row('Lambda price', percentChange(times), { ...question, book: lambdaAt(book, times) }),
    row('Fargate price', percentChange(times), { ...question, book: fargateAt(book, times) }),
  ]);
  const rates = [0.5, 2].map((times) =>
    row('rate', `x${times}`, { ...question, ratePerS: times * ratePerS }),
  );
  return [
    row('as it is', '', question),
    ...prices.toSorted((one, other) => other.factor.localeCompare(one.factor)),
    ...rates,
  ];
}

function row(
  factor: CostSensitivityRow['factor'],
  value: string,
  question: PriceQuestion,
): CostSensitivityRow {
  const price = workloadPrice(question);
  return {
    factor,
    value,
    ratePerHour: 3600 * question.ratePerS,
    ...monthlyUsd(question, price),
    tasks: price.fargate.tasks,
    ...(price.breakEven === undefined ? {} : { breakEvenPerHour: price.breakEven.requestsPerHour }),
  };
}

/** A month at this rate, everything in it that is not the same on both platforms. */
export function monthlyUsd(
  { book, workload, ratePerS }: PriceQuestion,
  { lambda, fargate }: WorkloadPrice,
): { readonly lambdaMonthUsd: number; readonly fargateMonthUsd: number } {
  const requests = 3600 * hoursPerMonth * ratePerS;
  const { billedMs, parts, entranceUsd } = lambda;
  const gbSeconds = requests * gbSecondsOf({ memoryMb: workload.lambdaMemoryMb, billedMs });
  const { totalUsd } = lambdaMonthUsd(book, { requests, gbSeconds }, { hasFreeTier: false });
  const besidesUsd = requests * (parts.edgeUsd + parts.logsUsd + parts.preflightUsd);
  return {
    lambdaMonthUsd: totalUsd + besidesUsd + hoursPerMonth * entranceUsd,
    fargateMonthUsd: hoursPerMonth * fargate.allInUsd,
  };
}
