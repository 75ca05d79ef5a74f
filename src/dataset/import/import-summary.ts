import { z } from 'zod';
import type { Database } from '../duckdb.ts';
import { type ImportGroup, importGroups } from './import-groups.ts';
import { type ImportOrder, importOrder, type PositionEffect } from './import-order.ts';
import { type ImportRule, type PairContrast, pairContrasts } from './import-pairs.ts';
import {
  missingOfList,
  type PlannedCount,
  type PlannedRows,
  pairKey,
  plannedRows,
} from './planned-rows.ts';

/** What is in an import, for people and machines. Made of the table `costed_row` alone. */
export interface ImportSummary {
  readonly rows: number;
  /** ISO 8601, of the first and the last send. */
  readonly from: string;
  readonly to: string;
  readonly sessions: number;
  /** The file names no sessions: they are parted by pauses of 5 minutes, and by hours. */
  readonly hasMadeSessions: boolean;
  /** Rows whose load columns were computed from earlier rows. */
  readonly madeLoads: number;
  readonly pricedRows: number;
  readonly groups: readonly ImportGroup[];
  readonly planned: readonly PlannedRows[];
  readonly pairs: number;
  /** Rows that are part of no pair. */
  readonly unpairedRows: number;
  readonly order: ImportOrder;
  readonly contrasts: readonly PairContrast[];
  readonly findings: readonly ImportFinding[];
}

export interface ImportFinding {
  readonly kind:
    | 'one-after-the-other'
    | 'one-platform'
    | 'position-effect'
    | 'missing-requests'
    | 'no-failures'
    | 'few-sessions';
  readonly message: string;
}

export interface SummaryInput {
  readonly rule: ImportRule;
  readonly planned: readonly PlannedCount[];
  /** Ids that were planned, if there is a list of them. */
  readonly plannedIds?: readonly string[];
}

export async function summariseImport(
  database: Database,
  { rule, planned, plannedIds }: SummaryInput,
): Promise<ImportSummary> {
  const facts = await database.readOne(factsQuery, factsShape);
  const listed = plannedIds === undefined ? [] : await missingOfList(database, plannedIds);
  const contrasts = await pairContrasts(database, rule);
  const pairs = contrasts.reduce((sum, contrast) => sum + contrast.pairs, 0);
  const summary = {
    ...facts,
    groups: await importGroups(database),
    planned: [...(await plannedRows(database, planned)), ...listed],
    pairs,
    order: await importOrder(database),
    contrasts,
  };
  return { ...summary, findings: findingsOf(summary) };
}

const factsShape = z.object({
  rows: z.number(),
  from: z.string(),
  to: z.string(),
  sessions: z.number(),
  hasMadeSessions: z.boolean(),
  madeLoads: z.number(),
  pricedRows: z.number(),
  unpairedRows: z.number(),
});

const iso = (us: string): string =>
  `strftime(make_timestamp((${us})::bigint), '%Y-%m-%dT%H:%M:%S') || 'Z'`;

const factsQuery = `
with pair as (
  select ${pairKey} as pair, count(distinct platform) as sides, count(*) as rows
  from costed_row group by pair
)
select count(*) as rows, ${iso('min(at_us)')} as "from", ${iso('max(at_us)')} as "to",
  count(distinct session) as sessions, bool_or(is_session_made) as "hasMadeSessions",
  count(*) filter (is_load_made) as "madeLoads", count(*) filter (is_priced) as "pricedRows",
  (select coalesce(sum(rows), 0) from pair where sides < 2) as "unpairedRows"
from costed_row`;

type Facts = Omit<ImportSummary, 'findings'>;

/** What must be doubted, the weightiest first. */
function findingsOf(facts: Facts): ImportFinding[] {
  return [
    ...missingFindings(facts),
    ...orderFindings(facts.order),
    ...failureFindings(facts),
    ...sessionFindings(facts),
  ];
}

function missingFindings({ planned }: Facts): ImportFinding[] {
  return planned
    .filter(({ missing }) => missing > 0)
    .map(({ platform, workload, requests, missing, source }) => {
      const ofWorkload = workload === undefined ? '' : ` of ${workload}`;
      const onPlatform = platform === undefined ? '' : ` on ${platform}`;
      const percent = ((100 * missing) / requests).toFixed(1);
      return {
        kind: 'missing-requests',
        message:
          `The log lacks ${missing} of ${requests} planned requests (${percent} %)` +
          `${ofWorkload}${onPlatform}, by ${sourceWords[source]}. ` +
          'If they are missing because they were slow or failed, every figure below is too good.',
      };
    });
}

const sourceWords = {
  count: 'the number that was given',
  pairs: 'pairs that have one side',
  'request list': 'the list of planned requests',
} as const;

/** METHOD 1.1: above 2 % it is doubted. */
const doubtedPosition = 0.02;

function orderFindings({ kind, overlap, position }: ImportOrder): ImportFinding[] {
  if (kind === 'one-platform') {
    return [
      { kind: 'one-platform', message: 'All rows are of one platform: nothing is compared.' },
    ];
  }
  const effects = Object.entries(position).filter(
    ([, effect]) => Math.abs(effect.mean) > doubtedPosition,
  );
  const found: ImportFinding[] = effects.map(([platform, effect]) => ({
    kind: 'position-effect',
    message:
      `${platform} is ${positionText(effect)} when it comes second than when it comes first. ` +
      'Above 2 % it is doubted: the order may be part of what was measured.',
  }));
  if (kind === 'at-the-same-time') return found;
  return [
    {
      kind: 'one-after-the-other',
      message:
        'No confident verdict: the platforms ran one after the other. They were under load at the ' +
        `same time for ${(100 * overlap).toFixed(0)} % of the shorter one's time. What differs may be ` +
        'the hour: customary one-after-the-other trials call two identical systems different by up ' +
        'to 38 % (Abedi & Brecht, ICPE 2017). Send to both at the same time.',
    },
    ...found,
  ];
}

function positionText({ mean, interval }: PositionEffect): string {
  const percent = (ln: number): string => `${(100 * Math.expm1(ln)).toFixed(1)} %`;
  const size = percent(mean).replace('-', '');
  const range =
    interval === undefined
      ? ''
      : ` (95 %: ${percent(interval.lower)} to ${percent(interval.upper)})`;
  return `${size} ${mean < 0 ? 'faster' : 'slower'}${range}`;
}

/** METHOD 1.3: a hook that runs after an answer never sees what had none. */
function failureFindings({ groups, rows }: Facts): ImportFinding[] {
  const unanswered = groups.reduce((sum, { timeouts, failed }) => sum + timeouts + failed, 0);
  if (unanswered > 0 || rows < 1000) return [];
  return [
    {
      kind: 'no-failures',
      message:
        `Not one of ${rows} requests failed or timed out. If the log is written after an answer ` +
        'only (afterResponse), those are missing and every figure is too good: log onError too.',
    },
  ];
}

const fewSessions = 6;

function sessionFindings({ sessions, hasMadeSessions }: Facts): ImportFinding[] {
  if (sessions >= fewSessions) return [];
  const made = hasMadeSessions
    ? ' They were made of pauses over 5 minutes and of hours; a column session says better ones.'
    : '';
  return [
    {
      kind: 'few-sessions',
      message:
        `There ${sessions === 1 ? 'is 1 session' : `are ${sessions} sessions`}: ` +
        `intervals over fewer than ${fewSessions} are wide (METHOD 6.3).${made}`,
    },
  ];
}
