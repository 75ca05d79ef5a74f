import { missedMarks } from '../../domain/simulation/scorecard.ts';
import type { SensitivityRow } from '../../domain/simulation/sensitivity.ts';
import { findVerdict } from '../answer.ts';
import { claimFigure, counted, listed, oursFigure } from '../format.ts';
import type { ReportInput } from '../report-input.ts';
import { flippingChanges } from '../sections/simulation-section.ts';
import type { Warning } from './warning.ts';

/** What makes a simulated result doubtful beyond its being one, which its stamp says. */
export function simulationWarnings(input: ReportInput): readonly Warning[] {
  return [...claimsFailed(input), ...answerSensitive(input)];
}

/** More are counted and stand in the scorecard. */
const mostNamed = 5;

function claimsFailed({ simulation }: ReportInput): Warning[] {
  const claims = simulation?.claims ?? [];
  const failed = claims.filter(({ passed }) => !passed);
  if (failed.length === 0) return [];
  const named = failed
    .slice(0, mostNamed)
    .map(
      (claim) =>
        `${claim.name}: ${oursFigure(claim)} for ${claimFigure(claim.target)}, passes ${claim.mark}`,
    );
  const more = failed.length > mostNamed ? `; and ${failed.length - mostNamed} more` : '';
  return [
    {
      kind: 'claims-failed',
      isSerious: missedMarks(claims).length > 0,
      message: `${counted(failed.length, 'claim')} of the simulator failed (${named.join('; ')}${more}).`,
      advice:
        'Doubt what depends on it; with the default parameters "crossover scorecard" shows what still fails.',
    },
  ];
}

function answerSensitive(input: ReportInput): Warning[] {
  const sensitivity = input.simulation?.sensitivity;
  if (sensitivity === undefined || findVerdict(input) === undefined) return [];
  const flips = flippingChanges(sensitivity);
  if (flips.length === 0) return [];
  return [
    {
      kind: 'answer-sensitive',
      isSerious: true,
      message: `Another answer follows from one change alone: ${listed(flips)}.`,
      advice: adviceFor(sensitivity.rows),
    },
  ];
}

/** Prices and SLOs can be known; the rest is an assumption until a real platform is measured. */
function adviceFor(rows: readonly SensitivityRow[]): string {
  const flips = rows.filter((row) => row.flips);
  const factorsOf = (own: readonly SensitivityRow[]): readonly string[] => [
    ...new Set(own.map(({ factor }) => factor)),
  ];
  const assumed = factorsOf(flips.filter(({ kind }) => kind === 'assumption'));
  const known = factorsOf(flips.filter(({ kind }) => kind !== 'assumption'));
  return [
    ...(assumed.length === 0 ? [] : [`Measure on a real platform: ${listed(assumed)}.`]),
    ...(known.length === 0 ? [] : [`Make sure of what is yours to know: ${listed(known)}.`]),
  ].join(' ');
}
