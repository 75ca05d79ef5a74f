import type { PricingPlan } from '../plan.ts';

/**
 * Dated list prices in USD, per region and architecture (METHOD 3.1). List price, first tier, no
 * free tier and no savings plan.
 */
export interface PriceBook {
  /** `<region>/<architecture>/<year-month>`. */
  readonly name: string;
  readonly region: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly date: string;
  readonly lambdaRequestUsd: number;
  /** First tier. */
  readonly lambdaGbSecondUsd: number;
  /** What further GB-seconds of a month cost, in rising order of `fromGbSeconds`. */
  readonly lambdaTiers: readonly LambdaTier[];
  /** What an account has free in a month: a switch of the estimate, never of a verdict. */
  readonly lambdaFree: { readonly requests: number; readonly gbSeconds: number };
  readonly fargateVcpuHourUsd: number;
  readonly fargateGbHourUsd: number;
  readonly albHourUsd: number;
  readonly albLcuHourUsd: number;
  readonly httpApiRequestUsd: number;
  readonly restApiRequestUsd: number;
  readonly logsGbUsd: number;
  readonly ipv4HourUsd: number;
  /** To the internet, after the month's free part. */
  readonly egressGbUsd: number;
  /** Fields whose value was not read from that region's own price page. */
  readonly unverified: readonly (keyof PriceBook)[];
}

export interface LambdaTier {
  readonly fromGbSeconds: number;
  readonly gbSecondUsd: number;
}

/**
 * Public price pages as of 2026-11: aws.amazon.com/lambda/pricing, /fargate/pricing,
 * /elasticloadbalancing/pricing, /api-gateway/pricing, /cloudwatch/pricing, /vpc/pricing.
 */
const lambda = {
  x86_64: {
    lambdaRequestUsd: 2e-7,
    lambdaGbSecondUsd: 0.0000166667,
    lambdaTiers: [
      { fromGbSeconds: 6e9, gbSecondUsd: 0.000015 },
      { fromGbSeconds: 15e9, gbSecondUsd: 0.0000133334 },
    ],
  },
  arm64: {
    lambdaRequestUsd: 2e-7,
    lambdaGbSecondUsd: 0.0000133334,
    lambdaTiers: [
      { fromGbSeconds: 7.5e9, gbSecondUsd: 0.0000120001 },
      { fromGbSeconds: 18.75e9, gbSecondUsd: 0.0000106667 },
    ],
  },
} as const;

/** Of every account, in every month and region. */
export const standardLambdaFree = { requests: 1e6, gbSeconds: 400_000 } as const;

const fargate = {
  x86_64: { fargateVcpuHourUsd: 0.04048, fargateGbHourUsd: 0.004445 },
  arm64: { fargateVcpuHourUsd: 0.03238, fargateGbHourUsd: 0.00356 },
  x86_64EuCentral1: { fargateVcpuHourUsd: 0.04656, fargateGbHourUsd: 0.00511 },
} as const;

/** Of us-east-1. Elsewhere they stand in for prices that were not read, and are marked so. */
const surroundings = {
  albHourUsd: 0.0225,
  albLcuHourUsd: 0.008,
  httpApiRequestUsd: 1e-6,
  restApiRequestUsd: 3.5e-6,
  logsGbUsd: 0.5,
  ipv4HourUsd: 0.005,
  egressGbUsd: 0.09,
} as const;

const surroundingFields = [
  'albHourUsd',
  'albLcuHourUsd',
  'httpApiRequestUsd',
  'restApiRequestUsd',
  'logsGbUsd',
  'ipv4HourUsd',
  'egressGbUsd',
] as const satisfies readonly (keyof PriceBook)[];

const priceBooks: readonly PriceBook[] = [
  book('us-east-1', 'x86_64', { ...lambda.x86_64, ...fargate.x86_64, unverified: [] }),
  book('us-east-1', 'arm64', { ...lambda.arm64, ...fargate.arm64, unverified: [] }),
  book('eu-west-1', 'x86_64', {
    ...lambda.x86_64,
    ...fargate.x86_64,
    unverified: surroundingFields,
  }),
  book('eu-west-1', 'arm64', { ...lambda.arm64, ...fargate.arm64, unverified: surroundingFields }),
  book('eu-central-1', 'x86_64', {
    ...lambda.x86_64,
    ...fargate.x86_64EuCentral1,
    unverified: surroundingFields,
  }),
];

