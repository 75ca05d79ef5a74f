import { chartColours } from '../page/chart-theme.ts';
import { platformNames } from './platform-marks.ts';

/** How a platform or an arm looks in every chart: told apart by form as well as by colour. */
interface SideStyle {
  readonly label: string;
  readonly colour: string;
  readonly dash: readonly number[];
  readonly shape: string;
}

const styles: Readonly<Record<string, SideStyle>> = {
  lambda: {
    label: platformNames.lambda,
    colour: chartColours.lambda,
    dash: [1, 0],
    shape: 'circle',
  },
  ecs: { label: platformNames.ecs, colour: chartColours.ecs, dash: [7, 2], shape: 'square' },
  'lambda-only': {
    label: 'lambda-only',
    colour: chartColours.lambda,
    dash: [1, 0],
    shape: 'circle',
  },
  'ecs-only': { label: 'ecs-only', colour: chartColours.ecs, dash: [7, 2], shape: 'square' },
  hybrid: { label: 'hybrid', colour: chartColours.ink, dash: [1, 0], shape: 'triangle-up' },
  'best-static': {
    label: 'best-static',
    colour: chartColours.neutral,
    dash: [2, 2],
    shape: 'diamond',
  },
};

export function sideLabel(side: string): string {
  return styles[side]?.label ?? side;
}

/** Scales of a chart's colour, dash and shape for the sides in it, in their order. */
export function sideScales(sides: readonly string[]) {
  const known = sides.map((side) => styles[side] ?? otherStyle(side));
  const domain = known.map(({ label }) => label);
  return {
    colour: { domain, range: known.map(({ colour }) => colour) },
    dash: { domain, range: known.map(({ dash }) => [...dash]) },
    shape: { domain, range: known.map(({ shape }) => shape) },
  };
}

/** Copies of a platform, and whatever an older or newer campaign calls an arm. */
function otherStyle(side: string): SideStyle {
  return { label: side, colour: chartColours.soft, dash: [4, 4], shape: 'cross' };
}
