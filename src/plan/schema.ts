import { z } from 'zod';
import { defaultPriceBookName, priceBaseNames } from '../domain/money/price-books.ts';
import { edgeNames, familyNames, loadShapes } from '../domain/plan.ts';
import { formed, fraction, nameOr, quantity } from './leaf.ts';
import { isPriceFile } from './price-file.ts';
import { simulationSchema } from './simulation-schema.ts';
import { duration, fargateSize, lambdaMemory, rate } from './units.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Ids become file names, host names and names of control groups: the narrowest of these decides. */
const namePattern = /^[a-z0-9][a-z0-9-]{0,39}$/;
const nameSays = 'at most 40 lowercase letters, digits and dashes, not beginning with a dash';

const length = (least: number, most: number, says: string) =>
  quantity(duration, { least, most, says });
const loadRate = () => quantity(rate, { least: 1 / 86_400, most: 10_000, says: 'up to 10000/s' });
const count = (least: number, most: number) => z.int().min(least).max(most);
const counts = z.enum(['exact', 'drawn']).default('exact');

export const workloadSchema = z.strictObject({
  run: formed(
    'a handler file',
    'the path of a .ts, .js or .mjs module, for example workloads/heavy/handler.ts',
    (text) => /\.[cm]?[jt]s$/.test(text),
  ),
  share: fraction({ least: 1e-6, most: 1, says: 'more than 0% and at most 100%' }),
  lambda: quantity(lambdaMemory),
  ecs: quantity(fargateSize),
  tasks: count(1, 100).default(1),
  slo: z
    .strictObject({
      latency: length(1, 15 * minute, 'from 1ms to 15m'),
      attainment: fraction({ least: 0.5, most: 0.999, says: 'from 50% to 99.9%' }).prefault('95%'),
    })
    .optional(),
  // Of a workload that is bound by I/O, the time for which a request holds its slot.
  cpu: length(0.01, 15 * minute, 'from 0.01ms to 15m').optional(),
  bound: z.enum(['cpu', 'io']).optional(),
  slotsPerTask: count(1, 10_000).optional(),
});

export const scheduleSchema = z.strictObject({
  start: formed(
    'a start',
    'now, next-hour or an ISO 8601 time in UTC such as 2026-12-01T03:00:00Z',
    isStart,
  ).optional(),
  timezone: formed('a time zone', 'a name such as UTC or Europe/Berlin', isTimezone).prefault(
    'UTC',
  ),
  slots: count(1, 2000),
  every: length(5 * second, 7 * day, 'from 5s to 7d'),
  pace: z.enum(['wall-clock', 'immediate']).default('wall-clock'),
  late: z.enum(['skip', 'shift']).default('skip'),
  grace: length(1 * second, hour, 'from 1s to 1h').optional(),
});

/** The column names of a consolidated workload table, which is what logs mostly are. */
const workloadTable = {
  time: 'timestamp',
  workload: 'workload_category',
  payloadBytes: 'payload_size_bytes',
};

const column = z.string().min(1);

export const sourceSchema = z.strictObject({
  file: formed(
    'a request log',
    'the path of a .csv, .jsonl, .ndjson or .parquet file',
    isRequestFile,
  ),
  columns: z
    .strictObject({ time: column, workload: column, payloadBytes: column.optional() })
    .default(workloadTable),
  // From a value of the workload column to the plan's name of it.
  workloads: z.record(z.string().min(1), z.string()).optional(),
  speed: z.number().min(0.001).max(1000).default(1),
  repeat: z.boolean().default(true),
});

export const loadSchema = z.strictObject({
  duration: length(second, day, 'from 1s to 1d'),
  rate: loadRate(),
  shape: z.enum(loadShapes).default('steady'),
  counts,
  source: sourceSchema.optional(),
  ladder: z
    .strictObject({
      utilisation: z
        .array(fraction({ least: 0.01, most: 0.95, says: 'from 1% to 95%' }))
        .min(1)
        .max(20)
        .prefault(['5%', '25%', '50%', '70%']),
      step: length(second, hour, 'from 1s to 1h').prefault('90s'),
      pairs: count(1, 10_000).default(200),
    })
    .optional(),
  gap: length(0, 10 * second, 'from 0ms to 10s').prefault('250ms'),
  timeout: length(second, 15 * minute, 'from 1s to 15m').prefault('29s'),
});

