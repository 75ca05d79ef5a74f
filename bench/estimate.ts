/**
 * How long `crossover estimate` takes from the start of its process to its end, by each way to ask,
 * beside a bare `node -e 0` in the same run (<= 0.5 s on an idle core). The runs take turns, so that
 * whatever else the machine does hits all of them. Prints a table and one line of JSON.
 *
 *   node bench/estimate.ts [runs]
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';

const runs = Number(process.argv[2] ?? 15);
const checkout = dirname(import.meta.dirname);
const client = join(checkout, 'client.ts');
const numbers = ['--requests', '26M/month', '--duration', '200ms', '--memory', '256MB'];

interface Way {
  readonly name: string;
  readonly args: readonly string[];
  readonly input?: string;
}

const ways: readonly Way[] = [
  { name: 'node -e 0', args: ['-e', '0'] },
  { name: 'numbers', args: [client, 'estimate', ...numbers, '--cpu', '10ms'] },
  { name: 'numbers, CPU unknown', args: [client, 'estimate', ...numbers] },
  { name: 'plan of 5 workloads', args: [client, 'estimate', join(checkout, 'plans/week.yaml')] },
  { name: 'log of 1,000 lines', args: [client, 'estimate'], input: aLog(1000) },
  { name: 'log of 100,000 lines', args: [client, 'estimate'], input: aLog(100_000) },
  {
    name: 'numbers, bin/crossover.js',
    args: [join(checkout, 'bin/crossover.js'), 'estimate', ...numbers],
  },
];

const measured = ways.map((way) => ({ way, ms: [] as number[] }));
for (let run = 0; run < runs; run += 1) {
  for (const { way, ms } of measured) ms.push(once(way));
}

const bareMs = median(measured[0]?.ms ?? []);
const results = measured.map(({ way, ms }) => ({
  way: way.name,
  msMin: Math.round(Math.min(...ms)),
  msMedian: Math.round(median(ms)),
  msMax: Math.round(Math.max(...ms)),
  ratioToNode: Number((median(ms) / bareMs).toFixed(1)),
}));
console.table(results);
console.log(JSON.stringify({ bench: 'estimate', node: process.version, runs, results }));

function once({ name, args, input }: Way): number {
  const began = performance.now();
  const ended = spawnSync(process.execPath, args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(input === undefined ? {} : { input }),
  });
  const ms = performance.now() - began;
  if (ended.status !== 0) throw new Error(`${name} failed: ${ended.stderr.toString()}`);
  return ms;
}

/** As `aws logs tail` prints it, START and END left out. */
function aLog(lines: number): string {
  return Array.from({ length: lines }, (_, index) => {
    const at = new Date(Date.UTC(2026, 10, 20) + 500 * index).toISOString();
    const durationMs = 100 + (index % 97);
    return (
      `${at} 2026/11/20/[$LATEST]0a1b REPORT RequestId: r${index}\tDuration: ${durationMs}.25 ms\t` +
      `Billed Duration: ${durationMs + 1} ms\tMemory Size: 256 MB\tMax Memory Used: 80 MB\t`
    );
  }).join('\n');
}

function median(values: readonly number[]): number {
  const rising = values.toSorted((a, b) => a - b);
  return rising[Math.floor(rising.length / 2)] ?? Number.NaN;
}
