import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  findPriceBase,
  type LambdaTier,
  type PriceBook,
  type PriceField,
  priceBaseNames,
  priceFields,
  standardLambdaFree,
} from '../domain/money/price-books.ts';
import { closest } from './closest.ts';
import { isMapping, quoted, valueAt } from './problems.ts';

/** Prices of a user's own file, or everything that is wrong with it, a sentence each. */
export type PriceFile =
  | { readonly prices: PriceBook }
  | { readonly problems: readonly [string, ...string[]] };

/**
 * Reads a user's own prices: YAML or JSON, with the fields of `PriceBook`. `extends` names a book
 * for the fields that are not given; without it all prices must be. What is not given keeps the
 * mark of that book when it is unverified, and gets one when the file is for another region or
 * architecture.
 */
export async function readPriceFile(path: string): Promise<PriceFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { problems: [`The price file ${path} cannot be read (${code})`] };
  }
  try {
    return pricesOf(parse(text), path);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { problems: [`The price file ${path} is neither YAML nor JSON: ${reason}`] };
  }
}

/** By its ending; the names of books have none. */
export function isPriceFile(text: string): boolean {
  return /\.(ya?ml|json)$/i.test(text);
}

const price = z.number().min(0).max(1000);
const architectures = ['x86_64', 'arm64'] as const;

const allPrices = z.object({
  lambdaRequestUsd: price,
  lambdaGbSecondUsd: price,
  fargateVcpuHourUsd: price,
  fargateGbHourUsd: price,
  albHourUsd: price,
  albLcuHourUsd: price,
  httpApiRequestUsd: price,
  restApiRequestUsd: price,
  logsGbUsd: price,
  ipv4HourUsd: price,
  egressGbUsd: price,
} satisfies Record<PriceField, typeof price>);

const tiers = z
  .array(z.strictObject({ fromGbSeconds: z.number().positive(), gbSecondUsd: price }))
  .refine(
    (list) => list.every((tier, at) => tier.fromGbSeconds > (list[at - 1]?.fromGbSeconds ?? 0)),
    'the tiers do not rise',
  );

const priceFileSchema = z.strictObject({
  name: z.string().min(1).max(80).optional(),
  extends: z.enum(priceBaseNames).optional(),
  region: z.string().min(1).max(40).optional(),
  architecture: z.enum(architectures).optional(),
  date: z.string().min(1).max(20).optional(),
  ...allPrices.partial().shape,
  lambdaTiers: tiers.optional(),
  lambdaFree: z
    .strictObject({ requests: z.number().min(0), gbSeconds: z.number().min(0) })
    .optional(),
});

type WrittenPrices = z.output<typeof priceFileSchema>;

function pricesOf(value: unknown, path: string): PriceFile {
  const parsed = priceFileSchema.safeParse(value ?? {});
  const written = parsed.data ?? {};
  const base = isMapping(value) ? findPriceBase(String(valueAt(value, ['extends']))) : undefined;
  const problems = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => explained(issue, value)),
    ...(isMapping(value) ? missing(value, base) : []),
    ...nameProblems(value, path),
  ].map((problem) => `${path}: ${problem}`);
  const [first, ...others] = problems;
  if (first !== undefined) return { problems: [first, ...others] };
  return { prices: combined(written, base ?? {}, path) };
}

function missing(
  value: Readonly<Record<string, unknown>>,
  base: Partial<PriceBook> | undefined,
): string[] {
  const extended = valueAt(value, ['extends']);
  // A book that does not exist has been said already.
  if (extended !== undefined && base === undefined) return [];
  const identity = ['region', 'architecture', 'date'] as const;
  const fields = [...identity, ...priceFields].filter(
    (field) => base?.[field] === undefined && value[field] === undefined,
  );
  if (fields.length === 0) return [];
  const advice =
    valueAt(value, ['extends']) === undefined
      ? `, or "extends: " one of ${priceBaseNames.join(', ')}`
      : '';
  return [`no ${fields.join(', ')}. Give them${advice}.`];
}

/** Rows carry the name of their prices: two books must not share one. */
function nameProblems(value: unknown, path: string): string[] {
  const name = valueAt(value, ['name']) ?? nameOfFile(path);
  return priceBaseNames.some((known) => known === name)
    ? [`name: ${quoted(name)} is a book of Crossover's own. Choose another name.`]
    : [];
}

function nameOfFile(path: string): string {
  return basename(path, extname(path));
}

function explained(issue: z.core.$ZodIssue, value: unknown): string[] {
  const field = issue.path.join('.');
  const shown = quoted(issue.path.reduce<unknown>(memberOf, value));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const near = closest(key, Object.keys(priceFileSchema.shape));
      return `unknown field "${key}".${near === undefined ? '' : ` Did you mean "${near}"?`}`;
    });
  }
  if (issue.path.length === 0) return [`${shown} is not a mapping of names to prices.`];
  if (issue.code === 'invalid_value') {
    return [`${field}: ${shown} is not one of ${issue.values.join(', ')}.`];
  }
  if (issue.code === 'custom') return [`${field}: ${issue.message}.`];
  const isPrice = priceFields.some((name) => name === field) || field.endsWith('gbSecondUsd');
  return [
    isPrice ? `${field}: ${shown} is not a price in USD.` : `${field}: ${shown}, ${issue.message}.`,
  ];
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  return isMapping(value) ? value[String(key)] : undefined;
}

function combined(written: WrittenPrices, base: Partial<PriceBook>, path: string): PriceBook {
  const region = written.region ?? base.region ?? '';
  const architecture = written.architecture ?? base.architecture ?? 'x86_64';
  const isElsewhere = region !== base.region || architecture !== base.architecture;
  const doubted = isElsewhere ? priceFields : (base.unverified ?? []);
  return {
    name: written.name ?? nameOfFile(path),
    region,
    architecture,
    date: written.date ?? base.date ?? '',
    // Nothing is missing here, or it would have been said.
    ...allPrices.parse({ ...base, ...written }),
    lambdaTiers: tiersOf(written, base),
    lambdaFree: written.lambdaFree ?? base.lambdaFree ?? standardLambdaFree,
    unverified: doubted.filter((field) => !Object.hasOwn(written, field)),
  };
}

/** The list's tiers belong to the list's price: under a price of one's own they are not known. */
function tiersOf(written: WrittenPrices, base: Partial<PriceBook>): readonly LambdaTier[] {
  if (written.lambdaTiers !== undefined) return written.lambdaTiers;
  return written.lambdaGbSecondUsd === undefined ? (base.lambdaTiers ?? []) : [];
}
