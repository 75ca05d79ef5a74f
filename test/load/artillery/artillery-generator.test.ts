import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ArtilleryLoadGenerator } from '../../../src/load/artillery/artillery-generator.ts';
import { startArtillery } from '../../../src/load/artillery/artillery-process.ts';
import { engineRun, writeScript } from '../../../src/load/artillery/script.ts';
import { describeLoadGenerator } from '../../contracts/load-generator.ts';
import {
  aRunFolder,
  deploymentAt,
  pairs,
  type RunFolder,
  targetOf,
  targetsOf,
} from '../../support/load-run.ts';
import {
  type MisbehavingServer,
  startMisbehavingServer,
} from '../../support/misbehaving-server.ts';

// On a busy machine Artillery needs many seconds to start.
vi.setConfig({ testTimeout: 60_000 });

describeLoadGenerator('ArtilleryLoadGenerator', async () => {
  const server = await startMisbehavingServer();
  return {
    generator: new ArtilleryLoadGenerator(),
    deployment: deploymentAt(server.url, ['ok']),
    close: async () => await server[Symbol.asyncDispose](),
  };
});

describe('ArtilleryLoadGenerator', () => {
  let server: MisbehavingServer;
  let run: RunFolder;

  beforeEach(async () => {
    server = await startMisbehavingServer();
    run = await aRunFolder();
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await run[Symbol.asyncDispose]();
  });

  test('writes down what happened, whatever a server does', async () => {
    const expected: Readonly<Record<string, object>> = {
      ok: { outcome: 'answered', statusCode: 200, isGood: true },
      slow: { outcome: 'answered', statusCode: 200, isGood: true },
      status303: { outcome: 'answered', statusCode: 303, isGood: true },
      status404: { outcome: 'answered', statusCode: 404, isGood: false },
      status429: { outcome: 'answered', statusCode: 429, isGood: false },
      status500: { outcome: 'answered', statusCode: 500, isGood: false },
      'wrong-echo': { outcome: 'answered', statusCode: 200, isGood: false },
      'no-echo': { outcome: 'answered', statusCode: 200, isGood: false },
      reset: { outcome: 'failed', errorCode: 'ECONNRESET', isGood: false },
      cut: { outcome: 'failed', errorCode: 'BODY_CUT', statusCode: 200, responseBytes: 9 },
      garbage: { outcome: 'failed', errorCode: 'HPE_INVALID_CONSTANT', isGood: false },
      hang: { outcome: 'timeout', errorCode: 'TIMEOUT', isGood: false },
      'hang-in-body': { outcome: 'timeout', errorCode: 'TIMEOUT', statusCode: 200, isGood: false },
      refused: { outcome: 'failed', errorCode: 'ECONNREFUSED', isGood: false },
    };
    const workloads = Object.keys(expected);
    const requests = workloads.flatMap((workload, index) =>
      pairs({ count: 2, everyMs: 100, gapMs: 30, workload, firstIndex: index * 10 }),
    );
    const reached = deploymentAt(server.url, workloads);
    const deployment = {
      ...reached,
      endpoints: reached.endpoints.map((endpoint) =>
        endpoint.workload === 'refused' ? { ...endpoint, url: 'http://127.0.0.1:1/' } : endpoint,
      ),
    };
    const spec = await run.spec(requests);
    const end = await new ArtilleryLoadGenerator().run(spec, deployment, quietly());

    expect(end).toEqual({ reason: 'completed', segments: 1 });
    const outcomes = await run.outcomes();
    expect(outcomes.map(targetOf).toSorted((a, b) => a.localeCompare(b))).toEqual(
      targetsOf(requests),
    );
    const workloadOf = new Map(requests.map(({ requestId, workload }) => [requestId, workload]));
    for (const outcome of outcomes) {
      const workload = workloadOf.get(outcome.requestId) ?? '';
      expect({ workload, ...outcome }).toMatchObject({ workload, ...expected[workload] });
    }
  });

  test('adopts what a killed attempt left open, and continues its numbers', async () => {
    const requests = pairs({ count: 1, everyMs: 0 });
    const [target] = targetsOf(requests);
    const left = {
      kind: 'sent',
      requestId: 'slot-001.00000',
      target: 'ecs',
      attempt: 1,
      sentAtMs: 1,
    };
    await writeFile(path.join(run.folder, '002.ndjson.open'), `${JSON.stringify(left)}\n`);
    const spec = await run.spec(requests, {
      attempt: 2,
      alreadySent: [String(target)],
    });
    const end = await new ArtilleryLoadGenerator().run(
      spec,
      deploymentAt(server.url, ['ok']),
      quietly(),
    );

    expect(end).toEqual({ reason: 'completed', segments: 3 });
    expect(server.arrivals.map(({ requestHeader }) => requestHeader)).toEqual([
      'slot-001.00000/lambda',
    ]);
    expect((await readdir(run.folder)).toSorted()).toEqual([
      '002.ndjson',
      '003.ndjson',
      'requests.txt',
    ]);
  });

  test('is stopped with all its processes by an abort', async () => {
    const requests = pairs({ count: 100, everyMs: 200, workload: 'hang' });
    const spec = await run.spec(requests);
    const abort = new AbortController();
    const running = new ArtilleryLoadGenerator().run(spec, deploymentAt(server.url, ['hang']), {
      signal: abort.signal,
      onProgress: ({ sent }) => {
        if (sent > 0) abort.abort();
      },
    });
    await expect(running).rejects.toThrow('aborted');
    expect(await generatorsOf(run.folder)).toEqual([]);
  });

  test('is stopped by force when it does not react', async () => {
    const requests = pairs({ count: 100, everyMs: 200, workload: 'hang' });
    const spec = await run.spec(requests);
    const abort = new AbortController();
    let stopping: Promise<void> | undefined;
    const running = new ArtilleryLoadGenerator().run(spec, deploymentAt(server.url, ['hang']), {
      signal: abort.signal,
      onProgress: ({ sent }) => {
        if (sent > 0) stopping ??= suspendGenerators(run.folder).then(() => abort.abort());
      },
    });
    await expect(running).rejects.toThrow('aborted');
    await stopping;
    expect(await generatorsOf(run.folder)).toEqual([]);
  });

  test('ends a generator that hangs', async () => {
    const requests = pairs({ count: 1, everyMs: 0 });
    const handlers = { ok: path.resolve('test/fixtures/load/endless/handler.ts') };
    const endsBeforeMs = Date.now() + 4_000;
    const spec = await run.spec(requests, { handlers, endsBeforeMs, timeoutMs: 9_000 });
    const generator = new ArtilleryLoadGenerator({ watchdogMarginMs: 0 });
    const end = await generator.run(spec, deploymentAt(server.url, ['ok']), quietly());
    expect(end).toMatchObject({ reason: 'watchdog', segments: 0 });
    expect(await generatorsOf(run.folder)).toEqual([]);
  });

  test('says how many users Artillery did not make', async () => {
    const requests = pairs({ count: 3, everyMs: 5 });
    const spec = await run.spec(requests);
    const engine = engineRun(spec, deploymentAt(server.url, ['ok']), 1);
    const scriptPath = await writeScript(run.folder, engine, 2);
    const artillery = startArtillery({ folder: run.folder, scriptPath, environment: {} });
    await artillery.ended;
    expect(await artillery.lastLines()).toContain('made 2 virtual users; 1 are missing');
    expect(await run.outcomes()).toHaveLength(4);
  });

  test('says what Artillery printed when it could not begin', async () => {
    const requests = pairs({ count: 2, everyMs: 50 });
    const handlers = { ok: path.resolve('test/fixtures/load/no-maker/handler.ts') };
    const spec = await run.spec(requests, { handlers });
    const end = await new ArtilleryLoadGenerator().run(
      spec,
      deploymentAt(server.url, ['ok']),
      quietly(),
    );
    expect(end).toMatchObject({ reason: 'ended-early', segments: 0 });
    expect(end.output).toContain('4 of 4 targets have no outcome');
    expect(end.output).toContain('exports no function "makePayload"');
  });

  test('leaves no generator behind when the process that runs it is killed with -9', async () => {
    const requests = pairs({ count: 300, everyMs: 200 });
    const spec = await run.spec(requests);
    const deployment = deploymentAt(server.url, ['ok']);
    const parent = execa(
      process.execPath,
      ['test/fixtures/load/run-generator.ts', JSON.stringify(spec), JSON.stringify(deployment)],
      { reject: false },
    );
    await expect.poll(() => server.arrivals.length, { timeout: 40_000 }).toBeGreaterThan(0);
    expect(await generatorsOf(run.folder)).not.toEqual([]);
    parent.kill('SIGKILL');
    await parent;

    await expect.poll(() => generatorsOf(run.folder), { timeout: 5_000 }).toEqual([]);
    expect(server.arrivals.length).toBeLessThan(600);
  });
});

function quietly() {
  return { signal: new AbortController().signal, onProgress: () => undefined };
}

/** A suspended process takes no notice of SIGTERM. */
async function suspendGenerators(folder: string): Promise<void> {
  for (const line of await generatorsOf(folder)) process.kill(Number.parseInt(line, 10), 'SIGSTOP');
}

/** Processes that were started for a run: its script is one of their arguments. */
async function generatorsOf(folder: string): Promise<string[]> {
  const { stdout } = await execa('ps', ['-axo', 'pid=,args=']);
  return stdout.split('\n').filter((line) => line.includes(path.join(folder, 'artillery-')));
}
