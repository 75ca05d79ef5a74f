import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { quoted, withDatabase } from '../../src/dataset/duckdb.ts';
import { type JoinInput, type JoinSummary, joinRun } from '../../src/dataset/join/join.ts';
import type { observationColumns } from '../../src/dataset/observation-schema.ts';
import type {
  ClientRecord,
  OutcomeRecord,
  PlatformRecord,
  SentRecord,
} from '../../src/domain/observation.ts';
import type { Plan, WorkloadPlan } from '../../src/domain/plan.ts';
import type { Platform } from '../../src/domain/platform.ts';
import type { IntendedRequest } from '../../src/domain/requests/requests.ts';
import {
  aPlan as anyPlan,
  aWorkload as anyWorkload,
  oneVcpu,
  type PlanChanges,
} from '../support/a-plan.ts';

/** Monday, 12:00 UTC. */
export const startsAtMs = Date.UTC(2026, 10, 2, 12);

/** One workload that computes; it has an SLO. */
export function aWorkload(changes: Partial<WorkloadPlan> = {}): WorkloadPlan {
  return anyWorkload({
    name: 'heavy',
    run: 'workloads/heavy/handler.ts',
    ...oneVcpu,
    slo: { latencyMs: 1000, attainment: 0.95 },
    ...changes,
  });
}

/** Slots with a ladder, and short blocks behind a lead-in. */
export function aPlan(changes: PlanChanges = {}): Plan {
  return anyPlan({
    workloads: [aWorkload()],
    ...changes,
    load: {
      ratePerS: 1,
      ladder: { utilisation: [0.25, 0.5], stepMs: 90_000, pairs: 200 },
      ...changes.load,
    },
    evaluation: {
      blocks: 8,
      leadInBlocks: 1,
      blockDurationMs: 4000,
      drainMs: 800,
      ratePerS: 10,
      ...changes.evaluation,
    },
  });
}

/** A pair: Lambda first, Fargate a gap later, unless the order is turned. */
export function aPair(
  requestId: string,
  changes: Partial<IntendedRequest> & {
    readonly offsetMs?: number;
    readonly first?: Platform;
  } = {},
): IntendedRequest {
  const { offsetMs = 0, first = 'lambda', ...rest } = changes;
  const order: readonly Platform[] = first === 'lambda' ? ['lambda', 'ecs'] : ['ecs', 'lambda'];
  return {
    requestId,
    workload: 'heavy',
    payloadSeed: 1,
    payloadBytes: 100,
    isLeadIn: false,
    targets: order.map((platform, index) => ({
      target: platform,
      owner: 'collection',
      platform,
      offsetMs: offsetMs + index * 250,
    })),
    ...rest,
  };
}

export function aSent(
  requestId: string,
  target: string,
  changes: Partial<SentRecord> = {},
): SentRecord {
  return { kind: 'sent', requestId, target, attempt: 1, sentAtMs: startsAtMs + 2, ...changes };
}

export function anOutcome(
  requestId: string,
  target: string,
  changes: Partial<OutcomeRecord> = {},
): OutcomeRecord {
  return {
    kind: 'outcome',
    requestId,
    target,
    attempt: 1,
    platform: target === 'lambda' ? 'lambda' : 'ecs',
    position: 1,
    plannedAtMs: startsAtMs,
    movedMs: 0,
    sentAtMs: startsAtMs + 2,
    outcome: 'answered',
    statusCode: 200,
    isGood: true,
    responseBytes: 20,
    latencyMs: 120.5,
    firstByteMs: 119,
    wasConnectionReused: true,
    inFlightLambda: 0,
    inFlightEcs: 0,
    recentRateLambdaPerS: 1,
    recentRateEcsPerS: 1,
    environmentId: `${target}-environment`,
    environmentSequence: 2,
    serverMs: 100.25,
    ...changes,
  };
}

/** What the client saw of a send that got no answer. */
export function aFailure(
  requestId: string,
  target: string,
  changes: Partial<OutcomeRecord> = {},
): OutcomeRecord {
  const { responseBytes, firstByteMs, environmentId, environmentSequence, ...rest } = anOutcome(
    requestId,
    target,
  );
  const { statusCode, latencyMs, serverMs, ...bare } = rest;
  return { ...bare, outcome: 'failed', isGood: false, ...changes };
}

