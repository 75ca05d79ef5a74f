import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Where groups of one kind are made, and how its files are called. */
export interface CgroupLayout {
  readonly kind: 'cgroup2' | 'cgroup1';
  /** Folders in which every cage has a folder of its own name. */
  readonly roots: readonly string[];
  readonly cpuRoot: string;
  readonly memoryRoot: string;
  readonly usageRoot: string;
}

/** The layouts that this machine seems to offer, best first; whether one works shows in trying. */
export function candidateLayouts(): readonly CgroupLayout[] {
  if (process.platform !== 'linux') return [];
  return [...unifiedRoots().map(unifiedLayout), ...legacyLayouts()];
}

const unifiedMount = '/sys/fs/cgroup';

/**
 * A delegated group (CROSSOVER_CGROUP), our own, or its parent: a group that holds processes cannot
 * have children with limits, so under systemd it is the parent that works.
 */
function unifiedRoots(): readonly string[] {
  if (!existsSync(join(unifiedMount, 'cgroup.controllers'))) return [];
  const own = /^0::(.*)$/m.exec(readText('/proc/self/cgroup'))?.[1] ?? '/';
  const given = process.env['CROSSOVER_CGROUP'];
  const places = [...(given === undefined ? [] : [given]), join(unifiedMount, own)];
  places.push(join(unifiedMount, own, '..'));
  return places.filter((place) => {
    if (!place.startsWith(unifiedMount)) return false;
    const controllers = readText(join(place, 'cgroup.subtree_control')).split(/\s+/);
    return ['cpu', 'memory'].every((name) => controllers.includes(name)) && isWritable(place);
  });
}

function unifiedLayout(root: string): CgroupLayout {
  return { kind: 'cgroup2', roots: [root], cpuRoot: root, memoryRoot: root, usageRoot: root };
}

function legacyLayouts(): readonly CgroupLayout[] {
  const cpuRoot = '/sys/fs/cgroup/cpu';
  const memoryRoot = '/sys/fs/cgroup/memory';
  const usageRoot = '/sys/fs/cgroup/cpuacct';
  const roots = [cpuRoot, memoryRoot, usageRoot];
  if (!roots.every(isWritable)) return [];
  return [{ kind: 'cgroup1', roots, cpuRoot, memoryRoot, usageRoot }];
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    // Not there or not ours: not a place for cages.
    return false;
  }
}

/** Empty when the file is not there: a group that is gone has nothing to say. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The number behind a word at the start of a line; undefined when there is no such line. */
export function readCounter(path: string, word: string): number | undefined {
  const digits = new RegExp(`^${word} (\\d+)`, 'm').exec(readText(path))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function readNumber(path: string): number | undefined {
  const text = readText(path).trim();
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

export function writeIfPresent(path: string, value: string): void {
  if (existsSync(path)) writeFileSync(path, value);
}

export function pidsIn(group: string): readonly number[] {
  const pids = readText(join(group, 'cgroup.procs')).split('\n').map(Number);
  // 0 stands for a process of another pid namespace, which is none of ours.
  return pids.filter((pid) => pid > 0);
}

export function foldersIn(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    // The mount is not there: nothing is in it.
    return [];
  }
}
