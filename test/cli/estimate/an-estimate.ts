import { estimateCosts } from '../../../src/cli/estimate/estimate.ts';
import type { EstimateOptions } from '../../../src/cli/estimate/options.ts';
import { linesOf } from './log-lines.ts';

/** What one call of the command prints, and how it ends. */
export interface Estimated {
  readonly exitCode: number;
  readonly lines: readonly string[];
  /** With its line breaks undone: where a line ends is no part of what it says. */
  readonly text: string;
  readonly json: unknown;
}

export async function anEstimate(
  options: EstimateOptions,
  source: { readonly plan?: string; readonly stdin?: string } = {},
): Promise<Estimated> {
  const lines: string[] = [];
  let json: unknown;
  const { plan, stdin } = source;
  const exitCode = await estimateCosts(
    {
      isJson: true,
      isTerminal: false,
      line: (text) => lines.push(text),
      json: (value) => {
        json = value;
      },
      redraw: () => undefined,
    },
    {
      options,
      ...(plan === undefined ? {} : { plan }),
      ...(stdin === undefined ? {} : { stdin: linesOf(stdin) }),
    },
  );
  return { exitCode, lines, text: lines.join(' ').replaceAll(/\s+/g, ' '), json };
}