/** Books with gaps: nobody should guess a price, but a user's own file can begin with the rest. */
const incompleteBooks: readonly IncompleteBook[] = [
  book('eu-central-1', 'arm64', { ...lambda.arm64, unverified: surroundingFields }),
];

export type PriceField = Exclude<
  keyof PriceBook,
  'name' | 'region' | 'architecture' | 'date' | 'lambdaTiers' | 'lambdaFree' | 'unverified'
>;

type IncompleteBook = Omit<PriceBook, 'fargateVcpuHourUsd' | 'fargateGbHourUsd'>;

/** Every price that a book must have. */
export const priceFields: readonly PriceField[] = [
  'lambdaRequestUsd',
  'lambdaGbSecondUsd',
  'fargateVcpuHourUsd',
  'fargateGbHourUsd',
  ...surroundingFields,
];

export const priceBookNames: readonly string[] = priceBooks.map((entry) => entry.name);

export const defaultPriceBookName = 'us-east-1/x86_64/2026-11';

export function requirePriceBook(name: string): PriceBook {
  const found = priceBooks.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const gap = priceGap(name);
  if (gap !== undefined) throw new Error(`${gap.message}. ${gap.suggestion}`);
  throw new Error(`No price book "${name}". Set pricing.book to ${priceBookNames.join(', ')}.`);
}

/** What a user's own file may extend: also a book whose other prices nobody knows. */
export function findPriceBase(name: string): Partial<PriceBook> | undefined {
  return [...priceBooks, ...incompleteBooks].find((entry) => entry.name === name);
}

export const priceBaseNames: readonly string[] = [...priceBooks, ...incompleteBooks].map(
  (entry) => entry.name,
);

/** Why a book cannot be used as it is, and what a user's own file must have to be one. */
export function priceGap(
  name: string,
): { readonly message: string; readonly suggestion: string } | undefined {
  const base = incompleteBooks.find((entry) => entry.name === name);
  if (base === undefined) return undefined;
  const missing = priceFields.filter((field) => !Object.hasOwn(base, field));
  return {
    message: `No price is known for ${missing.join(' and ')} of "${name}"`,
    suggestion:
      `Write a file with "extends: ${name}" and a value for each of them, ` +
      'and set pricing.book to its path.',
  };
}

/** The name of the same region's book of that date on another architecture. */
export function siblingBookName(name: string, architecture: PriceBook['architecture']): string {
  const [region = '', , date = ''] = name.split('/');
  return `${region}/${architecture}/${date}`;
}

/** The prices that a plan is judged by: the user's own file, or the book that it names. */
export function priceBookOf(pricing: Pick<PricingPlan, 'book' | 'ownPrices'>): PriceBook {
  return pricing.ownPrices ?? requirePriceBook(pricing.book);
}

/** The same with Lambda's own prices multiplied, edge and logs as they are (METHOD 3.6). */
export function lambdaAt(book: PriceBook, times: number): PriceBook {
  return {
    ...book,
    lambdaRequestUsd: times * book.lambdaRequestUsd,
    lambdaGbSecondUsd: times * book.lambdaGbSecondUsd,
    lambdaTiers: book.lambdaTiers.map((tier) => ({
      ...tier,
      gbSecondUsd: times * tier.gbSecondUsd,
    })),
  };
}

export function fargateAt(book: PriceBook, times: number): PriceBook {
  return {
    ...book,
    fargateVcpuHourUsd: times * book.fargateVcpuHourUsd,
    fargateGbHourUsd: times * book.fargateGbHourUsd,
  };
}

/** How a changed price is called: `+20 %`. */
export function percentChange(times: number): string {
  return `${times < 1 ? '−' : '+'}${Math.round(Math.abs(100 * (times - 1)))} %`;
}

function book<Prices extends Partial<PriceBook>>(
  region: string,
  architecture: PriceBook['architecture'],
  prices: Prices,
) {
  const date = '2026-11';
  const name = `${region}/${architecture}/${date}`;
  return {
    name,
    region,
    architecture,
    date,
    lambdaFree: standardLambdaFree,
    ...surroundings,
    ...prices,
  };
}
