/** One thing that happened in a campaign, from whichever record of it. */
export interface LogEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** `temporal`, or the name of the process that wrote it. */
  readonly source: string;
  /** Which part of the campaign: `slot/001`, `evaluation`, `campaign`; absent for a whole process. */
  readonly where?: string;
  readonly text: string;
  /** What else is known, as it was written. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** By time; entries of one instant stay in the order in which they were recorded. */
export function inOrder(entries: readonly LogEntry[]): LogEntry[] {
  return [...entries].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
