import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { PlatformRecord } from '../../../src/domain/observation.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import type { Platform } from '../../../src/domain/platform.ts';
import { listCages } from '../../../src/testbeds/local/limits.ts';
import { LocalTestbed } from '../../../src/testbeds/local/local-testbed.ts';
import { isRunning, signalProcess } from '../../../src/testbeds/local/process-identity.ts';
import { findHostFile, type HostFile } from '../../../src/testbeds/local/state-files.ts';
import type { ServiceSpec } from '../../../src/testbeds/testbed.ts';
import { describeTestbed } from '../../contracts/testbed.ts';
import { aFolder, aPlan, aWorkload, checkoutFolder, removeFolder, until } from './rig.ts';

const signal = new AbortController().signal;
const rigs: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

function aTestbed(plan: Plan = aPlan(), checkout = checkoutFolder) {
  const folder = aFolder();
  const stateFolder = join(folder, 'local');
  const testbed = new LocalTestbed({ stateFolder, checkoutFolder: checkout });
  const close = async (): Promise<void> => {
    await testbed.release('test');
    await testbed.release('one');
    removeFolder(folder);
  };
  rigs.push({ close });

  const deploy = (campaignId = 'test', expiresAtMs = Date.now() + 60_000) =>
    testbed.deploy({ campaignId, plan, expiresAtMs }, { signal });
  const prepare = (run: string, services: readonly ServiceSpec[] = everything(plan)) =>
    testbed.prepare(
      { campaignId: 'test', run, services, expiresAtMs: Date.now() + 60_000 },
      { signal },
    );
  const host = (): HostFile => {
    const file = findHostFile(stateFolder);
    if (file === undefined) throw new Error('No host serves.');
    return file;
  };
  const collect = (run: string) => testbed.collect({ campaignId: 'test', run }, { signal });
  const send = (platform: Platform, requestId: string, changed: Partial<Sending> = {}) =>
    sendTo(testbed, platform, requestId, changed);
  return { testbed, plan, folder, stateFolder, deploy, prepare, collect, host, send, close };
}

function everything(plan: Plan): readonly ServiceSpec[] {
  return plan.workloads.flatMap(({ name: workload }) => [
    { owner: 'collection', platform: 'lambda', workload } as const,
    { owner: 'collection', platform: 'ecs', workload } as const,
  ]);
}

interface Sending {
  readonly workload: string;
  readonly token: string;
  readonly order: object;
}

async function sendTo(
  testbed: LocalTestbed,
  platform: Platform,
  requestId: string,
  { workload = 'obedient', token, order = {} }: Partial<Sending>,
): Promise<Response> {
  const deployment = await testbed.find('test');
  const endpoint = deployment?.endpoints.find(
    (known) =>
      known.owner === 'collection' && known.platform === platform && known.workload === workload,
  );
  return fetch(endpoint?.url ?? '', {
    method: 'POST',
    body: JSON.stringify(order),
    headers: {
      'content-type': 'application/json',
      'x-crossover-token': token ?? deployment?.token ?? '',
      'x-crossover-request': `${requestId}/${platform}`,
    },
  });
}

const cagesOf = (host: HostFile): readonly string[] =>
  listCages(({ pid, startedAt }) => pid === host.pid && startedAt === host.startedAt);

const ofKind = <Kind extends PlatformRecord['kind']>(
  records: readonly PlatformRecord[],
  kind: Kind,
) =>
  records.filter(
    (record): record is Extract<PlatformRecord, { readonly kind: Kind }> => record.kind === kind,
  );

describeTestbed('local', async () => aTestbed());

describe('one request to both platforms', () => {
  it('is answered alike, and its records say what the headers said', async () => {
    const { deploy, prepare, send, collect } = aTestbed();
    await deploy();
    await prepare('slot-001');
    const answers = {
      lambda: await send('lambda', 'slot-001.00001'),
      ecs: await send('ecs', 'slot-001.00001'),
    };
    expect(await answers.lambda.json()).toEqual(await answers.ecs.json());
    const records = await collect('slot-001');

    const handlers = ofKind(records, 'handler');
    expect(handlers).toHaveLength(2);
    for (const { platform, environmentId, environmentSequence, serverMs } of handlers) {
      const { headers, status } = answers[platform];
      expect(status).toBe(200);
      expect(headers.get('x-crossover-request')).toBe(`slot-001.00001/${platform}`);
      expect(headers.get('x-crossover-environment')).toBe(environmentId);
      expect(headers.get('x-crossover-sequence')).toBe(String(environmentSequence));
      expect(headers.get('x-crossover-server-ms')).toBe(String(serverMs));
    }
    const [report] = ofKind(records, 'report');
    const [task] = ofKind(records, 'task');
    expect(handlers.map(({ awsRequestId }) => awsRequestId)).toContain(report?.awsRequestId);
    expect(handlers.map(({ taskId }) => taskId)).toContain(task?.taskId);
    expect(ofKind(records, 'task-sample').length).toBeGreaterThan(0);
    expect(await collect('slot-002')).toEqual([]);
  });

  it('is refused without the token, and where nothing is', async () => {
    const { deploy, prepare, send, testbed } = aTestbed();
    await deploy();
    await prepare('slot-001');
    expect((await send('lambda', 'slot-001.00001', { token: 'guessed' })).status).toBe(403);
    expect((await send('ecs', 'slot-001.00001', { token: ' ' })).status).toBe(403);
    const { endpoints = [], token = '' } = (await testbed.find('test')) ?? {};
    const headers = { 'x-crossover-token': token };
    const statusOf = async (url: string, method = 'POST'): Promise<number> =>
      (await fetch(url, { method, headers })).status;
    const { origin } = new URL(endpoints[0]?.url ?? '');
    expect(await statusOf(`${origin}/elsewhere`)).toBe(404);
    expect(await statusOf(endpoints[0]?.url ?? '', 'GET')).toBe(405);
    // The arms' endpoints exist, but this window has none of them.
    expect(await statusOf(`${origin}/hybrid/lambda/obedient`)).toBe(503);
  });
});

