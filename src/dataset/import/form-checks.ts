import type { RowCheck } from '../tables/row-checks.ts';
import { numberFields } from './import-form.ts';
import type { ImportRequest } from './import-request.ts';

/** Everything that a row of `import_row` may have wrong with it (METHOD 4.7). */
export function formChecks(request: ImportRequest): RowCheck[] {
  return [...identityChecks, ...outcomeChecks, ...numberChecks(), ...costChecks(request)];
}

const identityChecks: readonly RowCheck[] = [
  {
    kind: 'contradiction',
    where: "fault = 'mixed'",
    says: [
      'has rows of several requests among its own',
      'have rows of several requests among their own',
    ],
    advice: 'k6 writes the rows of a request together: import the file unsorted, one run a file.',
  },
  {
    kind: 'missing-value',
    where: "fault = 'incomplete'",
    says: ['has no http_req_duration row', 'have no http_req_duration row'],
    advice: 'The file ends within a request, was sorted, or had rows taken out of it.',
  },
  {
    kind: 'missing-value',
    where: 'not is_broken and request_id is null',
    says: ['has no request_id', 'have no request_id'],
  },
  {
    kind: 'unparsable-time',
    where: 'not is_broken and at_us is null',
    shows: 'sent_at_text',
    says: ['has no sent_at that can be read', 'have no sent_at that can be read'],
    advice: 'Times are ISO 8601, or seconds or milliseconds since 1970.',
  },
  {
    kind: 'contradiction',
    where: "platform_text = 'both patterns'",
    says: ['matches the patterns of both platforms', 'match the patterns of both platforms'],
    advice: 'Make --lambda and --ecs exclude each other.',
  },
  {
    kind: 'unknown-platform',
    where: "not is_broken and platform is null and platform_text is distinct from 'both patterns'",
    shows: 'platform_text',
    says: ['has no platform that is known', 'have no platform that is known'],
    advice: 'Platforms are lambda and ecs (or fargate).',
  },
  {
    kind: 'missing-workload',
    where: 'not is_broken and workload is null',
    says: ['names no workload', 'name no workload'],
  },
  {
    kind: 'duplicate-id',
    where: 'is_duplicate',
    shows: 'request_id',
    says: [
      'repeats request_id, platform and attempt of an earlier row',
      'repeat request_id, platform and attempt of earlier rows',
    ],
    advice: 'A request that was sent again has another attempt.',
  },
  {
    kind: 'duplicate-id',
    where: 'is_pair_double and not is_duplicate',
    shows: 'pair_id',
    says: [
      'is a second one of its pair on the same platform',
      'are second ones of their pairs on the same platform',
    ],
    advice: 'A pair has one row for each platform and attempt.',
  },
];

const outcomeChecks: readonly RowCheck[] = [
  {
    kind: 'unparsable-size',
    where: 'payload_bytes_text is not null and payload_bytes is null',
    shows: 'payload_bytes_text',
    says: ['has a payload_bytes that is no number', 'have a payload_bytes that is no number'],
  },
  {
    kind: 'negative-size',
    where: 'payload_bytes < 0',
    shows: 'payload_bytes_text',
    says: ['has a negative payload_bytes', 'have a negative payload_bytes'],
  },
  {
    kind: 'missing-value',
    where: 'not is_broken and payload_bytes is null and payload_bytes_text is null',
    says: ['has no payload_bytes', 'have no payload_bytes'],
    advice: 'If the file cannot say, give --payload BYTES or --payload WORKLOAD=BYTES.',
  },
  {
    kind: 'unparsable-number',
    where:
      'status_code_text is not null and (status_code is null or status_code not between 0 and 999)',
    shows: 'status_code_text',
    says: ['has a status_code that is none', 'have a status_code that is none'],
  },
  {
    kind: 'unparsable-number',
    where: 'latency_ms_text is not null and coalesce(latency_ms < 0, true)',
    shows: 'latency_ms_text',
    says: ['has a latency_ms that is no time', 'have a latency_ms that is no time'],
    advice: 'It is a number of milliseconds; seconds come in as --column latency_ms=NAME*1000.',
  },
  {
    kind: 'missing-value',
    where: 'not is_broken and fault is null and has_answer and latency_ms_text is null',
    says: ['has an answer and no latency_ms', 'have an answer and no latency_ms'],
  },
  {
    kind: 'missing-value',
    where: 'not is_broken and not has_answer and error is null',
    says: ['has neither a status_code nor an error', 'have neither a status_code nor an error'],
    advice: 'Without an answer, error says why: it decides between a timeout and a failure.',
  },
  {
    kind: 'unparsable-number',
    where: 'cold_start_text is not null and cold_start is null',
    shows: 'cold_start_text',
    says: [
      'has a cold_start that is neither true nor false',
      'have a cold_start that is neither true nor false',
    ],
  },
];

function numberChecks(): RowCheck[] {
  return numberFields.map((field) => ({
    kind: 'unparsable-number',
    where: `${field}_text is not null and coalesce(${field} < 0, true)`,
    shows: `${field}_text`,
    says: [
      `has a ${field} that is no number of 0 or more`,
      `have a ${field} that is no number of 0 or more`,
    ],
  }));
}

/** METHOD 3.1: a missing price input is an error that names the fields. */
function costChecks({ costs }: ImportRequest): RowCheck[] {
  if (costs.kind === 'none') return [];
  const onLambda = "not is_broken and platform = 'lambda' and cost_usd_text is null";
  return [
    {
      kind: 'missing-price',
      where: `${onLambda} and memory_mb is null and memory_mb_text is null and coalesce(status_code, 0) <> 429`,
      says: ['has neither cost_usd nor memory_mb', 'have neither cost_usd nor memory_mb'],
      advice: `Give --memory MB, --memory WORKLOAD=MB or --plan FILE. ${withoutCost}`,
    },
    {
      kind: 'missing-price',
      where: `${onLambda} and server_ms is null and server_ms_text is null and status_code between 1 and 399`,
      says: ['has neither cost_usd nor server_ms', 'have neither cost_usd nor server_ms'],
      advice: `server_ms is what Lambda bills: Duration of its REPORT line. ${withoutCost}`,
    },
    ...(costs.ecs === undefined
      ? [missingEcsCost('true')]
      : [missingEcsCost(unknownTo(costs.ecs))]),
  ];
}

const withoutCost = 'Without any of it, --without-cost compares latency alone.';

function missingEcsCost(isUnknown: string): RowCheck {
  return {
    kind: 'missing-price',
    where: `not is_broken and platform = 'ecs' and cost_usd_text is null and ${isUnknown}`,
    shows: 'workload',
    says: ['has no cost_usd, and no price on Fargate', 'have no cost_usd, and no price on Fargate'],
    advice: `Give --ecs-cost USD, --ecs-cost WORKLOAD=USD or a --plan FILE with the workload. ${withoutCost}`,
  };
}

function unknownTo(ecs: Readonly<Record<string, unknown>>): string {
  if (Object.hasOwn(ecs, '*')) return 'false';
  const known = Object.keys(ecs).map((name) => `'${name.replaceAll("'", "''")}'`);
  return known.length === 0 ? 'true' : `workload not in (${known.join(', ')})`;
}
