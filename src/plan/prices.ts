import { dirname, relative, resolve } from 'node:path';
import { priceBookNames, priceGap, siblingBookName } from '../domain/money/price-books.ts';
import type { PricingPlan } from '../domain/plan.ts';
import { isPriceFile, readPriceFile } from './price-file.ts';
import type { Finding } from './problems.ts';
import type { WrittenPlan } from './schema.ts';
import type { PlanSource } from './source.ts';

interface FoundPrices {
  readonly prices?: Pick<PricingPlan, 'book' | 'ownPrices'>;
  readonly findings: readonly Finding[];
}

const path = ['pricing', 'book'];

/**
 * The prices that a plan means: the book that it names, that region's book of another architecture,
 * or the user's own file, which is looked for beside the plan file that names it.
 */
export async function findPrices(
  written: Pick<WrittenPlan['pricing'], 'book' | 'architecture'>,
  planSource: Pick<PlanSource, 'path' | 'locate'>,
): Promise<FoundPrices> {
  const { book, architecture } = written;
  if (!isPriceFile(book)) {
    return named(architecture === undefined ? book : siblingBookName(book, architecture), written);
  }
  const namedIn = planSource.locate(path).file ?? planSource.path;
  const read = await readPriceFile(relative('', resolve(dirname(namedIn), book)));
  if ('problems' in read) return { findings: read.problems.map((message) => ({ path, message })) };
  const { prices } = read;
  if (architecture !== undefined && architecture !== prices.architecture) {
    const message = `The prices in ${book} are those of ${prices.architecture}, not ${architecture}`;
    return { findings: [{ path: ['pricing', 'architecture'], message, suggestion: elsewhere }] };
  }
  return { prices: { book: prices.name, ownPrices: prices }, findings: [] };
}

const elsewhere = 'A file says its architecture itself: leave it out here.';

function named(
  book: string,
  { architecture }: Pick<WrittenPlan['pricing'], 'architecture'>,
): FoundPrices {
  if (priceBookNames.includes(book)) return { prices: { book }, findings: [] };
  const gap = priceGap(book) ?? {
    message: `There is no price book "${book}"`,
    suggestion: `There are ${priceBookNames.join(', ')}.`,
  };
  const at = architecture === undefined ? path : ['pricing', 'architecture'];
  return { findings: [{ path: at, ...gap }] };
}
