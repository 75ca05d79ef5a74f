/**
 * The router as a service: what it adds to a request on loopback (<= 1.5 ms, median), and how long its
 * Lambda form takes to start under the local testbed's 512 MB (<= 250 ms), with a forest of 200 trees.
 * Requests go straight to the platform and through the router in turn, so that noise hits both.
 *
 *   node bench/router-service.ts [requests]
 */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

import { featureNames } from '../src/domain/models/feature.ts';
import type { ModelArtifact } from '../src/domain/models/model.ts';
import type { TrainingRows } from '../src/domain/models/training.ts';
import { randomFor } from '../src/domain/statistics/random.ts';
import { artifactHash, artifactText } from '../src/learning/artifact.ts';
import { createRandomForest } from '../src/learning/random-forest/random-forest.ts';
import { LambdaPool } from '../src/testbeds/local/lambda-pool.ts';
import { openLimits } from '../src/testbeds/local/limits.ts';
import { ownIdentity } from '../src/testbeds/local/process-identity.ts';
import { lambdaProgram } from '../src/testbeds/local/program.ts';
import { aRoutingModel, routedWorkloads } from '../test/support/routing-model.ts';
import { checkout } from './simulated-slots.ts';

const requests = Number(process.argv[2] ?? 3000);
const coldStarts = 12;

const folder = await mkdtemp(join(tmpdir(), 'crossover-bench-'));
const platform = createServer((incoming, answer) => {
  incoming.resume().on('end', () => answer.end('{"ok":true}'));
});
platform.listen(0, '127.0.0.1');
await once(platform, 'listening');
const address = platform.address();
if (typeof address !== 'object' || address === null) throw new Error('The platform has no port.');
const platformUrl = `http://127.0.0.1:${address.port}`;
const agent = new Agent({ keepAlive: true });
try {
  const artifact = await aForest();
  const modelPath = join(folder, 'model.json');
  await writeFile(modelPath, artifactText(artifact));
  const settings = JSON.stringify({
    workloads: {
      heavy: {
        estimatedExecutionMs: 200,
        estimatedMemoryMb: 512,
        bestStatic: 'ecs',
        endpoints: { lambda: platformUrl, ecs: platformUrl },
      },
    },
    model: { path: modelPath, hash: artifactHash(artifact) },
  });
  const added = await measureAdded(settings);
  const initMs = await measureColdStarts(settings);
  const figures = {
    bench: 'router-service',
    node: process.version,
    modelMb: artifactText(artifact).length / 1e6,
    requests,
    directMsP50: quantile(added.direct, 0.5),
    routedMsP50: quantile(added.routed, 0.5),
    addedMsP50: quantile(added.routed, 0.5) - quantile(added.direct, 0.5),
    addedMsP99: quantile(added.routed, 0.99) - quantile(added.direct, 0.99),
    decisionUsP50: 1000 * quantile(added.decisionMs, 0.5),
    coldStarts,
    initMsP50: quantile(initMs, 0.5),
    initMsMax: Math.max(...initMs),
  };
  console.table({
    'straight to the platform, p50, ms': figures.directMsP50.toFixed(2),
    'through the router, p50, ms': figures.routedMsP50.toFixed(2),
    'added, p50, ms (<= 1.5)': figures.addedMsP50.toFixed(2),
    'added, p99, ms': figures.addedMsP99.toFixed(2),
    'decision inside, p50, us': figures.decisionUsP50.toFixed(0),
    'Lambda form, init, p50, ms (<= 250)': figures.initMsP50.toFixed(0),
    'Lambda form, init, max, ms': figures.initMsMax.toFixed(0),
  });
  console.log(JSON.stringify(figures));
} finally {
  agent.destroy();
  platform.close();
  await rm(folder, { recursive: true, force: true });
}

