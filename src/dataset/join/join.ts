import type { Owner } from '../../domain/arm.ts';
import type { Plan } from '../../domain/plan.ts';
import type { RunSummary } from '../../domain/receipt.ts';
import { type Database, quoted, withDatabase } from '../duckdb.ts';
import { createPriceTable } from '../prices.ts';
import { joinedTable, observationTable } from './join-observations.ts';
import {
  handlerTable,
  reportTable,
  routedTable,
  taskSegmentTable,
  taskTable,
  taskUseTable,
} from './join-platforms.ts';
import { readRecords } from './join-records.ts';
import { resumptionTable, sendTable } from './join-sends.ts';
import { summarize } from './join-summary.ts';
import { runLengthMs } from './run-length.ts';

export interface JoinInput {
  /**
   * A working folder with `requests.ndjson` (IntendedRequest), `raw/*.ndjson` (ClientRecord of all
   * attempts) and `platform.ndjson` (PlatformRecord).
   */
  readonly folder: string;
  /** Where the Parquet file goes; an existing one is replaced. */
  readonly outputPath: string;
  readonly campaignId: string;
  readonly run: string;
  /** Of a slot's run. */
  readonly slot?: number;
  /** Of a block's run. */
  readonly block?: number;
  readonly startsAtMs: number;
  readonly plan: Plan;
  /** Busy time of one request on one vCPU, per workload. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /** End of the load before this run (METHOD 2.2); by default what the plan's grid says. */
  readonly previousLoadEndedAtMs?: number;
  /** Fargate services that were up; by default those that the run's requests show. */
  readonly services?: readonly StandingService[];
}

export interface StandingService {
  readonly owner: Owner;
  readonly workload: string;
  /** By default the plan's number. */
  readonly tasks?: number;
}

export interface JoinSummary extends RunSummary {
  /** Half lines that a kill left at the end of segments; their sends are `unrecorded`. */
  readonly tornLines: number;
  /** Sends with more than one outcome. Nothing is sent twice, so anything but 0 is a fault. */
  readonly repeatedOutcomes: number;
}

/**
 * Joins a run's records into observations (METHOD 2.3): one Parquet row per intended request and
 * target, in the columns of METHOD 2.1, ordered by request id and target.
 */
export async function joinRun(input: JoinInput): Promise<JoinSummary> {
  return await withDatabase(async (database) => {
    const { tornLines } = await readRecords(database, input.folder);
    await createRunFacts(database, input);
    await createPriceTable(database, input.plan, input.cpuMs);
    await createStandingServices(database, input);
    for (const step of steps) await database.run(step);
    await database.run(`
      copy (select * from observation order by request_id, target)
      to ${quoted(input.outputPath)} (format parquet, compression zstd)`);
    return { ...(await summarize(database, input)), tornLines };
  });
}

const steps = [
  sendTable,
  resumptionTable,
  handlerTable,
  reportTable,
  routedTable,
  taskTable,
  taskSegmentTable,
  taskUseTable,
  joinedTable,
  observationTable,
];

async function createRunFacts(database: Database, input: JoinInput): Promise<void> {
  const columns = {
    campaign_id: 'VARCHAR',
    run: 'VARCHAR',
    slot: 'INTEGER',
    block: 'INTEGER',
    starts_at_ms: 'DOUBLE',
    load_ended_at_ms: 'DOUBLE',
    price_book: 'VARCHAR',
  } as const;
  const facts = {
    campaign_id: input.campaignId,
    run: input.run,
    slot: input.slot ?? null,
    block: input.block ?? null,
    starts_at_ms: input.startsAtMs,
    load_ended_at_ms: previousLoadEndedAtMs(input) ?? null,
    price_book: input.plan.pricing.book,
  };
  await database.createTable('run_facts', columns, [facts]);
}

/** Each arm's services are sized for its own traffic (METHOD 1.2). */
async function createStandingServices(database: Database, input: JoinInput): Promise<void> {
  const columns = { owner: 'VARCHAR', workload: 'VARCHAR', tasks: 'DOUBLE' } as const;
  const rows = (input.services ?? []).flatMap(({ owner, workload, tasks }) =>
    tasks === undefined ? [] : [{ owner, workload, tasks }],
  );
  await database.createTable('standing_service', columns, rows);
}

/** Before the first slot and before the first block there was no load for a while. */
function previousLoadEndedAtMs(input: JoinInput): number | undefined {
  if (input.previousLoadEndedAtMs !== undefined) return input.previousLoadEndedAtMs;
  if (input.slot !== undefined && input.slot > 1) {
    return input.startsAtMs - (input.plan.schedule.everyMs - runLengthMs(input.plan, 'slot'));
  }
  // Blocks follow each other without a pause.
  return input.block !== undefined && input.block > 1 ? input.startsAtMs : undefined;
}
