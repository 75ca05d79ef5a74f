import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { LimitKind } from '../testbed.ts';
import {
  type Cage,
  type CageSpec,
  createCgroupCage,
  createOpenCage,
  removeGroups,
} from './cage.ts';
import { type CgroupLayout, candidateLayouts, foldersIn } from './cgroup.ts';
import { listCommands, ownIdentity, type ProcessIdentity, signalPid } from './process-identity.ts';

/** Makes cages of the best kind that works on this machine. */
export interface Limits {
  readonly kind: Exclude<LimitKind, 'aws' | 'simulated'>;
  createCage(spec: CageSpec): Cage;
}

/**
 * Which limits can be enforced here, found out by enforcing them once on a process. With `none` the
 * local testbed shows the plumbing but gives no verdict (METHOD 1.7).
 */
export async function detectLimits(): Promise<Limits['kind']> {
  return (await openLimits()).kind;
}

export async function openLimits(): Promise<Limits> {
  for (const layout of candidateLayouts()) {
    if (await works(layout)) {
      return { kind: layout.kind, createCage: (spec) => createCgroupCage(layout, spec) };
    }
  }
  return { kind: 'none', createCage: createOpenCage };
}

/** Carries whose it is, so that a sweep can spare what a live host owns. */
export function cageName(host: ProcessIdentity, what: string): string {
  return `crossover-${host.pid}-${host.startedAt}-${what}`;
}

/** Groups and processes of hosts that are still there, by the name of their cage. */
export function listCages(isWanted: (host: ProcessIdentity) => boolean): readonly string[] {
  const names = [
    ...candidateLayouts().flatMap((layout) => layout.roots.flatMap(foldersIn)),
    ...namedProcesses().map(({ name }) => name),
  ];
  return [...new Set(names)].filter((name) => {
    const host = ownerOf(name);
    return host !== undefined && isWanted(host);
  });
}

/**
 * Kills and removes what hosts have left that are no longer alive, and answers its names. Their
 * environments end by themselves; their tasks and groups would stay for ever.
 */
export async function sweepCages(
  isAlive: (host: ProcessIdentity) => boolean,
): Promise<readonly string[]> {
  const names = listCages((host) => !isAlive(host));
  const wanted = new Set(names);
  for (const { pid, name } of namedProcesses()) if (wanted.has(name)) signalPid(pid, 'SIGKILL');
  const roots = candidateLayouts().flatMap((layout) => layout.roots);
  await removeGroups(names.flatMap((name) => roots.map((root) => join(root, name))));
  return names;
}

const namePattern = /^crossover-(\d+)-(\d+(?:\.\d+)?)-[\w-]+$/;

function ownerOf(name: string): ProcessIdentity | undefined {
  const match = namePattern.exec(name);
  return match === null ? undefined : { pid: Number(match[1]), startedAt: Number(match[2]) };
}

/** Processes whose last argument is a cage's name: how they are found where there are no groups. */
function namedProcesses(): readonly { readonly pid: number; readonly name: string }[] {
  return listCommands().flatMap(({ pid, words }) => {
    const name = words.at(-1) ?? '';
    return namePattern.test(name) ? [{ pid, name }] : [];
  });
}

/** Permission to write a file does not yet mean that a process may be moved: only trying tells. */
async function works(layout: CgroupLayout): Promise<boolean> {
  const name = cageName(ownIdentity(), `probe-${probes}`);
  probes += 1;
  try {
    const cage = createCgroupCage(layout, { name, memoryMb: 64, vcpu: 0.5, periodUs: 100_000 });
    const [command, args] = cage.wrap('/bin/sh', ['-c', 'exit 0']);
    return spawnSync(command, args, { stdio: 'ignore', timeout: 5_000 }).status === 0;
  } catch {
    // Refused by the kernel: this kind does not work here.
    return false;
  } finally {
    await removeGroups(layout.roots.map((root) => join(root, name))).catch(() => undefined);
  }
}

let probes = 0;