/** As large as a campaign's: 200 trees, of which each sees 2,000 rows that only half obey a rule. */
async function aForest(): Promise<ModelArtifact> {
  const features = featureNames(routedWorkloads);
  const rowCount = 20_000;
  const random = randomFor(42, 'bench');
  const values = Float64Array.from({ length: features.length * rowCount }, () => random());
  const labels = Uint8Array.from({ length: rowCount }, (_, row) =>
    Number((values[row] ?? 0) + random() > 1),
  );
  const rows: TrainingRows = {
    features,
    rowCount,
    values,
    labels,
    weights: new Float64Array(rowCount).fill(1),
  };
  const params = { trees: 200, rowsPerTree: 2000, maxDepth: 15, minRows: 9, bins: 64 };
  const { scorer } = await createRandomForest().fit(rows, params, {
    seed: 42,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  return aRoutingModel({ scorer });
}

async function measureAdded(settings: string): Promise<{
  readonly direct: readonly number[];
  readonly routed: readonly number[];
  readonly decisionMs: readonly number[];
}> {
  const settingsPath = join(folder, 'router.json');
  await writeFile(settingsPath, settings);
  const service = execa(process.execPath, [join(checkout, 'src/router/service/main.ts')], {
    env: { CROSSOVER_ROUTER: settingsPath },
    stdin: 'ignore',
    reject: false,
  });
  try {
    const [line] = (await once(service.stdout, 'data')) as [Buffer];
    const { port } = JSON.parse(line.toString().split('\n')[0] ?? '{}');
    const routerUrl = `http://127.0.0.1:${port}/heavy`;
    const direct: number[] = [];
    const routed: number[] = [];
    const decisionMs: number[] = [];
    for (let index = 0; index < requests + 300; index += 1) {
      const straight = await post(platformUrl);
      const through = await post(routerUrl);
      // The first few hundred are compiled meanwhile.
      if (index < 300) continue;
      direct.push(straight.ms);
      routed.push(through.ms);
      decisionMs.push(Number(through.routerMs));
    }
    return { direct, routed, decisionMs };
  } finally {
    service.kill('SIGTERM');
    await service;
  }
}

async function post(url: string): Promise<{ readonly ms: number; readonly routerMs: unknown }> {
  const began = performance.now();
  const sent = request(url, { agent, method: 'POST' });
  sent.end('{"seed":1}');
  const [answer] = await once(sent, 'response');
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}.`);
  return { ms: performance.now() - began, routerMs: answer.headers['x-router-ms'] };
}

/** Each in a pool of its own. The code cache is filled first, as the testbed fills it when it deploys. */
async function measureColdStarts(settings: string): Promise<readonly number[]> {
  const codeCacheFolder = join(folder, 'code-cache');
  const adapter = `file://${checkout}/src/router/service/lambda.ts`;
  await execa(process.execPath, ['--eval', `await import('${adapter}'); process.exit(0)`], {
    env: { NODE_COMPILE_CACHE: codeCacheFolder, CROSSOVER_ROUTER: settings },
  });
  const limits = await openLimits();
  const handler = join(checkout, 'workloads/lightweight/handler.ts');
  const place = { nodePath: process.execPath, checkoutFolder: checkout, codeCacheFolder };
  const program = lambdaProgram(place, handler);
  const initMs: number[] = [];
  for (let start = 0; start < coldStarts; start += 1) {
    const pool = new LambdaPool({
      name: 'router',
      memoryMb: 512,
      timeoutMs: 10_000,
      host: ownIdentity(),
      limits,
      onLine: () => undefined,
      onTrouble: (what, error) => {
        throw new Error(what, { cause: error });
      },
      idleLimitMs: 60_000,
      concurrency: 1,
      program: {
        ...program,
        environment: {
          ...program.environment,
          CROSSOVER_ADAPTER: adapter,
          CROSSOVER_ROUTER: settings,
        },
      },
    });
    const event = JSON.stringify({
      rawPath: '/heavy',
      requestContext: { http: { method: 'POST' } },
      headers: {},
      body: '{"seed":1}',
    });
    const invoked = await pool.invoke({ event, traceId: '' });
    await pool.close();
    if (invoked.status !== 'done' || invoked.report.initMs === undefined) {
      throw new Error(`A cold start gave ${JSON.stringify(invoked)}.`);
    }
    initMs.push(invoked.report.initMs);
  }
  return initMs;
}

function quantile(values: readonly number[], share: number): number {
  const ascending = values.toSorted((a, b) => a - b);
  return ascending[Math.floor(share * (ascending.length - 1))] ?? Number.NaN;
}
