const dayMs = 86_400_000;

/** What the clock on the wall shows, as if it were UTC: days and hours can be counted on it. */
export function wallClockMs(atMs: number, timezone: string): number {
  const parts = formatterOf(timezone).formatToParts(atMs);
  const partOf = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value);
  const wholeSeconds = Date.UTC(
    partOf('year'),
    partOf('month') - 1,
    partOf('day'),
    partOf('hour'),
    partOf('minute'),
    partOf('second'),
  );
  return wholeSeconds + (((atMs % 1000) + 1000) % 1000);
}

/**
 * The moment at which a wall clock first shows a time. A time that the clock leaps over comes as
 * much after the leap as it would have come after its beginning; of one that it shows twice the
 * first counts.
 */
export function momentOf(wallMs: number, timezone: string): number {
  const offsetAt = (atMs: number): number => wallClockMs(atMs, timezone) - atMs;
  // No zone changes its offset twice within two days, so these are the ones before and after.
  const before = offsetAt(wallMs - dayMs);
  const after = offsetAt(wallMs + dayMs);
  const shown = [wallMs - before, wallMs - after].filter(
    (atMs) => wallClockMs(atMs, timezone) === wallMs,
  );
  return shown.length === 0 ? wallMs - before : Math.min(...shown);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs a hundred times as much as using one. */
function formatterOf(timezone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timezone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    formatters.set(timezone, formatter);
  }
  return formatter;
}
