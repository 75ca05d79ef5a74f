import { missedMarks } from '../domain/scorecard.ts';
import { findVerdict } from './answer.ts';
import { claimFigure, counted, listed } from './format.ts';
import type { ReportInput } from './report-input.ts';
import { flippingChanges } from './simulation-section.ts';
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
      ({ name, target, ours, mark }) =>
        `${name}: ${claimFigure(ours)} for ${claimFigure(target)}, passes ${mark}`,
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
      message: `The answer hangs on assumptions of the simulation: another one follows from ${listed(flips)}.`,
      advice: 'Settle these by measuring a real platform before you rely on the answer.',
    },
  ];
}
