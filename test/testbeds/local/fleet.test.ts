import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Owner } from '../../../src/domain/arm.ts';
import { Fleet } from '../../../src/testbeds/local/fleet.ts';
import { ownIdentity } from '../../../src/testbeds/local/process-identity.ts';
import { RecordWriter, readRecords } from '../../../src/testbeds/local/record-store.ts';
import {
  aFolder,
  checkoutFolder,
  compileFixture,
  limits,
  place,
  removeFolder,
  until,
} from './rig.ts';

const opened: { readonly fleet: Fleet; readonly records: RecordWriter }[] = [];
let folder = '';

beforeAll(async () => {
  folder = aFolder();
  await compileFixture(folder);
});

afterEach(async () => {
  // As the host does: what a closing task has told is written before the folder goes.
  await Promise.all(
    opened.splice(0).map(async ({ fleet, records }) => {
      await fleet.close();
      records.flush();
    }),
  );
});

afterAll(() => removeFolder(folder));

function aFleet(idleLimitMs: number) {
  const stateFolder = mkdtempSync(join(folder, 'fleet-'));
  const records = new RecordWriter(stateFolder);
  const fleet = new Fleet({
    host: {
      campaignId: 'test',
      checkoutFolder,
      workloads: [
        {
          name: 'obedient',
          handlerPath: `${checkoutFolder}/test/fixtures/workloads/obedient/handler.ts`,
          lambdaMemoryMb: 512,
          ecsVcpu: 1,
          ecsMemoryMb: 512,
          ecsTasks: 1,
        },
      ],
      idleLimitMs,
      concurrency: 5,
      timeoutMs: 10_000,
      warmUpRequests: 0,
      expiresAtMs: 0,
    },
    identity: ownIdentity(),
    limits,
    place: place(folder),
    records,
    log: () => undefined,
    routerFolder: join(stateFolder, 'router'),
    baseUrl: () => 'http://127.0.0.1:9',
  });
  opened.push({ fleet, records });
  return { fleet, records, stateFolder };
}

const pool = (owner: Owner) => ({ owner, platform: 'lambda', workload: 'obedient' }) as const;
const service = (owner: Owner) => ({ owner, platform: 'ecs', workload: 'obedient' }) as const;

async function serve(fleet: Fleet, owner: Owner): Promise<void> {
  fleet.noteRequest(owner);
  const invoked = await fleet.findPool(owner, 'obedient')?.invoke({ event: '{}', traceId: '' });
  expect(invoked?.status).toBe('done');
}

const environmentsOf = (fleet: Fleet, owner: Owner): number | undefined =>
  fleet.findPool(owner, 'obedient')?.environments;

describe('the idle clock', () => {
  it('of an arm stands still while another arm has its turn', async () => {
    const { fleet } = aFleet(300);
    await fleet.prepare({ run: 'block-01', services: [pool('lambda-only'), pool('hybrid')] });
    await serve(fleet, 'lambda-only');
    await serve(fleet, 'hybrid');
    // The hybrid's environment is the younger one, and yet it is the only one that grows old.
    await until('it is evicted', () => environmentsOf(fleet, 'hybrid') === 0);
    expect(environmentsOf(fleet, 'lambda-only')).toBe(1);
  });

  it('of a single owner always runs', async () => {
    const { fleet } = aFleet(300);
    await fleet.prepare({ run: 'slot-001', services: [pool('collection')] });
    await fleet.findPool('collection', 'obedient')?.invoke({ event: '{}', traceId: '' });
    await until('it is evicted', () => environmentsOf(fleet, 'collection') === 0);
  });

  it('of several owners stands still until the first request of the window', async () => {
    const { fleet } = aFleet(300);
    await fleet.prepare({ run: 'block-01', services: [pool('lambda-only'), pool('hybrid')] });
    await serve(fleet, 'lambda-only');
    await fleet.prepare({ run: 'block-02', services: [pool('lambda-only'), pool('hybrid')] });
    await serve(fleet, 'hybrid');
    await until('it is evicted', () => environmentsOf(fleet, 'hybrid') === 0);
    expect(environmentsOf(fleet, 'lambda-only')).toBe(1);
  });
});

describe('a window', () => {
  it('has what it names, and nothing else stays up', async () => {
    const { fleet } = aFleet(60_000);
    await fleet.prepare({ run: 'slot-001', services: [pool('collection'), service('collection')] });
    expect(fleet.findService('collection', 'obedient')?.tasks).toHaveLength(1);
    await fleet.prepare({ run: 'block-01', services: [{ ...service('ecs-only'), tasks: 2 }] });
    expect(fleet.findPool('collection', 'obedient')).toBeUndefined();
    expect(fleet.findService('collection', 'obedient')).toBeUndefined();
    expect(fleet.findService('ecs-only', 'obedient')?.tasks).toHaveLength(2);
  });

  it('keeps warm environments from one window to the next, and replaces every task', async () => {
    const { fleet, records, stateFolder } = aFleet(60_000);
    const services = [pool('collection'), service('collection')];
    await fleet.prepare({ run: 'slot-001', services });
    await serve(fleet, 'collection');
    const [before] = fleet.findService('collection', 'obedient')?.tasks ?? [];
    await fleet.prepare({ run: 'slot-002', services });
    records.flush();

    expect(environmentsOf(fleet, 'collection')).toBe(1);
    const first = readRecords(stateFolder, 'slot-001').filter(({ kind }) => kind === 'task');
    expect(first).toMatchObject([
      { taskId: before?.id, workload: 'obedient', stoppedReason: 'Replaced for slot-002' },
    ]);
    const second = readRecords(stateFolder, 'slot-002');
    expect(second.filter(({ kind }) => kind === 'task')).toHaveLength(1);
    expect(second.filter(({ kind }) => kind === 'task-sample').length).toBeGreaterThan(0);
  });
});

describe('the busy time of a workload', () => {
  it('is the CPU time of one request, however long its share of the CPU makes it take', async () => {
    const { fleet } = aFleet(60_000);
    await fleet.prepare({ run: 'deploy', services: [service('collection')] });
    const cpuMs = await fleet.measureCpuMs('obedient', 5);
    expect(cpuMs).toBeGreaterThan(0);
  });
});
