import { PermanentFailure } from '../failures.ts';
import type { Plan, SourcePlan } from '../plan.ts';
import { slotStartMs } from '../schedule.ts';
import { mostRequests, type SourceRequest } from './requests.ts';

/** A request log that can be asked for its rows: in the order of time, the first at 0. */
export interface RequestLog extends LogSize {
  /** Rows from a time until before another. */
  windowRows(fromMs: number, toMs: number): Promise<readonly SourceRequest[]>;
}

interface LogSize {
  readonly count: number;
  /** From the first row to the last. */
  readonly spanMs: number;
}

/** A stretch of a log that falls into a slot. */
export interface ReplayWindow {
  /** From here until before there, from the first row of the log. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Where its beginning lies in the slot. */
  readonly startsAtMs: number;
}

interface ReplayPlan {
  readonly schedule: Pick<Plan['schedule'], 'everyMs'>;
  readonly load: Pick<Plan['load'], 'durationMs' | 'source'>;
}

/**
 * The rows of a log that a slot sends, with `atMs` from the start of the slot; none where the plan
 * has no `load.source`. The log runs beside the campaign, from the start of slot 1 on: an hour of the
 * log is replayed in its own hour, and what lies in the pause between two slots is left out, because
 * load is not catch-up work (METHOD 1.5).
 */
export async function replaySlot(
  plan: ReplayPlan,
  slot: number,
  log: RequestLog,
): Promise<SourceRequest[]> {
  const { source } = plan.load;
  if (source === undefined) return [];
  const windows = replayWindows(plan, slot, log);
  // All rounds but the first and the last have the whole log.
  refuseMany((windows.length - 2) * log.count, slot, source);
  const rows = windows.length > 2 ? await wholeLog(log) : log;
  const replayed: SourceRequest[] = [];
  for (const { fromMs, toMs, startsAtMs } of windows) {
    const inWindow = await rows.windowRows(fromMs, toMs);
    refuseMany(replayed.length + inWindow.length, slot, source);
    for (const row of inWindow) {
      replayed.push({ ...row, atMs: startsAtMs + (row.atMs - fromMs) / source.speed });
    }
  }
  return replayed;
}

/** Which stretches of the log fall into a slot: one, or more where the log ends and begins again. */
export function replayWindows(plan: ReplayPlan, slot: number, log: LogSize): ReplayWindow[] {
  const { source, durationMs } = plan.load;
  if (source === undefined) return [];
  const lengthMs = logLengthMs(log);
  const beginMs = slotStartMs(plan.schedule, 0, slot) * source.speed;
  const endMs = beginMs + durationMs * source.speed;
  if (!source.repeat || lengthMs === Number.POSITIVE_INFINITY) {
    return [{ fromMs: beginMs, toMs: endMs, startsAtMs: 0 }];
  }
  const first = Math.floor(beginMs / lengthMs);
  const rounds = Math.ceil(endMs / lengthMs) - first;
  refuseMany(rounds, slot, source);
  return Array.from({ length: rounds }, (_, index) => {
    const roundMs = (first + index) * lengthMs;
    const fromMs = Math.max(0, beginMs - roundMs);
    return {
      fromMs,
      toMs: Math.min(lengthMs, endMs - roundMs),
      startsAtMs: (roundMs + fromMs - beginMs) / source.speed,
    };
  });
}

/**
 * When a log begins again: one mean gap after its last row, so that no two rounds meet. Never, when
 * all its rows have one time.
 */
export function logLengthMs({ count, spanMs }: LogSize): number {
  if (count < 2 || spanMs <= 0) return Number.POSITIVE_INFINITY;
  return (spanMs * count) / (count - 1);
}

function refuseMany(count: number, slot: number, { file }: SourcePlan): void {
  if (count <= mostRequests) return;
  throw new PermanentFailure(
    'InvalidPlan',
    `Slot ${slot} would replay more than ${mostRequests} requests of ${file}. ` +
      'Lower load.source.speed, or shorten load.duration.',
  );
}

/** A short log that a slot replays many times is asked for once. */
async function wholeLog(log: RequestLog): Promise<Pick<RequestLog, 'windowRows'>> {
  const rows = await log.windowRows(0, Number.POSITIVE_INFINITY);
  return {
    windowRows: async (fromMs, toMs) => rows.slice(firstAt(rows, fromMs), firstAt(rows, toMs)),
  };
}

/** Index of the first row at or after a time. */
function firstAt(rows: readonly SourceRequest[], atMs: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.atMs ?? Number.POSITIVE_INFINITY) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
