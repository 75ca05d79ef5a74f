import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Owner } from '../../src/domain/arm.ts';
import type { ClientRecord, OutcomeRecord } from '../../src/domain/observation.ts';
import type { Platform } from '../../src/domain/platform.ts';
import type { IntendedRequest } from '../../src/domain/requests/requests.ts';
import type { LoadRunSpec } from '../../src/load/load-generator.ts';
import type { Deployment } from '../../src/testbeds/testbed.ts';

/** Requests of a collection: pairs, in alternating order, `everyMs` apart. */
export function pairs(options: {
  readonly count: number;
  readonly everyMs: number;
  readonly workload?: string;
  readonly gapMs?: number;
  readonly firstIndex?: number;
}): IntendedRequest[] {
  const { count, everyMs, workload = 'ok', gapMs = 50, firstIndex = 0 } = options;
  return Array.from({ length: count }, (_, index) => {
    const order: Platform[] = index % 2 === 0 ? ['lambda', 'ecs'] : ['ecs', 'lambda'];
    return {
      requestId: `slot-001.${String(firstIndex + index).padStart(5, '0')}`,
      workload,
      payloadSeed: firstIndex + index,
      payloadBytes: 10,
      isLeadIn: false,
      targets: order.map((platform, place) => ({
        target: platform,
        owner: 'collection' as const,
        platform,
        offsetMs: index * everyMs + place * gapMs,
      })),
    };
  });
}

/** Both platforms of each workload at `<url>/<workload>`. */
export function deploymentAt(
  url: string,
  workloads: readonly string[],
  owners: readonly Owner[] = ['collection'],
): Deployment {
  const endpoints = owners.flatMap((owner) =>
    workloads.flatMap((workload) =>
      (['lambda', 'ecs'] as const).map((platform) => ({
        owner,
        platform,
        workload,
        url: `${url}/${workload}`,
      })),
    ),
  );
  return { campaignId: 'demo', token: 'secret-token', endpoints };
}

export interface RunFolder extends AsyncDisposable {
  readonly folder: string;
  spec(requests: readonly IntendedRequest[], changes?: Partial<LoadRunSpec>): Promise<LoadRunSpec>;
  records(): Promise<ClientRecord[]>;
  outcomes(): Promise<OutcomeRecord[]>;
}

/** A folder for one load run, and what it wrote there. */
export async function aRunFolder(): Promise<RunFolder> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'crossover-load-'));
  const records = () => readRecords(root);
  return {
    folder: root,
    records,
    outcomes: async () => (await records()).filter((record) => record.kind === 'outcome'),
    spec: async (requests, changes = {}) => {
      const requestsPath = path.join(root, 'requests.txt');
      await writeFile(requestsPath, requests.map((request) => JSON.stringify(request)).join('\n'));
      const workloads = new Set(requests.map((request) => request.workload));
      const startsAtMs = changes.startsAtMs ?? Date.now();
      return {
        campaignId: 'demo',
        run: 'slot-001',
        attempt: 1,
        startsAtMs,
        movedMs: 0,
        requestsPath,
        alreadySent: [],
        handlers: Object.fromEntries([...workloads].map((name) => [name, fixtureHandler])),
        folder: root,
        timeoutMs: 2_000,
        endsBeforeMs: startsAtMs + 60_000,
        ...changes,
      };
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

export const fixtureHandler = path.resolve('test/fixtures/load/handler.ts');

async function readRecords(folder: string): Promise<ClientRecord[]> {
  const names = (await readdir(folder)).filter((name) => name.includes('.ndjson')).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** `<request id>/<target>` of everything in a list of requests. */
export function targetsOf(requests: readonly IntendedRequest[]): string[] {
  return requests
    .flatMap(({ requestId, targets }) => targets.map(({ target }) => `${requestId}/${target}`))
    .sort();
}

export function targetOf(record: { readonly requestId: string; readonly target: string }): string {
  return `${record.requestId}/${record.target}`;
}