describe('a workload that misbehaves', () => {
  it('is a row with a reason on both platforms, and the others are served', async () => {
    const names = ['obedient', 'crashes', 'hangs', 'answers-garbage'];
    const workloads = names.map((name) => aWorkload({ name, ecsMemoryMb: 512 }));
    const { deploy, prepare, send, collect } = aTestbed(
      aPlan({ workloads, load: { timeoutMs: 1_000 }, local: { warmUpRequests: 0 } }),
    );
    await deploy();
    await prepare('slot-001');
    const statusOf = async (workload: string) => [
      (await send('lambda', 'slot-001.00001', { workload })).status,
      (await send('ecs', 'slot-001.00001', { workload })).status,
    ];
    expect(await statusOf('crashes')).toEqual([502, 502]);
    expect(await statusOf('hangs')).toEqual([504, 504]);
    expect(await statusOf('answers-garbage')).toEqual([500, 500]);
    expect(await statusOf('obedient')).toEqual([200, 200]);
    const failures = ofKind(await collect('slot-001'), 'report').map(({ failure }) => failure);
    expect(failures).toEqual(['crash', 'timeout', undefined, undefined]);
  });

  it('is refused by name when its busy time cannot be measured', async () => {
    const { cpuMs: _, ...unmeasured } = aWorkload({ name: 'answers-garbage' });
    const { deploy } = aTestbed(aPlan({ workloads: [unmeasured] }));
    await expect(deploy()).rejects.toMatchObject({
      kind: 'WorkloadBroken',
      message: expect.stringContaining('answers-garbage'),
    });
  });
});

describe('the host', () => {
  it('that was killed is followed by one that finds its records and removes its orphans', async () => {
    const { deploy, prepare, send, collect, host, testbed } = aTestbed();
    await deploy();
    await prepare('slot-001');
    await send('lambda', 'slot-001.00001');
    await send('ecs', 'slot-001.00001');
    const before = await testbed.find('test');
    await until('the lines are written', async () => (await collect('slot-001')).length >= 4);
    const killed = host();
    signalProcess(killed, 'SIGKILL');
    await until('it is dead', () => !isRunning(killed));
    expect(cagesOf(killed)).not.toEqual([]);

    await prepare('slot-002');

    expect(host().pid).not.toBe(killed.pid);
    expect(cagesOf(killed)).toEqual([]);
    // A generator that was running before goes on: same place, same token.
    expect(await testbed.find('test')).toEqual(before);
    expect((await send('ecs', 'slot-002.00001')).status).toBe(200);
    expect(ofKind(await collect('slot-001'), 'handler')).toHaveLength(2);
  });

  it('ends by itself at its expiry, with everything that it started', async () => {
    const { deploy, host, prepare, send } = aTestbed();
    await deploy('test', Date.now() + 4_000);
    await send('lambda', 'slot-001.00001');
    const expired = host();
    await until('it has ended', () => !isRunning(expired));
    expect(cagesOf(expired)).toEqual([]);
    expect(existsSync(expired.socketPath)).toBe(false);
    // A campaign that was paused for longer comes back with its next window.
    await prepare('slot-002');
    expect((await send('lambda', 'slot-002.00001')).status).toBe(200);
  });

  it('outlives its expiry when a window renews it', async () => {
    const { deploy, prepare, host } = aTestbed();
    const expiresAtMs = Date.now() + 3_000;
    await deploy('test', expiresAtMs);
    await prepare('slot-001');
    const { pid } = host();
    await until('the first expiry has passed', () => Date.now() > expiresAtMs + 700);
    expect(isRunning(host())).toBe(true);
    expect(host().pid).toBe(pid);
  });

  it('ends cleanly when it is asked to', async () => {
    const { deploy, host, send, prepare } = aTestbed();
    await deploy();
    await prepare('slot-001');
    await send('lambda', 'slot-001.00001');
    const asked = host();
    signalProcess(asked, 'SIGTERM');
    await until('it has ended', () => !isRunning(asked));
    expect(cagesOf(asked)).toEqual([]);
    expect(existsSync(asked.socketPath)).toBe(false);
  });

  it('lets nobody else read its secrets or open its socket', async () => {
    const { deploy, stateFolder, host } = aTestbed();
    await deploy();
    const modeOf = (path: string): number => statSync(path).mode & 0o777;
    expect(modeOf(join(stateFolder, 'host.json'))).toBe(0o600);
    expect(modeOf(join(stateFolder, 'deployment.json'))).toBe(0o600);
    expect(modeOf(host().socketPath)).toBe(0o600);
    expect(modeOf(dirname(host().socketPath))).toBe(0o700);
  });

  it('serves from a state folder whose path is too long for a socket', async () => {
    const folder = join(aFolder(), 'x'.repeat(100));
    mkdirSync(folder);
    const stateFolder = join(folder, 'local');
    const testbed = new LocalTestbed({ stateFolder, checkoutFolder });
    rigs.push({
      close: async () => {
        await testbed.release('test');
        removeFolder(dirname(folder));
      },
    });
    const expiresAtMs = Date.now() + 60_000;
    await testbed.deploy({ campaignId: 'test', plan: aPlan(), expiresAtMs }, { signal });
    const socket = findHostFile(stateFolder)?.socketPath ?? '';
    expect(socket.length).toBeLessThan(100);
    expect(await testbed.release('test')).toEqual([]);
    expect(existsSync(dirname(socket))).toBe(false);
  });
});

