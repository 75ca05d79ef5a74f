/** A platform has one colour and one form in every chart: blue circles and orange squares. */
import type { Platform } from '../../domain/platform.ts';
import { chartColours } from '../page/chart-theme.ts';

export const platformNames: Readonly<Record<Platform, string>> = {
  lambda: 'Lambda',
  ecs: 'Fargate',
};

const domain: string[] = [platformNames.lambda, platformNames.ecs];

/** Of rows whose `platform` is a name from {@link platformNames}. */
export const platformColour = {
  field: 'platform',
  type: 'nominal',
  title: null,
  scale: { domain, range: [chartColours.lambda, chartColours.ecs] },
} as const;

export const platformShape = {
  field: 'platform',
  type: 'nominal',
  title: null,
  scale: { domain, range: ['circle', 'square'] },
} as const;
