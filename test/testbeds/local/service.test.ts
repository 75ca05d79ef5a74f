import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listCages } from '../../../src/testbeds/local/limits.ts';
import { defaultHealth, Service, type ServiceSpec } from '../../../src/testbeds/local/service.ts';
import type { Task } from '../../../src/testbeds/local/task.ts';
import { aFolder, aTask, compileFixture, limits, removeFolder, until } from './rig.ts';

const services: Service[] = [];
const fronts: Server[] = [];
let folder = '';

beforeAll(async () => {
  folder = aFolder();
  await compileFixture(folder);
});

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close('The test is over')));
  for (const front of fronts.splice(0)) {
    front.closeAllConnections();
    front.close();
  }
});

afterAll(() => removeFolder(folder));

/** A service with a front door, and what it said about its tasks. */
async function aService(changed: Partial<ServiceSpec> = {}, timeoutMs = 10_000) {
  const stopped: Task[] = [];
  const warmedUp: number[] = [];
  const service = new Service({
    ...aTask(folder),
    health: defaultHealth,
    warmUp: {
      requests: 0,
      makePayload: (index) => {
        warmedUp.push(index);
        return { contentType: 'application/json', body: Buffer.from('{}') };
      },
    },
    onTaskStarted: () => undefined,
    onTaskStopped: (task) => stopped.push(task),
    ...changed,
  });
  services.push(service);
  const front = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = { 'x-crossover-request': 'slot-001.00001/ecs' };
    service.forward({ path: '/', headers, body: Buffer.concat(chunks), timeoutMs }, response);
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  fronts.push(front);
  const address = front.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const ask = (order: object): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: JSON.stringify(order) });
  return { service, stopped, warmedUp, ask };
}

const running = (service: Service): readonly Task[] =>
  service.tasks.filter((task) => task.state === 'running');

describe('a service', () => {
  it('sends each request to the task with the fewest outstanding ones', async () => {
    const { service, ask } = await aService();
    await service.replace(2, 'test');
    const slow = ask({ do: 'burn', ms: 300 });
    await until('one task is busy', () => service.tasks.some((task) => task.inFlight === 1));
    const busyTask = service.tasks.find((task) => task.inFlight === 1);
    const quick = await Promise.all([ask({}), ask({})].map(async (answer) => await answer));
    const places = quick.map((answer) => answer.headers.get('x-crossover-environment'));
    expect(places).toContain(service.tasks.find((task) => task !== busyTask)?.id);
    expect((await slow).headers.get('x-crossover-environment')).toBe(busyTask?.id);
  });

  it('answers 503 without a task', async () => {
    const { ask } = await aService();
    expect((await ask({})).status).toBe(503);
  });

  it('warms each fresh task up before it gets any load', async () => {
    const { service, warmedUp, ask } = await aService({}, 10_000);
    await service.replace(1, 'test');
    expect((await ask({})).headers.get('x-crossover-sequence')).toBe('1');
    expect(warmedUp).toEqual([]);

    const makePayload = () => ({ contentType: 'application/json', body: Buffer.from('{}') });
    const warm = await aService({ warmUp: { requests: 3, makePayload } });
    await warm.service.replace(1, 'test');
    expect((await warm.ask({})).headers.get('x-crossover-sequence')).toBe('4');
  });

  it('replaces all tasks, and says why the old ones stopped', async () => {
    const { service, stopped, ask } = await aService();
    await service.replace(1, 'test');
    const before = (await ask({})).headers.get('x-crossover-environment');
    await service.replace(1, 'Replaced for slot-002');
    const after = (await ask({})).headers.get('x-crossover-environment');
    expect(after).not.toBe(before);
    expect(stopped.map(({ id, stoppedReason }) => ({ id, stoppedReason }))).toEqual([
      { id: before, stoppedReason: 'Replaced for slot-002' },
    ]);
  });

  it('answers 502 for a task that dies under a request, and starts another one', async () => {
    const { service, stopped, ask } = await aService();
    await service.replace(1, 'test');
    expect((await ask({ do: 'crash' })).status).toBe(502);
    await until('it is noticed', () => stopped.length === 1);
    expect(stopped[0]?.stoppedReason).toBe('Essential container in task exited: exit status 3');
    await until('another task runs', () => running(service).length === 1);
    expect((await ask({})).status).toBe(200);
  });

  it.skipIf(limits.kind === 'none')('says when it was the memory', async () => {
    const { service, stopped, ask } = await aService({ memoryMb: 128 });
    await service.replace(1, 'test');
    expect((await ask({ do: 'allocate' })).status).toBe(502);
    await until('it is noticed', () => stopped.length === 1);
    expect(stopped[0]?.stoppedReason).toContain('OutOfMemoryError');
  });

  it('answers 504 when a task does not answer in time', async () => {
    const { service, ask } = await aService({}, 300);
    await service.replace(1, 'test');
    expect((await ask({ do: 'hang' })).status).toBe(504);
    expect((await ask({})).status).toBe(200);
  });

  it('replaces a task that answers no health check for long, not one that is busy', async () => {
    const health = { ...defaultHealth, everyMs: 50, timeoutMs: 200, unhealthyAfter: 10 };
    const { service, stopped, ask } = await aService({ health }, 15_000);
    await service.replace(1, 'test');
    expect((await ask({ do: 'burn', ms: 300 })).status).toBe(200);
    expect(stopped).toEqual([]);
    expect((await ask({ do: 'spin' })).status).toBe(502);
    await until('it is noticed', () => stopped.length === 1);
    expect(stopped[0]?.stoppedReason).toBe('Task failed ELB health checks');
    await until('another task runs', () => running(service).length === 1);
  });

  it('comes up although its own warm-up kills its tasks', async () => {
    const body = Buffer.from('{"do":"crash"}');
    const makePayload = () => ({ contentType: 'application/json', body });
    const { service, ask } = await aService({ warmUp: { requests: 2, makePayload } });
    await service.replace(1, 'test');
    expect((await ask({ do: 'crash' })).status).toBe(502);
  });

  it('says what a program printed that does not start', async () => {
    const { program } = aTask(folder);
    const environment = { ...program.environment, CROSSOVER_HANDLER: '/nowhere/handler.ts' };
    const { service } = await aService({ program: { ...program, environment } });
    await expect(service.replace(1, 'test')).rejects.toMatchObject({
      kind: 'WorkloadBroken',
      message: expect.stringContaining('/nowhere/handler.ts'),
    });
  });

  it('leaves no process and no group', async () => {
    const { service } = await aService();
    await service.replace(2, 'test');
    await service.close('over');
    expect(listCages(({ pid }) => pid === process.pid)).toEqual([]);
  });
});

describe('a sample', () => {
  it('counts the CPU time of the task, beside its handler', async () => {
    const { service, ask } = await aService();
    await service.replace(1, 'test');
    const [task] = service.tasks;
    const before = task?.sample();
    await ask({ do: 'burn', ms: 100 });
    const after = task?.sample();
    const usedMs = (after?.cpuTotalMs ?? 0) - (before?.cpuTotalMs ?? 0);
    expect(usedMs).toBeGreaterThanOrEqual(95);
    expect(after?.memoryUsedMb).toBeGreaterThan(10);
  });
});
