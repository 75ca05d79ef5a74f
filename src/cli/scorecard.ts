import {
  type Claim,
  type ClaimGroup,
  claimGroups,
  coldShareGroup,
  leastColdShares,
  type Scorecard,
  stampOf,
  stampWords,
} from '../domain/simulation/scorecard.ts';
import { claimFigure, oursFigure } from '../report/format.ts';
import type { Output } from './output.ts';
import { columns, wrap } from './wrap.ts';

/** Prints what the simulator claims and whether it holds (METHOD 7.2, 7.3). Changes nothing. */
export async function showScorecard(services: {
  readonly output: Output;
  readonly scorecard: () => Scorecard;
}): Promise<number> {
  const { output } = services;
  const { claims } = services.scorecard();
  for (const line of scorecardLines(claims)) output.line(line);
  output.json({ stamp: stampOf(claims), claims });
  // A failed claim is a finding about the simulator and not about this command.
  return 0;
}

/** One line of at most 80 columns per claim; sources below, by number. */
export function scorecardLines(claims: readonly Claim[]): string[] {
  const sources = [...new Set(claims.map(({ source }) => source))];
  const failed = claims.filter(({ passed }) => !passed);
  return [
    ...claimGroups(claims).flatMap((group) => [
      ...headingLines(group),
      columnLine,
      ...claims
        .filter((claim) => claim.group === group.group)
        .map((claim) => claimLine(claim, sources.indexOf(claim.source) + 1)),
      '',
    ]),
    'Sources',
    ...sources.flatMap((source, index) => wrap(`  [${index + 1}] ${source}`, { indent: '      ' })),
    '',
    ...(failed.length === 0 ? [] : ['Failed', ...failed.flatMap(failureLines), '']),
    ...summaryLines(claims),
  ];
}

const kindWords = {
  verification: 'Verification',
  validation: 'Validation',
  calibration: 'Calibration',
} as const;

function headingLines({ kind, group, mark, passed, of }: ClaimGroup): string[] {
  const heading = `${kindWords[kind]}: ${group} (${passed} of ${of})`;
  // Where every claim has its own band, it stands in the claim's line.
  const shared = group === coldShareGroup ? '' : `, ${mark}`;
  return wrap(`${heading}${shared}`, { indent: '  ' });
}

const verdictWidth = 'pass  '.length;
const figureWidth = 9;
const sourceWidth = '  [10]'.length;
const nameWidth = columns - verdictWidth - 2 * figureWidth - sourceWidth;

const columnLine = claimRow('', 'claim', 'target', 'ours', '  from');

function claimLine({ name, target, ours, passed }: Claim, source: number): string {
  return claimRow(
    passed ? 'pass' : 'FAIL',
    name,
    claimFigure(target),
    claimFigure(ours),
    `  [${source}]`,
  );
}

function claimRow(
  verdict: string,
  name: string,
  ...[target, ours, source]: readonly [string, string, string]
): string {
  const figures = target.padStart(figureWidth) + ours.padStart(figureWidth);
  return `${verdict.padEnd(verdictWidth)}${name.padEnd(nameWidth)}${figures}${source}`;
}

function failureLines(claim: Claim): string[] {
  const { name, target, mark } = claim;
  return wrap(
    `  ${name}: target ${claimFigure(target)}, ours ${oursFigure(claim)}, passes ${mark}`,
    {
      indent: '    ',
    },
  );
}

function summaryLines(claims: readonly Claim[]): string[] {
  const rates = claimGroups(claims).find(({ group }) => group === coldShareGroup);
  const mark =
    rates === undefined
      ? []
      : wrap(
          `METHOD 7.3 asks for the cold share at ${leastColdShares} or more of ${rates.of} rates: ` +
            `${rates.passed >= leastColdShares ? 'met' : 'not met'}, with ${rates.passed}.`,
        );
  return [...mark, ...wrap(stampWords), ...wrap(`Stamp: ${stampOf(claims)}`)];
}
