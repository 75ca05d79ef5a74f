import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { gatewayEvent, parseGatewayAnswer } from '../../../src/testbeds/local/api-gateway.ts';
import {
  type Invoked,
  LambdaPool,
  type PoolSpec,
} from '../../../src/testbeds/local/lambda-pool.ts';
import { listCages } from '../../../src/testbeds/local/limits.ts';
import { aFolder, aFunction, compileFixture, limits, removeFolder, until } from './rig.ts';

const pools: LambdaPool[] = [];
let folder = '';

beforeAll(async () => {
  folder = aFolder();
  await compileFixture(folder);
});

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

afterAll(() => removeFolder(folder));

function aPool(changed: Partial<PoolSpec> = {}): LambdaPool {
  const pool = new LambdaPool({
    ...aFunction(folder),
    idleLimitMs: 60_000,
    concurrency: 5,
    ...changed,
  });
  pool.setActive(true);
  pools.push(pool);
  return pool;
}

function order(what: object): { event: string; traceId: string } {
  const body = Buffer.from(JSON.stringify(what));
  const headers = {
    'content-type': 'application/json',
    'x-crossover-request': 'slot-001.00001/lambda',
  };
  return {
    event: gatewayEvent({ path: '/', headers, body, nowMs: 0, requestId: 'r' }),
    traceId: 'Root=1-0-0',
  };
}

function reportOf(invoked: Invoked) {
  if (invoked.status !== 'done') throw new Error('It was throttled.');
  return invoked.report;
}

function sequenceOf(invoked: Invoked): string | undefined {
  if (invoked.status !== 'done' || invoked.result.status !== 'answered') return undefined;
  return parseGatewayAnswer(invoked.result.body)?.headers['x-crossover-sequence'];
}

describe('an execution environment', () => {
  it('starts cold, is billed for its init once, and serves the next request warm', async () => {
    const pool = aPool();
    const cold = await pool.invoke(order({}));
    const warm = await pool.invoke(order({}));

    const { initMs = 0, durationMs, billedMs, memorySizeMb } = reportOf(cold);
    expect(initMs).toBeGreaterThan(0);
    expect(billedMs).toBe(Math.ceil(durationMs + initMs));
    expect(memorySizeMb).toBe(256);
    expect(reportOf(warm).initMs).toBeUndefined();
    expect(reportOf(warm).billedMs).toBe(Math.ceil(reportOf(warm).durationMs));
    expect([cold, warm].map(sequenceOf)).toEqual(['1', '2']);
  });

  it('serves one request at a time: a second one at the same time starts another', async () => {
    const pool = aPool();
    const both = await Promise.all([pool.invoke(order({})), pool.invoke(order({}))]);
    expect(both.map(sequenceOf)).toEqual(['1', '1']);
    expect(pool.environments).toBe(2);
  });

  it('is refused above the concurrency limit', async () => {
    const pool = aPool({ concurrency: 1 });
    const first = pool.invoke(order({}));
    expect(await pool.invoke(order({}))).toEqual({ status: 'throttled' });
    expect((await first).status).toBe('done');
  });

  it('answers for a handler that throws, and lives on', async () => {
    const pool = aPool();
    const failed = await pool.invoke(order({ do: 'throw' }));
    expect(failed).toMatchObject({ result: { status: 'answered' } });
    expect(reportOf(failed).failure).toBeUndefined();
    expect(sequenceOf(await pool.invoke(order({})))).toBe('2');
  });
});

describe('an idle environment', () => {
  it('is not used again once it has been idle for the limit', async () => {
    let nowMs = 0;
    const pool = aPool({ idleLimitMs: 8_000, nowMs: () => nowMs });
    await pool.invoke(order({}));
    nowMs = 8_000;
    expect(sequenceOf(await pool.invoke(order({})))).toBe('1');
  });

  it('is kept while its arm is not active, for as long as that takes', async () => {
    let nowMs = 0;
    const pool = aPool({ idleLimitMs: 8_000, nowMs: () => nowMs });
    await pool.invoke(order({}));
    nowMs = 5_000;
    pool.setActive(false);
    nowMs = 500_000;
    pool.setActive(true);
    nowMs = 502_000;
    expect(sequenceOf(await pool.invoke(order({})))).toBe('2');
    nowMs = 511_000;
    expect(sequenceOf(await pool.invoke(order({})))).toBe('1');
  });

  it('goes without being asked, and takes its groups with it', async () => {
    const pool = aPool({ idleLimitMs: 50 });
    await pool.invoke(order({}));
    await until('it is evicted', () => pool.environments === 0);
    await until('nothing is left', () => listCages(({ pid }) => pid === process.pid).length === 0);
  });

  it('is the one used last that serves next, so that the others grow old', async () => {
    let nowMs = 0;
    const pool = aPool({ idleLimitMs: 8_000, nowMs: () => nowMs });
    await Promise.all([pool.invoke(order({})), pool.invoke(order({}))]);
    for (let request = 3; request < 6; request += 1) {
      nowMs += 3_000;
      expect(sequenceOf(await pool.invoke(order({})))).toBe(String(request - 1));
    }
    expect(pool.environments).toBe(1);
  });
});

describe('an invocation that the platform must end', () => {
  it.each([
    { what: 'hang', status: 'timeout' },
    { what: 'spin', status: 'timeout' },
    { what: 'crash', status: 'crash' },
  ])('after "$what" is reported as $status, and the next one starts cold', async (row) => {
    const pool = aPool({ timeoutMs: 500 });
    const ended = await pool.invoke(order({ do: row.what }));
    expect(reportOf(ended).failure).toBe(row.status);
    expect(ended).toMatchObject({ result: { status: 'ended', failure: row.status } });
    const next = await pool.invoke(order({}));
    expect(sequenceOf(next)).toBe('1');
    expect(reportOf(next).initMs).toBeGreaterThan(0);
  });

  it.skipIf(limits.kind === 'none')('for its memory is reported with all of it used', async () => {
    const pool = aPool({ memoryMb: 128 });
    const ended = await pool.invoke(order({ do: 'allocate' }));
    expect(reportOf(ended)).toMatchObject({ failure: 'out-of-memory', maxMemoryUsedMb: 128 });
  });

  it('because its code cannot be loaded is a crash, not a wait', async () => {
    const { program } = aFunction(folder);
    const environment = { ...program.environment, CROSSOVER_HANDLER: '/nowhere/handler.ts' };
    const pool = aPool({ program: { ...program, environment } });
    expect(reportOf(await pool.invoke(order({}))).failure).toBe('crash');
    expect(pool.environments).toBe(0);
  });
});

describe.skipIf(limits.kind === 'none')('the memory of a function', () => {
  it('sets its share of the CPU: 128 MB of 1,769 hold a busy request up', async () => {
    const pool = aPool({ memoryMb: 128 });
    await pool.invoke(order({}));
    const {
      cpuMs = 0,
      durationMs,
      throttledMs = 0,
    } = reportOf(await pool.invoke(order({ do: 'burn', ms: 50 })));
    expect(cpuMs).toBeGreaterThanOrEqual(50);
    expect(throttledMs).toBeGreaterThan(0);
    // 50 ms of CPU at 128/1,769 of a CPU are 691 ms.
    expect(durationMs).toBeGreaterThan(400);
  });
});

describe('a pool that is closed', () => {
  it('leaves no process and no group', async () => {
    const pool = aPool();
    await Promise.all([pool.invoke(order({})), pool.invoke(order({}))]);
    await pool.close();
    expect(listCages(({ pid }) => pid === process.pid)).toEqual([]);
  });
});
