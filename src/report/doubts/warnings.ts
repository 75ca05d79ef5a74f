import type { ReportInput } from '../report-input.ts';
import { fairnessWarnings } from '../sections/fairness.ts';
import { measurementWarnings } from './measurement-warnings.ts';
import { simulationWarnings } from './simulation-warnings.ts';
import { verdictWarnings } from './verdict-warnings.ts';
import type { Warning } from './warning.ts';

/** What a reader must doubt: serious ones first, then in the order in which to think of them. */
export function warningsOf(input: ReportInput): readonly Warning[] {
  const warnings = [
    ...simulationWarnings(input),
    ...verdictWarnings(input),
    ...fairnessWarnings(input),
    ...measurementWarnings(input),
  ];
  return [
    ...warnings.filter((warning) => warning.isSerious),
    ...warnings.filter((warning) => !warning.isSerious),
  ];
}
