import type { Arm } from '../../domain/arm.ts';
import type {
  ArmContrast,
  Contrast,
  RatioInterval,
  Verdict,
} from '../../domain/verdict/verdict.ts';
import { change } from '../format.ts';

/** The contrast of two arms, turned round where only its opposite is stored. */
export function findContrast(verdict: Verdict, arm: Arm, against: Arm): ArmContrast | undefined {
  const direct = verdict.contrasts.find((row) => row.arm === arm && row.against === against);
  if (direct !== undefined) return direct;
  const opposite = verdict.contrasts.find((row) => row.arm === against && row.against === arm);
  if (opposite === undefined) return undefined;
  return {
    arm,
    against,
    cost: turned(opposite.cost),
    ...(opposite.latency === undefined ? {} : { latency: turned(opposite.latency) }),
  };
}

export function contrastWords(contrast: Contrast): string {
  return contrast.replace('-', ' ');
}

/** `−18.2 % [−23.6 %, −12.4 %]`, and of a censored ratio that it is a bound (METHOD 6.2). */
export function intervalText(interval: RatioInterval): string {
  const { ratio, lower, upper, censored } = interval;
  const bound = censored === undefined ? '' : `${censored.replace('-', ' ')} `;
  return `${bound}${change(ratio)} [${change(lower)}, ${change(upper)}]`;
}

function turned(
  row: RatioInterval & { readonly contrast: Contrast },
): RatioInterval & { readonly contrast: Contrast } {
  const interval = { ratio: 1 / row.ratio, lower: 1 / row.upper, upper: 1 / row.lower };
  const censored = row.censored === 'at-least' ? 'at-most' : 'at-least';
  return {
    ...interval,
    ...(row.censored === undefined ? {} : { censored }),
    contrast: oppositeOf[row.contrast],
  };
}

/** "Not worse" says nothing about the opposite direction. */
const oppositeOf: Readonly<Record<Contrast, Contrast>> = {
  'materially-better': 'worse',
  better: 'worse',
  equivalent: 'equivalent',
  'not-worse': 'undecided',
  worse: 'better',
  undecided: 'undecided',
};
