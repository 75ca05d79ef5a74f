/**
 * The simulator's claim: at least 300,000 simulated requests a second on one core, and memory that
 * does not depend on their number. Three loads of growing length, each as pairs of both platforms:
 * the model alone, and with everything that a load run does (reading intended requests, writing
 * records). A request is one send: a pair counts two. Prints a table (median and range over the
 * rounds), then a line of JSON.
 *
 *   node bench/simulator.ts [rounds] [pairs]
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import type { IntendedRequest } from '../src/domain/requests/requests.ts';
import { SimulatedLoadGenerator } from '../src/load/simulated/simulated-load-generator.ts';
import { SimulatedRun } from '../src/load/simulated/simulated-run.ts';
import { SimulatedTestbed } from '../src/testbeds/simulated/simulated-testbed.ts';
import { aSimulatedPlan, aSpec, servicesOf } from '../test/testbeds/simulated/builders.ts';

const rounds = Number(process.argv[2] ?? 5);
const pairs = Number(process.argv[3] ?? 200_000);
/** Of both workloads together: Fargate's tasks are busy to about a half. */
const pairsPerS = 3;
const startsAtMs = Date.UTC(2026, 10, 2);
const plan = aSimulatedPlan();

interface Round {
  readonly perS: number;
  readonly rssMb: number;
}

const sizes = [pairs / 4, pairs, 4 * pairs].map(Math.round);
const results = [];
for (const size of sizes) {
  results.push(figuresOf('model alone', size, await repeated(() => modelAlone(size))));
}
for (const size of sizes.slice(0, 2)) {
  results.push(figuresOf('with records', size, await repeated(() => withRecords(size))));
}
console.table(results);
console.log(JSON.stringify({ bench: 'simulator', rounds, node: process.version, results }));

async function repeated(measure: () => Promise<Round>): Promise<readonly Round[]> {
  const all: Round[] = [];
  // The first one compiles, and does not count.
  for (let round = 0; round <= rounds; round += 1) all.push(await measure());
  return all.slice(1);
}

async function modelAlone(size: number): Promise<Round> {
  let sends = 0;
  const run = new SimulatedRun({
    spec: aSpec(plan),
    times: { startsAtMs, movedMs: 0, timeoutMs: 29_000, endsBeforeMs: Number.MAX_VALUE },
    sink: {
      outcome: () => {
        sends += 1;
      },
      platform: () => undefined,
    },
  });
  const startedAt = performance.now();
  for (let index = 0; index < size; index += 1) run.accept(pairAt(index));
  run.finish();
  return roundOf(sends, performance.now() - startedAt);
}

async function withRecords(size: number): Promise<Round> {
  const folder = await mkdtemp(join(tmpdir(), 'crossover-bench-'));
  try {
    const stateFolder = join(folder, 'state');
    const testbed = new SimulatedTestbed({ stateFolder, checkoutFolder: resolve('.') });
    const generator = new SimulatedLoadGenerator({ stateFolder });
    await testbed.deploy({ campaignId: 'bench', plan, expiresAtMs: 0 });
    const services = servicesOf(plan);
    await testbed.prepare({ campaignId: 'bench', run: 'slot-001', services, expiresAtMs: 0 });
    const deployment = await testbed.find('bench');
    if (deployment === undefined) throw new Error('The bench is deployed.');
    const requestsPath = join(folder, 'requests.ndjson');
    await writeRequests(requestsPath, size);
    const segments = join(folder, 'segments');
    await mkdir(segments);

    const startedAt = performance.now();
    await generator.run(
      {
        campaignId: 'bench',
        run: 'slot-001',
        attempt: 1,
        startsAtMs,
        movedMs: 0,
        requestsPath,
        alreadySent: [],
        handlers: {},
        folder: segments,
        timeoutMs: 29_000,
        endsBeforeMs: Number.MAX_VALUE,
      },
      deployment,
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    const elapsedMs = performance.now() - startedAt;
    const { size: bytes } = await stat(join(segments, '001.ndjson'));
    if (bytes < size) throw new Error('The records are not complete.');
    return roundOf(2 * size, elapsedMs);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function writeRequests(path: string, size: number): Promise<void> {
  const file = createWriteStream(path);
  for (let index = 0; index < size; index += 1) {
    const isRoom = file.write(`${JSON.stringify(pairAt(index))}\n`);
    if (!isRoom) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}

function pairAt(index: number): IntendedRequest {
  const offsetMs = (index * 1_000) / pairsPerS;
  const order = index % 2 === 0 ? (['lambda', 'ecs'] as const) : (['ecs', 'lambda'] as const);
  return {
    requestId: `slot-001.${String(index).padStart(5, '0')}`,
    workload: index % 2 === 0 ? 'light' : 'heavy',
    payloadSeed: Math.imul(index, 0x9e3779b1) >>> 0,
    payloadBytes: 100,
    isLeadIn: false,
    targets: order.map((platform, place) => ({
      target: platform,
      owner: 'collection',
      platform,
      offsetMs: offsetMs + place * 250,
    })),
  };
}

function roundOf(sends: number, elapsedMs: number): Round {
  return { perS: (1_000 * sends) / elapsedMs, rssMb: process.memoryUsage().rss / 2 ** 20 };
}

function figuresOf(what: string, size: number, measured: readonly Round[]) {
  const rates = measured.map(({ perS }) => perS).sort((a, b) => a - b);
  const rounded = (perS: number | undefined): number => Math.round((perS ?? 0) / 1_000) * 1_000;
  return {
    what,
    requests: 2 * size,
    perSMedian: rounded(rates[Math.floor(rates.length / 2)]),
    perSMin: rounded(rates[0]),
    perSMax: rounded(rates.at(-1)),
    rssMbMax: Math.round(Math.max(...measured.map(({ rssMb }) => rssMb))),
  };
}
