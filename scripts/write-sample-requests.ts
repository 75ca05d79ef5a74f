/**
 * Writes `plans/samples/requests.csv`, or the file that it is given: a day of made-up requests in
 * the form of a consolidated workload table, the same ones every time.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Random, randomFor } from '../src/domain/statistics/random.ts';

const rows = 300;
const seed = 42;
/** A Monday. */
const dayMs = Date.UTC(2026, 10, 2);
const hourMs = 3_600_000;

interface Category {
  readonly name: string;
  readonly share: number;
  /** Medians; sizes and times scatter around them by a factor. */
  readonly payloadBytes: number;
  readonly execTimeMs: number;
  readonly memoryMb: number;
}

const categories: readonly Category[] = [
  { name: 'Lightweight', share: 0.5, payloadBytes: 2_048, execTimeMs: 7, memoryMb: 128 },
  { name: 'Thumbnail', share: 0.25, payloadBytes: 180_000, execTimeMs: 43, memoryMb: 256 },
  { name: 'Medium', share: 0.15, payloadBytes: 24_000, execTimeMs: 290, memoryMb: 512 },
  { name: 'Heavy', share: 0.1, payloadBytes: 6_000, execTimeMs: 1_000, memoryMb: 512 },
];

const header = [
  'request_id',
  'timestamp',
  'workload_category',
  'payload_size_kb',
  'payload_size_bytes',
  'estimated_exec_time_ms',
  'memory_requirement_mb',
  'hour_of_day',
  'day_of_week',
];

const random = randomFor(seed, 'sample-requests');
const lines = timesOf(random).map((atMs, index) => rowAt(atMs, index + 1, random));
const path = process.argv[2] ?? resolve(import.meta.dirname, '../plans/samples/requests.csv');
await mkdir(dirname(path), { recursive: true });
await writeFile(path, `${[header.join(','), ...lines].join('\n')}\n`);
console.log(`Wrote ${lines.length} rows to ${path}`);

/** In order. Night is quiet, the early afternoon is busy. */
function timesOf(draw: Random): number[] {
  const times: number[] = [];
  while (times.length < rows) {
    const hour = draw() * 24;
    const busy = 0.15 + 0.85 * Math.sin(Math.PI * (hour / 24)) ** 4;
    if (draw() < busy) times.push(Math.round(dayMs + hour * hourMs));
  }
  return times.sort((a, b) => a - b);
}

function rowAt(atMs: number, number: number, draw: Random): string {
  const category = categoryFor(draw());
  const bytes = Math.round(category.payloadBytes * scatter(draw, 2));
  const at = new Date(atMs);
  return [
    `req-${String(number).padStart(5, '0')}`,
    at.toISOString(),
    category.name,
    (bytes / 1024).toFixed(2),
    bytes,
    (category.execTimeMs * scatter(draw, 1.5)).toFixed(1),
    category.memoryMb,
    at.getUTCHours(),
    // Monday is 0.
    (at.getUTCDay() + 6) % 7,
  ].join(',');
}

function categoryFor(uniform: number): Category {
  let reached = 0;
  for (const category of categories) {
    reached += category.share;
    if (uniform < reached) return category;
  }
  throw new Error(`The shares of the categories do not reach ${uniform}.`);
}

/** Between 1/factor and factor, as often above 1 as below. */
function scatter(draw: Random, factor: number): number {
  return factor ** (2 * draw() - 1);
}
