import type { NumberDifference, Recomputation } from '../../domain/evidence/recomputation.ts';
import { counted } from '../../report/format.ts';
import { entry } from '../check/check-text.ts';
import { wrap } from '../wrap.ts';
import type { Verification } from './verify.ts';

/** A verification for people: what is wrong first, then what was done and what was not. */
export function verificationLines(verification: Verification): string[] {
  const { bundle, campaignId, sha256, faults, files } = verification;
  return [
    ...wrap(headline(verification)),
    '',
    ...entry('Bundle', bundle),
    ...entry('Campaign', campaignId),
    ...entry('sha256', `${sha256} (evidence.json)`),
    ...entry('Files', `${files}, ${faults.length === 0 ? 'each as listed' : faultCount(faults)}.`),
    ...faults.flatMap(({ path, fault, what, numbers }) =>
      bullet(`${fault}: ${path}: ${what}. On it hang: ${numbers}.`),
    ),
    ...recomputationLines(verification.recomputation),
    ...codeLines(verification),
  ];
}

function headline({ verified, faults, recomputation }: Verification): string {
  if (verified) return 'Verified: every file is as listed, and every number came out again.';
  const reasons = [
    ...(faults.length === 0 ? [] : [`${faultCount(faults)}`]),
    ...('impossible' in recomputation
      ? ['the numbers could not be computed again']
      : recomputation.differences.length === 0
        ? []
        : [`${counted(recomputation.differences.length, 'number')} came out otherwise`]),
  ];
  return `NOT verified: ${reasons.join(', and ')}.`;
}

function faultCount(faults: Verification['faults']): string {
  return `${counted(faults.length, 'file')} not as listed`;
}

function recomputationLines(recomputation: Verification['recomputation']): string[] {
  if ('impossible' in recomputation) {
    return entry('Numbers', `not computed again: ${recomputation.impossible}`);
  }
  const { recomputed, differences, notRecomputed } = recomputation;
  const values = recomputed.reduce((sum, part) => sum + part.values, 0);
  return [
    ...entry(
      'Numbers',
      `${values} values of ${counted(recomputed.length, 'object')} computed again` +
        ` from ${sources(recomputation)}, equal to 9 digits` +
        `${differences.length === 0 ? '.' : `, but for ${differences.length}:`}`,
    ),
    ...differenceLines(differences),
    ...(notRecomputed.length === 0 ? [] : ['Not computed again:']),
    ...notRecomputed.flatMap(({ what, because }) => bullet(`${what}: ${because}.`)),
  ];
}

function sources({ recomputed }: Recomputation): string {
  return [...new Set(recomputed.map(({ from }) => from))].join(', ');
}

/** A screen is enough to see what happened; `--json` has all. */
const mostShown = 20;

function differenceLines(differences: readonly NumberDifference[]): string[] {
  const shown = differences.slice(0, mostShown).flatMap((difference) => {
    const { file, path } = difference;
    return [
      ...bullet(`${file}${path === '' ? '' : `, ${path}`}`),
      ...wrap(`    stored      ${valueText(difference, 'first')}`, { indent: '      ' }),
      ...wrap(`    recomputed  ${valueText(difference, 'second')}`, { indent: '      ' }),
    ];
  });
  const hidden = differences.length - mostShown;
  return hidden <= 0 ? shown : [...shown, `  and ${hidden} more; --json lists them all.`];
}

function valueText(difference: NumberDifference, side: 'first' | 'second'): string {
  const value = difference[side];
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= 200 ? text : `${text.slice(0, 197)}...`;
}

function codeLines({ codeDifferences }: Verification): string[] {
  if (codeDifferences.length === 0) return [];
  return wrap(
    `The code may not be the one that wrote the bundle: ${codeDifferences.join('; ')}. A number ` +
      'that differs may differ for that reason.',
  );
}

function bullet(text: string): string[] {
  return wrap(`- ${text}`, { indent: '  ' });
}
