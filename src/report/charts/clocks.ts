/** How rows by hour or by weekday are named and drawn. */
export interface Clock {
  readonly id: string;
  readonly noun: string;
  readonly column: string;
  /** What is said instead of a chart when there is only one. */
  readonly single: (at: number, timezone: string) => string;
  readonly nameOf: (at: number) => string;
  /** As in `at 09:00`. */
  readonly preposition: 'at' | 'on';
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  /** Vega's expression of a tick's label. */
  readonly labels: string;
  readonly caption: string;
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export const hourly: Clock = {
  id: 'latency-by-hour',
  noun: 'hour',
  column: 'Hour',
  single: (at, timezone) =>
    `All requests of the collection came between ${at} and ${at + 1} o’clock (${timezone}): of other hours nothing is known.`,
  nameOf: (at) => `${String(at).padStart(2, '0')}:00`,
  preposition: 'at',
  domain: [-0.5, 23.5],
  ticks: [0, 6, 12, 18, 23],
  labels: "datum.value + ' h'",
  caption:
    'Bands: 95 % intervals of the p50 over the slots of an hour, where there are two or more.',
};

export const daily: Clock = {
  id: 'latency-by-weekday',
  noun: 'weekday',
  column: 'Day',
  single: (at, timezone) =>
    `All requests of the collection came on one weekday (${weekdays[at - 1] ?? at}, ${timezone}): days cannot be compared.`,
  nameOf: (at) => weekdays[at - 1] ?? String(at),
  preposition: 'on',
  domain: [0.5, 7.5],
  ticks: [1, 2, 3, 4, 5, 6, 7],
  labels: `${JSON.stringify(weekdays)}[datum.value - 1]`,
  caption:
    'In one week a weekday is a single day, n = 1: the chart describes that day, and no difference ' +
    'between days is tested or claimed.',
};
