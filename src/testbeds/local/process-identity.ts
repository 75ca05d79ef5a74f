import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: clock ticks since boot on Linux, epoch seconds elsewhere. */
  readonly startedAt: number;
}

/** The identity of a running process; undefined when it has ended, also when it is a zombie. */
export function findProcess(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return findProcess(identity.pid)?.startedAt === identity.startedAt;
}

export function ownIdentity(): ProcessIdentity {
  const identity = findProcess(process.pid);
  if (identity === undefined) throw new Error(`Process ${process.pid} cannot see itself.`);
  return identity;
}

/** Sends a signal if the process is still the one that is meant. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  signalPid(identity.pid, signal);
}

export function signalPid(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended between the look and the signal: what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

export interface RunningCommand {
  readonly pid: number;
  readonly words: readonly string[];
}

/** All processes that we may see, with their command lines. Slim images have no `ps`. */
export function listCommands(): readonly RunningCommand[] {
  return process.platform === 'linux' ? commandsFromProc() : commandsFromPs();
}

function commandsFromProc(): readonly RunningCommand[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
      return [{ pid: Number(pid), words }];
    } catch {
      // It ended while we were reading the list.
      return [];
    }
  });
}

function commandsFromPs(): readonly RunningCommand[] {
  const output = execFileSync('ps', ['-axww', '-o', 'pid=,command='], {
    encoding: 'utf8',
    maxBuffer: 32 * 1024 * 1024,
  });
  return output.split('\n').flatMap((line) => {
    const [pid, ...words] = line.trim().split(/\s+/);
    return pid === undefined || pid === '' ? [] : [{ pid: Number(pid), words }];
  });
}

/** Fields of proc(5) stat behind the command's name, which may hold spaces and brackets itself. */
export function readProcStat(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    // No such process: that is the answer.
    return undefined;
  }
}

function startFromProc(pid: number): number | undefined {
  const fields = readProcStat(pid);
  // proc(5): field 3 is the state, field 22 the start time.
  const state = fields?.[0];
  const startTicks = fields?.[19];
  if (state === undefined || state === 'Z' || state === 'X' || startTicks === undefined) {
    return undefined;
  }
  return Number(startTicks);
}

function startFromPs(pid: number): number | undefined {
  try {
    const output = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [state = 'Z', ...start] = output.trim().split(/\s+/);
    if (state.startsWith('Z')) return undefined;
    const epochMs = Date.parse(`${start.join(' ')} UTC`);
    return Number.isNaN(epochMs) ? undefined : epochMs / 1000;
  } catch {
    // ps exits with 1 when there is no such process.
    return undefined;
  }
}
