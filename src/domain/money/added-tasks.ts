/** Fargate tasks beyond those that a service has standing: an arm pays for them too (METHOD 1.2). */

/** A task's life: from its start, and to its end unless it goes on. */
export interface TaskLife {
  readonly startedAtMs: number;
  readonly stoppedAtMs?: number;
}

/** What tasks of one service of one owner ran in a run, above its standing ones. */
export interface AddedTasks {
  readonly owner: string;
  readonly workload: string;
  readonly taskSeconds: number;
}

/** The shortest time that Fargate bills (METHOD 3.3). */
const leastBilledMs = 60_000;

/**
 * Task seconds that a service was billed within a window, above `planned` tasks standing all the
 * time. Never negative: a task that died early is replaced, and a service that was one short for a
 * minute is not cheaper for it.
 */
export function addedTaskSeconds(
  tasks: readonly TaskLife[],
  window: { readonly fromMs: number; readonly toMs: number; readonly planned: number },
): number {
  const { fromMs, toMs, planned } = window;
  const billedMs = tasks.reduce((sum, { startedAtMs, stoppedAtMs = toMs }) => {
    const endsMs = Math.min(toMs, Math.max(stoppedAtMs, startedAtMs + leastBilledMs));
    return sum + Math.max(0, endsMs - Math.max(fromMs, startedAtMs));
  }, 0);
  return Math.max(0, billedMs - planned * (toMs - fromMs)) / 1000;
}