describe('a second campaign', () => {
  it('is refused with the name of the holder, and takes over when that one is released', async () => {
    const { deploy, testbed } = aTestbed();
    await deploy('one');
    await expect(deploy('test')).rejects.toMatchObject({
      kind: 'TestbedBusy',
      message: expect.stringContaining('"one"'),
    });
    await testbed.release('one');
    expect((await deploy('test')).campaignId).toBe('test');
  });
});

describe('the release', () => {
  it('leaves no process, no group and no file', async () => {
    const { deploy, prepare, send, host, testbed, stateFolder } = aTestbed();
    await deploy();
    await prepare('slot-001');
    await send('lambda', 'slot-001.00001');
    const released = host();
    expect(cagesOf(released)).not.toEqual([]);
    expect(await testbed.release('test')).toEqual([]);
    expect(isRunning(released)).toBe(false);
    expect(cagesOf(released)).toEqual([]);
    expect(existsSync(stateFolder)).toBe(false);
  });

  it('works on a host that was killed', async () => {
    const { deploy, host, testbed } = aTestbed();
    await deploy();
    const killed = host();
    signalProcess(killed, 'SIGKILL');
    await until('it is dead', () => !isRunning(killed));
    expect(await testbed.release('test')).toEqual([]);
    expect(cagesOf(killed)).toEqual([]);
  });

  it('of another campaign touches nothing', async () => {
    const { deploy, host, testbed } = aTestbed();
    await deploy();
    expect(await testbed.release('another')).toEqual([]);
    expect(isRunning(host())).toBe(true);
  });
});

describe('the code of a workload', () => {
  it('must stay as it was deployed', async () => {
    const folder = aFolder();
    for (const part of ['workloads', 'src', 'package.json']) {
      cpSync(join(checkoutFolder, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(checkoutFolder, 'node_modules'), join(folder, 'node_modules'));
    const handler = join(folder, 'workloads/lightweight/handler.ts');
    const workload = aWorkload({ name: 'lightweight', run: 'workloads/lightweight/handler.ts' });
    const { deploy, prepare, close } = aTestbed(aPlan({ workloads: [workload] }), folder);
    const { codeHashes } = await deploy();
    expect(codeHashes['lightweight']).toMatch(/^[0-9a-f]{64}$/);
    writeFileSync(handler, `${readFileSync(handler, 'utf8')}\n// changed\n`);
    await expect(prepare('slot-001')).rejects.toMatchObject({ kind: 'DeploymentMismatch' });
    await close();
    removeFolder(folder);
  });
});

describe('the busy time of a workload', () => {
  it('is measured where the plan leaves it open, and taken from the plan where it does not', async () => {
    const run = 'test/fixtures/workloads/obedient/handler.ts';
    const { cpuMs: _, ...open } = aWorkload({ name: 'open', run, share: 0.5 });
    const given = aWorkload({ name: 'given', run, share: 0.5, cpuMs: 12.5 });
    const { deploy } = aTestbed(aPlan({ workloads: [open, given] }));
    const { cpuMs } = await deploy();
    expect(cpuMs['given']).toBe(12.5);
    expect(cpuMs['open']).toBeGreaterThan(0);
  });
});
