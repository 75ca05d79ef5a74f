/** What Lambda says of one invocation, in any of the forms in which its logs come out of AWS. */
export interface Invocation {
  /** Absent in a file that was cut down to some columns. */
  readonly requestId?: string;
  /** Milliseconds since 1970, UTC. */
  readonly atMs?: number;
  /** Only where the source names it, for example in `@log` of Logs Insights. */
  readonly functionName?: string;
  readonly durationMs: number;
  readonly billedMs?: number;
  /** Absent where the source leaves it out. */
  readonly memoryMb?: number;
  readonly usedMb?: number;
  /** Init Duration, or the Restore Duration of a snapshot: present on cold starts. */
  readonly initMs?: number;
  /** Of a snapshot: billed beside `billedMs`, which has no init in it. */
  readonly billedRestoreMs?: number;
  /** `timeout` or `error`; absent for what ended well. */
  readonly status?: string;
}

/** A line is an invocation, something else that logs have in them, or damaged. */
export type LineReading =
  | { readonly kind: 'invocation'; readonly invocation: Invocation }
  | { readonly kind: 'other' }
  | { readonly kind: 'bad'; readonly why: string };

/**
 * Reads one line of text: `REPORT RequestId: …` with whatever `aws logs tail`, `sam logs` or
 * `filter-log-events` puts before or behind it, and `platform.report` of Lambda's JSON log format
 * (AWS docs, "Lambda Telemetry API Event schema reference").
 */
export function readReportLine(line: string): LineReading {
  if (line.includes('platform.report')) return readPlatformReport(line);
  const begin = line.search(/\bREPORT RequestId:/);
  return begin === -1 ? other : readReport(line, begin);
}

/** The forms in which a value of JSON can hold an invocation; other JSON is something else. */
export function readJsonRecord(value: unknown): LineReading {
  if (!isRecord(value)) return other;
  if (value.type === 'platform.report') return readMetrics(value);
  const message = value.message ?? value['@message'];
  if (isRecord(message)) return readJsonRecord(message);
  if (typeof message !== 'string') return other;
  const reading = readReportLine(message.trim());
  const atMs = readTime(value.timestamp ?? value['@timestamp']);
  if (reading.kind !== 'invocation' || atMs === undefined) return reading;
  return { kind: 'invocation', invocation: { ...reading.invocation, atMs } };
}

/** ISO 8601 with or without a zone (then UTC), or milliseconds since 1970. */
export function readTime(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  const trimmed = text.trim();
  if (/^\d{13}$/.test(trimmed)) return Number(trimmed);
  const match = isoTime.exec(trimmed);
  if (match === null) return undefined;
  const [, date, clock = '', zone = 'Z'] = match;
  const atMs = Date.parse(`${date}T${clock.replace(',', '.')}${zone}`);
  return Number.isNaN(atMs) ? undefined : atMs;
}

const isoTime = /(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?)\s?(Z|[+-]\d{2}:\d{2})?/;

const other: LineReading = { kind: 'other' };

function readReport(line: string, begin: number): LineReading {
  // Inside JSON that was not parsed, a tab is two characters.
  const report = line.slice(begin).replaceAll('\\t', '\t');
  const durations = new Map<string, number>();
  for (const [, which = '', ms] of report.matchAll(durationPattern)) {
    durations.set(which, Number(ms));
  }
  const durationMs = durations.get('');
  if (durationMs === undefined) return bad('it has no Duration');
  const memoryMb = numberOf(/\bMemory Size: (\d+) MB/.exec(report));
  if (memoryMb === undefined) return bad('it has no Memory Size');
  const atMs = readTime(line.slice(0, begin)) ?? epochIn(line.slice(0, begin)) ?? epochIn(report);
  return invocationOf({
    requestId: /^REPORT RequestId:\s*([\w-]+)/.exec(report)?.[1],
    atMs,
    durationMs,
    billedMs: durations.get('Billed '),
    memoryMb,
    usedMb: numberOf(/\bMax Memory Used: (\d+) MB/.exec(report)),
    initMs: durations.get('Init ') ?? durations.get('Restore '),
    billedRestoreMs: durations.get('Billed Restore '),
    status: /\bStatus: (\w+)/.exec(report)?.[1],
  });
}

const durationPattern =
  /(?<![\w])(Billed Restore |Billed |Init |Restore |)Duration: (\d+(?:\.\d+)?) ms/g;

function epochIn(text: string): number | undefined {
  return numberOf(/(?:^|\s)(1\d{12})(?:\s|$)/.exec(text));
}

function readPlatformReport(line: string): LineReading {
  const begin = line.indexOf('{');
  if (begin === -1) return bad('"platform.report" is not in a JSON object');
  let value: unknown;
  try {
    value = JSON.parse(line.slice(begin));
  } catch {
    return bad('it is not whole: its JSON does not end');
  }
  return readJsonRecord(value);
}

function readMetrics(event: LogRecord): LineReading {
  const record: LogRecord = isRecord(event.record) ? event.record : {};
  const metrics: LogRecord = isRecord(record.metrics) ? record.metrics : {};
  const durationMs = quantityOf(metrics.durationMs);
  if (durationMs === undefined) return bad('it has no record.metrics.durationMs');
  const memoryMb = quantityOf(metrics.memorySizeMB);
  if (memoryMb === undefined) return bad('it has no record.metrics.memorySizeMB');
  const status = typeof record.status === 'string' ? record.status : undefined;
  return invocationOf({
    requestId: typeof record.requestId === 'string' ? record.requestId : undefined,
    atMs: readTime(event.time),
    durationMs,
    billedMs: quantityOf(metrics.billedDurationMs),
    memoryMb,
    usedMb: quantityOf(metrics.maxMemoryUsedMB),
    initMs: quantityOf(metrics.initDurationMs) ?? quantityOf(metrics.restoreDurationMs),
    billedRestoreMs: quantityOf(metrics.billedRestoreDurationMs),
    status: status === 'success' ? undefined : status,
  });
}

/** Fields that were looked for: what was not found is undefined. */
export type InvocationFields = {
  readonly [Field in Exclude<keyof Invocation, 'durationMs'>]?: Invocation[Field] | undefined;
} & Pick<Invocation, 'durationMs'>;

/** Leaves out what is not there, so that absence is absence. */
export function invocationOf({ durationMs, ...fields }: InvocationFields): LineReading {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { kind: 'invocation', invocation: { ...Object.fromEntries(known), durationMs } };
}

function bad(why: string): LineReading {
  return { kind: 'bad', why };
}

function quantityOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function numberOf(match: RegExpExecArray | null): number | undefined {
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** The names that JSON out of AWS may have; what they hold is looked at where they are used. */
type LogRecord = {
  readonly [Name in JsonName]?: unknown;
};

type JsonName =
  | '@message'
  | '@timestamp'
  | 'events'
  | 'field'
  | 'message'
  | 'record'
  | 'requestId'
  | 'results'
  | 'status'
  | 'metrics'
  | 'time'
  | 'timestamp'
  | 'type'
  | 'value'
  | Metric;

type Metric =
  | 'billedDurationMs'
  | 'billedRestoreDurationMs'
  | 'durationMs'
  | 'initDurationMs'
  | 'maxMemoryUsedMB'
  | 'memorySizeMB'
  | 'restoreDurationMs';

export function isRecord(value: unknown): value is LogRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