/** The platform records of one answered send. */
export function platformRecords(
  requestId: string,
  target: string,
  changes: { readonly billedMs?: number; readonly memorySizeMb?: number } = {},
): PlatformRecord[] {
  const platform = target === 'ecs' ? 'ecs' : 'lambda';
  const awsRequestId = `aws-${requestId}`;
  const handler = {
    kind: 'handler',
    requestId,
    target,
    platform,
    environmentId: `${target}-environment`,
    environmentSequence: 2,
    serverMs: 100.25,
    atMs: startsAtMs + 110,
  } as const;
  if (platform === 'ecs') return [{ ...handler, taskId: 'task-1' }];
  return [
    { ...handler, awsRequestId },
    {
      kind: 'report',
      awsRequestId,
      durationMs: 100.25,
      billedMs: changes.billedMs ?? 101,
      memorySizeMb: changes.memorySizeMb ?? 512,
      maxMemoryUsedMb: 80,
      cpuMs: 29.5,
      throttledMs: 70,
      atMs: startsAtMs + 120,
    },
  ];
}

/** Sent and answered on both platforms, with all records. */
export function answeredPair(
  requestId: string,
  changes: {
    readonly lambda?: Partial<OutcomeRecord>;
    readonly ecs?: Partial<OutcomeRecord>;
    readonly billedMs?: number;
  } = {},
): { readonly client: ClientRecord[]; readonly platform: PlatformRecord[] } {
  return {
    client: [
      aSent(requestId, 'lambda'),
      anOutcome(requestId, 'lambda', changes.lambda),
      aSent(requestId, 'ecs'),
      anOutcome(requestId, 'ecs', { position: 2, ...changes.ecs }),
    ],
    platform: [
      ...platformRecords(requestId, 'lambda', changes),
      ...platformRecords(requestId, 'ecs'),
    ],
  };
}

export interface RunRecords {
  readonly intended: readonly IntendedRequest[];
  readonly client?: readonly ClientRecord[];
  readonly platform?: readonly PlatformRecord[];
  /** More segments, as text. */
  readonly segments?: readonly string[];
}

export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'crossover-dataset-'));
  onTestFinished(async () => {
    await rm(folder, { recursive: true });
  });
  return folder;
}

export interface Joined {
  readonly path: string;
  readonly summary: JoinSummary;
  readonly rows: readonly Row[];
}

export type Row = Readonly<Record<keyof typeof observationColumns, unknown>>;

/** Writes the files of a run, joins them, and reads the Parquet back. */
export async function joined(
  records: RunRecords,
  changes: Partial<JoinInput> = {},
): Promise<Joined> {
  const folder = await aFolder();
  await mkdir(join(folder, 'raw'));
  await writeFile(join(folder, 'requests.ndjson'), lines(records.intended));
  await writeFile(join(folder, 'platform.ndjson'), lines(records.platform ?? []));
  const segments = [lines(records.client ?? []), ...(records.segments ?? [])];
  for (const [index, text] of segments.entries()) {
    await writeFile(join(folder, 'raw', `attempt-1.00${index}.ndjson`), text);
  }
  const path = join(folder, 'part.parquet');
  const summary = await joinRun({
    folder,
    outputPath: path,
    campaignId: 'test',
    run: 'slot-001',
    ...(changes.block === undefined ? { slot: 1 } : {}),
    startsAtMs,
    plan: aPlan(),
    cpuMs: { heavy: 30 },
    ...changes,
  });
  return { path, summary, rows: await readParquet(path) };
}

export async function readParquet(path: string): Promise<Row[]> {
  const rows = await withDatabase(
    async (database) =>
      await database.read(
        `select * from read_parquet(${quoted(path)})`,
        z.record(z.string(), z.unknown()),
      ),
  );
  return rows as Row[];
}

export function rowOf(result: Joined, requestId: string, target: string): Row {
  const row = result.rows.find(
    (candidate) => candidate.request_id === requestId && candidate.target === target,
  );
  if (row === undefined) throw new Error(`No row ${requestId}/${target}.`);
  return row;
}

export function lines(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
