import {
  defaultPriceBookName,
  type PriceBook,
  priceBookNames,
  priceGap,
  requirePriceBook,
} from '../../domain/money/price-books.ts';
import type { PricingPlan } from '../../domain/plan.ts';
import type { EstimateOptions, Settings } from './options.ts';

/** The prices' side of a question: what the options say, else the plan's, else the defaults. */
export function pricingOf(
  settings: Settings,
  plan?: { readonly pricing: PricingPlan; readonly book: PriceBook },
): { readonly book: PriceBook; readonly pricing: PricingPlan } {
  const book = settings.book ?? plan?.book ?? requirePriceBook(defaultPriceBookName);
  const preflights = settings.preflights ?? plan?.pricing.preflights;
  return {
    book,
    pricing: {
      book: book.name,
      ...(preflights === undefined ? {} : { preflights }),
      edge: {
        lambda: settings.edge.lambda ?? plan?.pricing.edge.lambda ?? defaultEdge.lambda,
        ecs: settings.edge.ecs ?? plan?.pricing.edge.ecs ?? defaultEdge.ecs,
      },
      targetUtilisation:
        settings.targetUtilisation ?? plan?.pricing.targetUtilisation ?? defaultTargetUtilisation,
    },
  };
}

/** As in plans (`src/plan/schema.ts`). */
const defaultEdge = { lambda: 'http-api', ecs: 'alb' } as const satisfies PricingPlan['edge'];
const defaultTargetUtilisation = 0.6;

/** The book that the options name; undefined: none, or none that can be used. */
export async function priceBookOption(
  { region, architecture, prices }: EstimateOptions,
  problems: string[],
): Promise<PriceBook | undefined> {
  if (prices !== undefined) {
    if (region !== undefined || architecture !== undefined) {
      problems.push('--prices names a region and an architecture itself: leave them out.');
    }
    const { readPriceFile } = await import('../../plan/price-file.ts');
    const file = await readPriceFile(prices);
    if ('prices' in file) return file.prices;
    problems.push(
      ...file.problems.map((problem) => (problem.endsWith('.') ? problem : `${problem}.`)),
    );
    return undefined;
  }
  if (region === undefined && architecture === undefined) return undefined;
  const [defaultRegion, defaultArchitecture, date] = defaultPriceBookName.split('/');
  const wanted = `${region ?? defaultRegion}/${aliasOf(architecture) ?? defaultArchitecture}/${date}`;
  if (priceBookNames.includes(wanted)) return requirePriceBook(wanted);
  const gap = priceGap(wanted);
  problems.push(
    gap === undefined
      ? `There are no prices of ${wanted.split('/').slice(0, 2).join(' on ')}. There are ` +
          `${priceBookNames.join(', ')}; --prices FILE takes your own.`
      : `${gap.message}. Write a file with "extends: ${wanted}" and a value for each of them, and ` +
          'give it as --prices FILE.',
  );
  return undefined;
}

function aliasOf(architecture: string | undefined): string | undefined {
  if (architecture === 'arm' || architecture === 'graviton') return 'arm64';
  return architecture === 'x86' ? 'x86_64' : architecture;
}