export const evaluationSchema = z
  .strictObject({
    // Their defaults depend on the testbed (`defaults.ts`).
    blocks: count(0, 1000).optional(),
    leadInBlocks: count(0, 100).optional(),
    blockDuration: length(second, day, 'from 1s to 1d').optional(),
    drain: length(0, 10 * minute, 'from 0ms to 10m').prefault('800ms'),
    rate: loadRate().optional(),
    counts,
    router: z.enum(['client', 'service']).default('client'),
    aa: z.boolean().default(false),
    extend: z.strictObject({ to: count(1, 1000) }).optional(),
  })
  .prefault({});

export const pricingSchema = z
  .strictObject({
    book: nameOr(priceBaseNames, {
      what: 'a price book',
      right: 'the path of a .yaml, .yml or .json file of your own',
      isRight: isPriceFile,
    }).prefault(defaultPriceBookName),
    // Of the same region; absent: the one in the name of the book, or in the file.
    architecture: z.enum(['x86_64', 'arm64']).optional(),
    // A browser's CORS preflights; it keeps their answers for as long as they allow.
    preflights: fraction({ least: 0, most: 1, says: 'from 0% to 100%' }).optional(),
    edge: z
      .strictObject({
        lambda: z.enum(edgeNames).default('http-api'),
        ecs: z.enum(edgeNames).default('alb'),
      })
      .prefault({}),
    targetUtilisation: fraction({ least: 0.05, most: 0.95, says: 'from 5% to 95%' }).prefault(0.6),
  })
  .prefault({});

export const learningSchema = z
  .strictObject({
    families: z.array(z.enum(familyNames)).default(['random-forest']),
    trees: count(1, 2000).default(200),
    rowsPerTree: count(10, 1_000_000).default(2000),
    maxDepth: count(1, 30).default(15),
    tune: z.boolean().default(false),
    keepSchedule: z.boolean().default(false),
    retrain: formed('a time of day', 'hours and minutes in quotes such as "03:17"', (text) =>
      /^([01]\d|2[0-3]):[0-5]\d$/.test(text),
    ).optional(),
  })
  .prefault({});

export const testbedSchema = z.enum(['local', 'simulated']);

/** A plan as it is written. The defaults of everything that may be left out stand here. */
export const planSchema = z.strictObject({
  campaign: formed('the name of a campaign', nameSays, (text) => namePattern.test(text)),
  testbed: testbedSchema,
  seed: count(0, 0xffff_ffff).default(42),
  workloads: z
    .record(z.string().regex(namePattern, `A workload's name has ${nameSays}`), workloadSchema)
    .refine((workloads) => Object.keys(workloads).length > 0, {
      error: 'A plan needs a workload',
      params: { suggestion: 'Name at least one.' },
    }),
  schedule: scheduleSchema,
  load: loadSchema,
  question: z
    .strictObject({
      minimise: z.enum(['cost per 1000 good requests']).default('cost per 1000 good requests'),
      margin: fraction({ least: 0.01, most: 1, says: 'from 1% to 100%' }).prefault('10%'),
    })
    .prefault({}),
  labels: z
    .strictObject({
      rule: z.enum(['utility', 'ratio']).default('utility'),
      latencyWeight: fraction({ least: 0, most: 1, says: 'from 0 to 1' }).prefault(0.6),
    })
    .prefault({}),
  learning: learningSchema,
  evaluation: evaluationSchema,
  pricing: pricingSchema,
  local: z
    .strictObject({
      // The median after which AWS ends an idle environment (METHOD 7.1).
      idleLimit: length(second, day, 'from 1s to 1d').prefault('750s'),
      concurrency: count(1, 100).default(10),
      warmUp: count(0, 1000).default(6),
    })
    .prefault({}),
  sharedBackends: z.array(z.string().min(1).max(80)).max(20).optional(),
  simulation: simulationSchema.optional(),
});

export type WrittenPlan = z.output<typeof planSchema>;

function isStart(text: string): boolean {
  if (text === 'now' || text === 'next-hour') return true;
  return (
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  );
}

/** By its ending, which says how it is read. */
function isRequestFile(text: string): boolean {
  return /\.(csv|jsonl|ndjson|parquet)$/i.test(text);
}

function isTimezone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
