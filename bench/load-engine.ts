/**
 * The load engine's claim: at 50 pairs/s against a server with a fixed delay of 50 ms it adds at
 * most 0.6 ms (median) and 5 ms (p99) to the server's own time, and 99 of 100 sends are at most
 * 5 ms late. Beside it, in the same run, Artillery's own HTTP engine with measuring hooks and a
 * bare loop on node:http. CPU waits show what else ran on the machine. Prints a table (median and range over the rounds), then a line of JSON.
 *
 *   node bench/load-engine.ts [rounds] [seconds]
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { ClientRecord } from '../src/domain/observation.ts';
import type { IntendedRequest } from '../src/domain/requests/requests.ts';
import { ArtilleryLoadGenerator } from '../src/load/artillery/artillery-generator.ts';
import { startArtillery } from '../src/load/artillery/artillery-process.ts';
import { followCpuTime } from './load-engine/cpu-time.ts';

const rounds = Number(process.argv[2] ?? 3);
const seconds = Number(process.argv[3] ?? 10);
const pairsPerS = 50;
const gapMs = 250;
/** Artillery is ready about 2 s after its start. */
const leadMs = 4_000;

interface Sample {
  readonly overheadMs: number;
  readonly lagMs?: number;
}

interface Variant {
  readonly name: string;
  run(url: string, folder: string): Promise<readonly Sample[]>;
}

const variants: readonly Variant[] = [
  { name: 'crossover engine', run: runOurEngine },
  { name: 'stock HTTP engine', run: runStockEngine },
  { name: 'bare node:http', run: runBareLoop },
];

const root = await mkdtemp(path.join(os.tmpdir(), 'crossover-bench-'));
const server = execa(process.execPath, [local('server.ts')], { ipc: true });
try {
  const { port } = await serverAddress();
  const figures = new Map(variants.map(({ name }) => [name, [] as Figures[]]));
  for (let round = 0; round < rounds; round += 1) {
    // The order turns, so that none always follows the same neighbour.
    for (let place = 0; place < variants.length; place += 1) {
      const variant = variants[(round + place) % variants.length];
      if (variant === undefined) continue;
      const folder = path.join(root, `${round}-${place}`);
      figures.get(variant.name)?.push(await measure(variant, `http://127.0.0.1:${port}/`, folder));
    }
  }
  print(figures);
} finally {
  server.kill();
  await server.catch(() => undefined);
  await rm(root, { recursive: true });
}

interface Figures {
  readonly requests: number;
  readonly overheadMsP50: number;
  readonly overheadMsP95: number;
  readonly overheadMsP99: number;
  readonly sendLagMsP99: number | undefined;
  readonly cpuSeconds: number | undefined;
  readonly cpuWaitSeconds: number | undefined;
}

async function measure(variant: Variant, url: string, folder: string): Promise<Figures> {
  await mkdir(folder);
  const cpu = followCpuTime(folder);
  const samples = await variant.run(url, folder);
  const time = cpu.stop();
  const overheads = samples.map(({ overheadMs }) => overheadMs);
  const lags = samples.map(({ lagMs }) => lagMs).filter((lagMs) => lagMs !== undefined);
  return {
    requests: samples.length,
    overheadMsP50: quantile(overheads, 0.5),
    overheadMsP95: quantile(overheads, 0.95),
    overheadMsP99: quantile(overheads, 0.99),
    sendLagMsP99: lags.length === 0 ? undefined : quantile(lags, 0.99),
    cpuSeconds: time?.ranSeconds,
    cpuWaitSeconds: time?.waitedSeconds,
  };
}

