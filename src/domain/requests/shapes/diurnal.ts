import { localClock } from '../../models/feature.ts';

/** Half of the load never sleeps. */
const baseline = 0.5;
/** When the other half is at its highest: between two and three in the afternoon. */
const busiestHour = 14;
/** Of the other half, what is left at weekends. */
const weekendPart = 0.6;

/**
 * The load at a moment as a multiple of the week's mean: what hour and weekday it is decides, in the
 * plan's time zone. Declared, not measured; it has the features that the load of a large provider
 * has: a constant half, a day and a quieter weekend.
 *
 * Source of the features: M. Shahrad et al., Serverless in the Wild, USENIX ATC 2020, figure 4.
 */
export function diurnalFactor(atMs: number, timezone: string): number {
  const { hour, day } = localClock(atMs, timezone);
  return relativeLoad(Math.floor(hour), day) / meanLoad;
}

/** As a part of the busiest hour's. Monday is day 0. */
function relativeLoad(hour: number, day: number): number {
  const activity = (1 + Math.cos((2 * Math.PI * (hour - busiestHour)) / 24)) / 2;
  const weekday = day < 5 ? 1 : weekendPart;
  return baseline + (1 - baseline) * activity * weekday;
}

const hoursOfWeek = Array.from({ length: 7 * 24 }, (_, hour) =>
  relativeLoad(hour % 24, Math.floor(hour / 24)),
);
const meanLoad = hoursOfWeek.reduce((sum, load) => sum + load, 0) / hoursOfWeek.length;

/** The highest multiple: of the busiest hour of a weekday, whose relative load is 1. */
export const busiestDiurnalFactor = 1 / meanLoad;
