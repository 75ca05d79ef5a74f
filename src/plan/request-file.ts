import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { PermanentFailure } from '../domain/failures.ts';
import type { Plan, SourcePlan } from '../domain/plan.ts';
import { type RequestLog, replaySlot } from '../domain/requests/replay.ts';
import type { Finding } from './problems.ts';
import type { WrittenPlan } from './schema.ts';
import type { PlanSource } from './source.ts';

/** A request log that was opened: with problems it has no rows. */
export interface OpenedLog extends RequestLog {
  readonly problems: readonly { readonly message: string }[];
  close(): void;
}

export type OpenLog = (source: SourcePlan, workloads: readonly string[]) => Promise<OpenedLog>;

/** What a campaign will replay of a log. */
export interface ReplaySummary {
  readonly rows: number;
  /** Requests of each slot, slot 1 first. */
  readonly requests: readonly number[];
  /** Of all slots together, by workload of the plan. */
  readonly byWorkload: Readonly<Record<string, number>>;
}

interface RequestFile {
  readonly source?: SourcePlan;
  readonly findings: readonly Finding[];
}

export type WrittenSource = NonNullable<WrittenPlan['load']['source']>;

const path = ['load', 'source', 'file'];

/** The file that a load is replayed from, looked for beside the plan file that names it. */
export async function findRequestFile(
  written: WrittenSource,
  planSource: Pick<PlanSource, 'path' | 'locate'>,
): Promise<RequestFile> {
  const namedIn = planSource.locate(path).file ?? planSource.path;
  const file = resolve(dirname(namedIn), written.file);
  try {
    return { source: sourcePlan(written, { file, sha256: await hashOf(file) }), findings: [] };
  } catch (error) {
    return { findings: [unreadable(file, error)] };
  }
}

/** What is wrong with the rows of a log. */
export async function logFindings(
  source: SourcePlan,
  workloads: readonly string[],
  openLog: OpenLog,
): Promise<Finding[]> {
  const log = await openLog(source, workloads);
  log.close();
  return log.problems.map(({ message }) => ({ path, message }));
}

/** Counts what each slot will replay. A slot of more than a run can have is the plan's problem. */
export async function replaySummary(
  plan: Plan,
  source: SourcePlan,
  openLog: OpenLog,
): Promise<ReplaySummary | Finding> {
  const log = await openLog(
    source,
    plan.workloads.map(({ name }) => name),
  );
  try {
    const requests: number[] = [];
    const byWorkload: Record<string, number> = {};
    for (let slot = 1; slot <= plan.schedule.slots; slot += 1) {
      const replayed = await replaySlot(plan, slot, log);
      requests.push(replayed.length);
      for (const { workload } of replayed) byWorkload[workload] = (byWorkload[workload] ?? 0) + 1;
    }
    return { rows: log.count, requests, byWorkload };
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    return { path: ['load', 'source'], message: error.message };
  } finally {
    log.close();
  }
}

function sourcePlan(
  { columns, workloads, speed, repeat }: WrittenSource,
  read: Pick<SourcePlan, 'file' | 'sha256'>,
): SourcePlan {
  const { time, workload, payloadBytes } = columns;
  return {
    ...read,
    columns: { time, workload, ...(payloadBytes === undefined ? {} : { payloadBytes }) },
    ...(workloads === undefined ? {} : { names: workloads }),
    speed,
    repeat,
  };
}

/** Of the bytes, read in pieces: a log can be larger than memory. */
async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece);
  return hash.digest('hex');
}

function unreadable(file: string, error: unknown): Finding {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return {
    path,
    message: `Cannot read the request log ${file} (${code})`,
    suggestion:
      code === 'EISDIR'
        ? 'It is a folder. Name one file.'
        : 'The path is relative to the folder of the plan.',
  };
}
