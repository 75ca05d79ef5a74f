import { z } from 'zod';
import type { Database } from '../duckdb.ts';
import { quotedList } from '../duckdb.ts';
import { readAddedTasks } from './added-tasks.ts';
import { whyDegraded } from './degraded.ts';
import type { JoinInput, JoinSummary } from './join.ts';
import { explainedReasons } from './join-observations.ts';
import { runCostUsd } from './run-cost.ts';

/** What joining found, in counts, with the gates of METHOD 1.6. */
export async function summarize(
  database: Database,
  input: JoinInput,
): Promise<Omit<JoinSummary, 'tornLines'>> {
  const counted = await countRows(database);
  const { counts } = counted;
  const added = await readAddedTasks(database, input);
  const { degradedBecause, ...figures } = countedSummary(counted);
  return {
    run: input.run,
    ...figures,
    repeatedOutcomes: counts.repeated_outcomes,
    costUsd: await runCostUsd(database, input, { counts, added }),
    ...(added.length === 0 ? {} : { addedTasks: added }),
    degradedBecause,
  };
}

/** What is counted in the tables `observation` and `client_record`. */
export interface RunCounts {
  readonly counts: z.output<typeof countShape>;
  readonly requests: z.output<typeof requestShape>;
}

async function countRows(database: Database): Promise<RunCounts> {
  return {
    counts: await database.readOne(countQuery, countShape),
    requests: await database.readOne(requestQuery, requestShape),
  };
}

/** The part of a summary that follows from counts alone. */
export function countedSummary({ counts, requests }: RunCounts) {
  return {
    rows: counts.rows,
    intendedRequests: requests.intended,
    observedRequests: requests.observed,
    answeredRows: counts.answered,
    goodRows: counts.good,
    failedRows: counts.failed,
    timeoutRows: counts.timeout,
    unrecordedRows: counts.unrecorded,
    notIssuedRows: counts.not_issued,
    joinedRows: counts.joined,
    explainedRows: counts.explained,
    sendLagMsP99: counts.send_lag_ms_p99,
    coldStarts: counts.cold_starts,
    degradedBecause: whyDegraded(counts, requests),
  };
}

const countShape = z.object({
  rows: z.number(),
  answered: z.number(),
  good: z.number(),
  failed: z.number(),
  timeout: z.number(),
  unrecorded: z.number(),
  not_issued: z.number(),
  joined: z.number(),
  explained: z.number(),
  missing: z.number(),
  send_lag_ms_p99: z.number(),
  cold_starts: z.number(),
  lambda_usd: z.number(),
  ecs_sends: z.number(),
  repeated_outcomes: z.number(),
});

/** Of the rows of one run, or of each group of them. */
const rowCounts = `
  count(*) as rows,
  count(*) filter (outcome = 'answered') as answered,
  count(*) filter (is_good) as good,
  count(*) filter (outcome = 'failed') as failed,
  count(*) filter (outcome = 'timeout') as timeout,
  count(*) filter (outcome = 'unrecorded') as unrecorded,
  count(*) filter (outcome = 'not-issued') as not_issued,
  count(*) filter (unjoined_reason is null) as joined,
  count(*) filter (unjoined_reason in (select unnest(${quotedList(explainedReasons)})))
    as explained,
  rows - joined - explained as missing,
  coalesce(quantile_cont(send_lag_ms, 0.99), 0) as send_lag_ms_p99,
  count(*) filter (platform = 'lambda' and environment_sequence = 1) as cold_starts,
  coalesce(sum(marginal_cost_usd) filter (platform = 'lambda'), 0) as lambda_usd,
  count(*) filter (platform = 'ecs' and outcome <> 'not-issued') as ecs_sends`;

const countQuery = `
select ${rowCounts},
  (
    select count(*) from (
      select 1 from client_record where kind = 'outcome'
      group by requestId, target having count(*) > 1
    )
  ) as repeated_outcomes
from observation
`;

const requestShape = z.object({
  intended: z.number(),
  issued: z.number(),
  observed: z.number(),
  unreachable: z.number(),
});

const requestCounts = `
  count(*) as intended,
  count(*) filter (is_issued) as issued,
  count(*) filter (is_observed) as observed,
  count(*) filter (is_unreachable) as unreachable`;

const requestFacts = `
  bool_and(outcome <> 'not-issued') as is_issued,
  bool_and(outcome not in ('not-issued', 'unrecorded')) as is_observed,
  count(*) > 1 and bool_and(unjoined_reason is not distinct from 'refused') as is_unreachable`;

const requestQuery = `
select ${requestCounts}
from (select ${requestFacts} from observation group by request_id)
`;

/**
 * The counts of several runs whose rows stand in the view `observation` together, by the value of
 * the column `by`. How often a send has two outcomes the rows do not tell.
 */
export async function countRowsBy(
  database: Database,
  by: string,
): Promise<ReadonlyMap<string, Omit<RunCounts, 'counts'> & { readonly counts: RowCounts }>> {
  const counts = await database.read(
    `select ${by} as place, ${rowCounts} from observation group by ${by}`,
    countShape.omit({ repeated_outcomes: true }).extend({ place: z.string() }),
  );
  const requests = await database.read(
    `select ${by} as place, ${requestCounts}
     from (select ${by}, ${requestFacts} from observation group by ${by}, request_id)
     group by ${by}`,
    requestShape.extend({ place: z.string() }),
  );
  const requestsOf = new Map(requests.map((row) => [row.place, row]));
  return new Map(
    counts.flatMap((row) => {
      const own = requestsOf.get(row.place);
      return own === undefined ? [] : [[row.place, { counts: row, requests: own }]];
    }),
  );
}

/** Of a run without a single row. */
export const noRows: { readonly counts: RowCounts; readonly requests: RunCounts['requests'] } = {
  counts: {
    rows: 0,
    answered: 0,
    good: 0,
    failed: 0,
    timeout: 0,
    unrecorded: 0,
    not_issued: 0,
    joined: 0,
    explained: 0,
    missing: 0,
    send_lag_ms_p99: 0,
    cold_starts: 0,
    lambda_usd: 0,
    ecs_sends: 0,
  },
  requests: { intended: 0, issued: 0, observed: 0, unreachable: 0 },
};

type RowCounts = Omit<RunCounts['counts'], 'repeated_outcomes'>;
