import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { searchAttribute } from '../../src/domain/names.ts';
import { connectTo, findOrStartTemporal, findTemporal } from '../../src/temporal/connect.ts';
import { ensureSearchAttributes } from '../../src/temporal/search-attributes.ts';
import { findServer, startServer, stopServer } from '../../src/temporal/server.ts';
import { isAlive } from '../../src/temporal/server-process.ts';
import type { RunningServer } from '../../src/temporal/server-record.ts';
import { temporalBinary } from '../support/temporal-server.ts';

describe('our Temporal server', () => {
  let binary: string;
  let stateFolder: string;

  beforeAll(async () => {
    binary = await temporalBinary();
  });
  beforeEach(async () => {
    stateFolder = await mkdtemp(join(tmpdir(), 'crossover-temporal-'));
  });
  afterEach(async () => {
    const server = await findServer(stateFolder);
    // Not stopServer: its two seconds of graceful end are tested once.
    if (server !== undefined) process.kill(server.pid, 'SIGKILL');
    await rm(stateFolder, { recursive: true, maxRetries: 5 });
  });

  const start = () => startServer({ stateFolder, binary });

  test('starts on free ports of this machine, and stop leaves no process and no record', async () => {
    const { server, isOurs } = await start();
    expect(isOurs).toBe(true);
    expect(server.address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect((await fetch(server.uiAddress)).status).toBe(200);
    expect(await findServer(stateFolder)).toEqual(server);

    await stopServer(server);
    await expect.poll(() => isAlive(server.pid)).toBe(false);
    expect(await findServer(stateFolder)).toBeUndefined();
  });

  test('keeps closed workflows for 90 days and knows our search attributes', async () => {
    const { server } = await start();
    await withClient(server, async (client) => {
      const described = await client.workflowService.describeNamespace({ namespace: 'default' });
      const retention = described.config?.workflowExecutionRetentionTtl?.seconds;
      expect(Number(retention)).toBe(90 * 24 * 3600);
      const registered = await client.connection.operatorService.listSearchAttributes({
        namespace: 'default',
      });
      expect(Object.keys(registered.customAttributes ?? {})).toEqual(
        expect.arrayContaining(Object.values(searchAttribute)),
      );
    });
  });

  test('is found, not started again, by a second start', async () => {
    const [first, second] = await Promise.all([start(), start()]);
    expect(first.server).toEqual(second.server);
    expect([first.isOurs, second.isOurs]).toContain(true);
    expect((await start()).server.pid).toBe(first.server.pid);
  });

  test('comes back on the same address with its workflows after kill -9', async () => {
    const { server } = await start();
    await withClient(server, (client) =>
      client.workflow.start('campaign', {
        workflowId: 'campaign/spring',
        taskQueue: 'nobody-polls',
        memo: { campaignId: 'spring' },
      }),
    );
    process.kill(server.pid, 'SIGKILL');

    const { server: restarted, isOurs } = await start();
    expect(isOurs).toBe(true);
    expect(restarted.pid).not.toBe(server.pid);
    expect(restarted.address).toBe(server.address);
    await withClient(restarted, async (client) => {
      const description = await client.workflow.getHandle('campaign/spring').describe();
      expect(description.status.name).toBe('RUNNING');
      expect(description.memo).toEqual({ campaignId: 'spring' });
    });
  });

  test('whose starter was killed is taken over by the next one to start', async () => {
    const { server } = await start();
    const record = join(stateFolder, 'temporal/server.json');
    const gone = await pidOfAnEndedProcess();
    await writeFile(record, JSON.stringify({ ...server, ownerPid: gone }));
    const taken = await start();
    expect(taken.isOurs).toBe(true);
    expect(taken.server.pid).toBe(server.pid);
    expect(JSON.parse(await readFile(record, 'utf8')).ownerPid).toBe(process.pid);
  });

  test('is not mistaken for another process that was given its id', async () => {
    const { server } = await start();
    await stopServer(server);
    const record = join(stateFolder, 'temporal/server.json');
    await writeFile(record, JSON.stringify({ ...server, pid: process.pid }));
    expect(await findServer(stateFolder)).toBeUndefined();
    await stopServer({ ...server, pid: process.pid });
    expect((await start()).isOurs).toBe(true);
  });

  test('says why it did not start, and leaves nothing', async () => {
    const started = startServer({ stateFolder, binary: process.execPath });
    await expect(started).rejects.toThrow(/Temporal did not start.*it ended with exit code/s);
    await expect(startServer({ stateFolder, binary: '/no/such/temporal' })).rejects.toThrow(
      '/no/such/temporal cannot be run. Set TEMPORAL_CLI_PATH',
    );
    expect(await findServer(stateFolder)).toBeUndefined();
  });

  test('starts although a killed process left its start lock', async () => {
    const { server } = await start();
    await stopServer(server);
    const lock = join(stateFolder, 'temporal/starting.lock');
    await writeFile(lock, `${await pidOfAnEndedProcess()}\n`);
    expect((await start()).isOurs).toBe(true);
    await expect(readFile(lock)).rejects.toThrow('ENOENT');
  });

  describe('as an endpoint', () => {
    const environment = () => ({ TEMPORAL_CLI_PATH: binary, HOME: stateFolder });

    test('is started once, then found, by whoever asks for Temporal', async () => {
      expect(await findTemporal({ environment: environment(), stateFolder })).toBeUndefined();
      const started = await findOrStartTemporal({ environment: environment(), stateFolder });
      expect(started.serverToStop?.ownerPid).toBe(process.pid);
      const found = await findTemporal({ environment: environment(), stateFolder });
      expect(found).toEqual({ ...started, serverToStop: undefined });
      await (await connectTo(started)).close();
    });

    test('another namespace on a server named by TEMPORAL_ADDRESS gets our search attributes, twice without complaint', async () => {
      const { server } = await start();
      const endpoint = await findOrStartTemporal({
        environment: {
          ...environment(),
          TEMPORAL_ADDRESS: server.address,
          TEMPORAL_NAMESPACE: 'elsewhere',
        },
        stateFolder,
      });
      expect(endpoint.serverToStop).toBeUndefined();
      expect(endpoint.namespace).toBe('elsewhere');
      const connection = await connectTo(endpoint);
      try {
        await registerNamespace(connection, 'elsewhere');
        await Promise.all([
          ensureSearchAttributes(connection, 'elsewhere'),
          ensureSearchAttributes(connection, 'elsewhere'),
        ]);
        await ensureSearchAttributes(connection, 'elsewhere');
        const listed = await connection.operatorService.listSearchAttributes({
          namespace: 'elsewhere',
        });
        expect(listed.customAttributes).toMatchObject({ CampaignId: 2, SlotsDone: 3, SpentUsd: 4 });
      } finally {
        await connection.close();
      }
    });
  });
});

async function withClient(server: RunningServer, act: (client: Client) => Promise<unknown>) {
  const connection = await Connection.connect({ address: server.address });
  try {
    await act(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

async function registerNamespace(connection: Connection, namespace: string): Promise<void> {
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  });
}

async function pidOfAnEndedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}
