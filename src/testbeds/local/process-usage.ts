import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readProcStat } from './process-identity.ts';

/** What a process has used so far, as far as the system tells. */
export interface ProcessUsage {
  /** In steps of 10 ms: for machines where no cgroup counts in nanoseconds. */
  readonly cpuTotalMs: number;
  readonly memoryMb: number;
  readonly memoryPeakMb: number;
}

/** USER_HZ, which Linux has fixed at 100 for everything it shows to programs. */
const msPerTick = 10;

/** Undefined when the process has ended. */
export function readUsage(pid: number): ProcessUsage | undefined {
  return process.platform === 'linux' ? usageFromProc(pid) : usageFromPs(pid);
}

function usageFromProc(pid: number): ProcessUsage | undefined {
  const fields = readProcStat(pid);
  if (fields === undefined) return undefined;
  const memory = memoryFromProc(pid);
  if (memory === undefined) return undefined;
  // proc(5): fields 14 and 15 are user and system time.
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { cpuTotalMs: ticks * msPerTick, ...memory };
}

function memoryFromProc(pid: number): Omit<ProcessUsage, 'cpuTotalMs'> | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const peakKb = /^VmHWM:\s+(\d+)/m.exec(status)?.[1];
    const residentKb = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
    // Without these lines it is a zombie: its memory is gone.
    if (peakKb === undefined || residentKb === undefined) return undefined;
    return {
      memoryMb: Math.round(Number(residentKb) / 1024),
      memoryPeakMb: Math.round(Number(peakKb) / 1024),
    };
  } catch {
    // No such process: that is the answer.
    return undefined;
  }
}

function usageFromPs(pid: number): ProcessUsage | undefined {
  try {
    const output = execFileSync('ps', ['-o', 'rss=,time=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [residentKb = '', time = ''] = output.trim().split(/\s+/);
    const memoryMb = Math.round(Number(residentKb) / 1024);
    const seconds = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
    if (Number.isNaN(seconds) || Number.isNaN(memoryMb)) return undefined;
    return { cpuTotalMs: seconds * 1000, memoryMb, memoryPeakMb: memoryMb };
  } catch {
    // ps exits with 1 when there is no such process.
    return undefined;
  }
}
