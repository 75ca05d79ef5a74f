import { readdir, readFile } from 'node:fs/promises';

export interface CpuTime {
  readonly ranSeconds: number;
  /** Time for which threads were ready to run and no CPU was free: what neighbours cost. */
  readonly waitedSeconds: number;
}

/**
 * Follows the CPU time of all processes that have `marker` among their arguments, by Linux's
 * process table, because a finished child does not tell.
 */
export function followCpuTime(marker: string): { stop(): CpuTime | undefined } {
  const timeOf = new Map<string, CpuTime>();
  const timer = setInterval(async () => {
    for (const pid of await processesWith(marker)) {
      for (const thread of await entriesOf(`/proc/${pid}/task`)) {
        const time = await threadTime(`/proc/${pid}/task/${thread}/schedstat`);
        if (time !== undefined) timeOf.set(thread, time);
      }
    }
  }, 250);
  return {
    stop: () => {
      clearInterval(timer);
      const times = [...timeOf.values()];
      if (times.length === 0) return undefined;
      return {
        ranSeconds: times.reduce((sum, time) => sum + time.ranSeconds, 0),
        waitedSeconds: times.reduce((sum, time) => sum + time.waitedSeconds, 0),
      };
    },
  };
}

async function processesWith(marker: string): Promise<readonly string[]> {
  const pids = (await entriesOf('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => textOf(`/proc/${pid}/cmdline`)));
  return pids.filter((_, index) => lines[index]?.includes(marker));
}

/** Nanoseconds on a CPU, and nanoseconds waiting for one. */
async function threadTime(file: string): Promise<CpuTime | undefined> {
  const [ran, waited] = (await textOf(file)).split(' ').map(Number);
  if (ran === undefined || waited === undefined) return undefined;
  return { ranSeconds: ran / 1e9, waitedSeconds: waited / 1e9 };
}

/** A process that has just ended has no files any more. */
const textOf = (file: string) => readFile(file, 'utf8').catch(() => '');
const entriesOf = (folder: string) => readdir(folder).catch(() => []);