async function runOurEngine(url: string, folder: string): Promise<readonly Sample[]> {
  const requestsPath = path.join(folder, 'requests.txt');
  const requests = intendedRequests();
  await writeFile(requestsPath, requests.map((request) => JSON.stringify(request)).join('\n'));
  const startsAtMs = Date.now() + leadMs;
  const platforms = ['lambda', 'ecs'] as const;
  const spec = {
    campaignId: 'bench',
    run: 'slot-001',
    attempt: 1,
    startsAtMs,
    movedMs: 0,
    requestsPath,
    alreadySent: [],
    handlers: { fixed: path.join(folder, 'handler.ts') },
    folder,
    timeoutMs: 10_000,
    endsBeforeMs: startsAtMs + seconds * 1_000 + 20_000,
  };
  const endpoints = platforms.map((platform) => ({
    owner: 'collection' as const,
    platform,
    workload: 'fixed',
    url,
  }));
  await new ArtilleryLoadGenerator().run(
    spec,
    { campaignId: 'bench', token: 'bench', endpoints },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
  const records: readonly ClientRecord[] = await readLines(path.join(folder, '001.ndjson'));
  return records
    .filter((record) => record.kind === 'outcome')
    .map(({ latencyMs = Number.NaN, serverMs = Number.NaN, sentAtMs, plannedAtMs }) => ({
      overheadMs: latencyMs - serverMs,
      lagMs: sentAtMs - plannedAtMs,
    }));
}

function intendedRequests(): readonly IntendedRequest[] {
  return Array.from({ length: pairsPerS * seconds }, (_, index) => ({
    requestId: `slot-001.${index}`,
    workload: 'fixed',
    payloadSeed: index,
    payloadBytes: 10,
    isLeadIn: false,
    targets: (['lambda', 'ecs'] as const).map((platform, place) => ({
      target: platform,
      owner: 'collection' as const,
      platform,
      offsetMs: (index * 1_000) / pairsPerS + place * gapMs,
    })),
  }));
}

/** A virtual user sends, waits for the answer and until the gap is over, and sends again. */
async function runStockEngine(url: string, folder: string): Promise<readonly Sample[]> {
  const recordsPath = path.join(folder, 'records.txt');
  const scriptPath = path.join(folder, 'script.json');
  const post = {
    post: { url, body: '0123456789', beforeRequest: 'start', afterResponse: 'record' },
  };
  const script = {
    config: {
      target: url,
      processor: local('stock-hooks.mts'),
      phases: [{ duration: seconds, arrivalCount: pairsPerS * seconds }],
      http: { pool: 64 },
    },
    scenarios: [{ name: 'pair', flow: [post, { think: gapMs / 1_000 - 0.05 }, post] }],
  };
  await writeFile(scriptPath, JSON.stringify(script));
  await startArtillery({ folder, scriptPath, environment: { BENCH_RECORDS: recordsPath } }).ended;
  return await readLines(recordsPath);
}

async function runBareLoop(url: string, folder: string): Promise<readonly Sample[]> {
  const recordsPath = path.join(folder, 'records.txt');
  const startsAtMs = Date.now() + 1_000;
  const planned = intendedRequests().flatMap(({ targets }) =>
    targets.map(({ offsetMs }) => startsAtMs + offsetMs),
  );
  const script = local('bare-loop.ts');
  await execa(process.execPath, [script, url, recordsPath, JSON.stringify(planned)]);
  return await readLines(recordsPath);
}

function local(file: string): string {
  return fileURLToPath(new URL(`load-engine/${file}`, import.meta.url));
}

async function serverAddress(): Promise<{ readonly port: number }> {
  const message: unknown = await server.getOneMessage();
  if (typeof message === 'object' && message !== null && 'port' in message) {
    return { port: Number(message.port) };
  }
  throw new Error(`The bench's server sent ${JSON.stringify(message)} instead of its port.`);
}

async function readLines<Line>(file: string): Promise<readonly Line[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line));
}

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

function print(figures: ReadonlyMap<string, readonly Figures[]>): void {
  const columns = [
    'overheadMsP50',
    'overheadMsP95',
    'overheadMsP99',
    'sendLagMsP99',
    'cpuSeconds',
    'cpuWaitSeconds',
  ];
  const rows = [...figures].map(([name, own]) => [
    name,
    Object.fromEntries(
      columns.map((column) => [column, spread(own.map((f) => Object(f)[column]))]),
    ),
  ]);
  const [load = Number.NaN] = os.loadavg();
  console.log(
    `${pairsPerS} pairs/s for ${seconds} s, ${rounds} rounds: median [least, most]; ` +
      `load average of the machine ${load.toFixed(1)} on ${os.availableParallelism()} CPUs`,
  );
  console.table(Object.fromEntries(rows));
  console.log(JSON.stringify({ bench: 'load-engine', load, ...Object.fromEntries(figures) }));
}

function spread(values: readonly (number | undefined)[]): string {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return 'unknown';
  const [median, least, most] = [quantile(known, 0.5), Math.min(...known), Math.max(...known)];
  return `${median.toFixed(2)} [${least.toFixed(2)}, ${most.toFixed(2)}]`;
}
