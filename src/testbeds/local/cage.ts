import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CgroupLayout,
  pidsIn,
  readCounter,
  readNumber,
  readText,
  writeIfPresent,
} from './cgroup.ts';
import { signalPid } from './process-identity.ts';
import { readUsage } from './process-usage.ts';

export interface CageSpec {
  /** `cageName(host, what)`. */
  readonly name: string;
  readonly memoryMb: number;
  /** Undefined: as much as there is. */
  readonly vcpu?: number;
  /** Over which time the CPU share is counted: Lambda 20 ms, Fargate 100 ms. */
  readonly periodUs: number;
}

/** CPU and memory limits around the processes of one environment or task. */
export interface Cage {
  readonly name: string;
  /** The same command, started inside. The name becomes the last argument, for `ps` and sweeps. */
  wrap(command: string, args: readonly string[]): readonly [string, readonly string[]];
  setCpu(vcpu: number | undefined): void;
  /** `pid` is the process inside, for machines without groups. */
  cpuTotalMs(pid: number | undefined): number;
  throttledTotalMs(): number;
  memoryMb(pid: number | undefined): number | undefined;
  peakMb(pid: number | undefined): number | undefined;
  oomKills(): number;
  kill(): void;
  /** Kills what is inside and removes the groups; rejects when they are still busy after 3 s. */
  remove(): Promise<void>;
}

/** The kernel's smallest quota. */
const smallestQuotaUs = 1_000;

export function createCgroupCage(layout: CgroupLayout, spec: CageSpec): Cage {
  const isUnified = layout.kind === 'cgroup2';
  const folders = layout.roots.map((root) => join(root, spec.name));
  const cpu = join(layout.cpuRoot, spec.name);
  const memory = join(layout.memoryRoot, spec.name);
  const usage = join(layout.usageRoot, spec.name);

  const setCpu = (vcpu: number | undefined): void => {
    const quotaUs =
      vcpu === undefined ? undefined : Math.max(smallestQuotaUs, Math.round(vcpu * spec.periodUs));
    if (isUnified) {
      writeFileSync(join(cpu, 'cpu.max'), `${quotaUs ?? 'max'} ${spec.periodUs}`);
      return;
    }
    writeFileSync(join(cpu, 'cpu.cfs_period_us'), String(spec.periodUs));
    writeFileSync(join(cpu, 'cpu.cfs_quota_us'), String(quotaUs ?? -1));
  };

  for (const folder of folders) mkdirSync(folder, { recursive: true });
  limitMemory(memory, isUnified, spec.memoryMb);
  setCpu(spec.vcpu);

  return {
    name: spec.name,
    setCpu,
    wrap: (command, args) => joining(folders, command, [...args, spec.name]),
    cpuTotalMs: () =>
      isUnified
        ? (readCounter(join(usage, 'cpu.stat'), 'usage_usec') ?? 0) / 1e3
        : (readNumber(join(usage, 'cpuacct.usage')) ?? 0) / 1e6,
    throttledTotalMs: () =>
      isUnified
        ? (readCounter(join(cpu, 'cpu.stat'), 'throttled_usec') ?? 0) / 1e3
        : (readCounter(join(cpu, 'cpu.stat'), 'throttled_time') ?? 0) / 1e6,
    memoryMb: (pid) => (pid === undefined ? undefined : readUsage(pid)?.memoryMb),
    peakMb: (pid) => (pid === undefined ? undefined : readUsage(pid)?.memoryPeakMb),
    oomKills: () =>
      readCounter(join(memory, isUnified ? 'memory.events' : 'memory.oom_control'), 'oom_kill') ??
      0,
    kill: () => killGroups(folders),
    remove: () => removeGroups(folders),
  };
}

/** A cage without bars, where the system has none to offer: counts what it can, limits nothing. */
export function createOpenCage(spec: CageSpec): Cage {
  return {
    name: spec.name,
    setCpu: () => undefined,
    wrap: (command, args) => [command, [...args, spec.name]],
    cpuTotalMs: (pid) => (pid === undefined ? 0 : (readUsage(pid)?.cpuTotalMs ?? 0)),
    throttledTotalMs: () => 0,
    memoryMb: (pid) => (pid === undefined ? undefined : readUsage(pid)?.memoryMb),
    peakMb: (pid) => (pid === undefined ? undefined : readUsage(pid)?.memoryPeakMb),
    oomKills: () => 0,
    kill: () => undefined,
    remove: async () => undefined,
  };
}

function limitMemory(group: string, isUnified: boolean, memoryMb: number): void {
  const bytes = String(memoryMb * 1024 * 1024);
  if (isUnified) {
    writeFileSync(join(group, 'memory.max'), bytes);
    writeIfPresent(join(group, 'memory.swap.max'), '0');
    return;
  }
  writeFileSync(join(group, 'memory.limit_in_bytes'), bytes);
  writeIfPresent(join(group, 'memory.memsw.limit_in_bytes'), bytes);
}

/** A shell enters the groups and becomes the command, so that not one instruction runs outside. */
function joining(
  folders: readonly string[],
  command: string,
  args: readonly string[],
): readonly [string, readonly string[]] {
  const script =
    'while [ "$1" != -- ]; do echo $$ > "$1" || exit 125; shift; done; shift; exec "$@"';
  const files = folders.map((folder) => join(folder, 'cgroup.procs'));
  return ['/bin/sh', ['-c', script, 'sh', ...files, '--', command, ...args]];
}

function killGroups(folders: readonly string[]): void {
  for (const folder of folders) for (const pid of pidsIn(folder)) signalPid(pid, 'SIGKILL');
}

const removalAttempts = 150;

/** A group is busy until the kernel has buried its last process: 50 ms as a rule. */
export async function removeGroups(folders: readonly string[]): Promise<void> {
  let left = folders;
  for (let attempt = 0; attempt < removalAttempts; attempt += 1) {
    killGroups(left);
    left = left.filter((folder) => !tryRemoving(folder));
    if (left.length === 0) return;
    await sleep(20);
  }
  const inside = left.map((folder) => `${folder} (pids ${readText(join(folder, 'cgroup.procs'))})`);
  throw new Error(`These groups are still busy after 3 s: ${inside.join(', ')}.`);
}

function tryRemoving(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return true;
    if (code === 'EBUSY') return false;
    throw error;
  }
}
