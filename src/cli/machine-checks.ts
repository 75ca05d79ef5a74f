import type { LimitKind } from '../testbeds/testbed.ts';

/** One thing that Crossover needs of a machine, and whether it is there. */
export interface Check {
  readonly name: string;
  /** `warning`: it runs, but what it finds is worth less; `missing`: it does not run. */
  readonly status: 'ok' | 'warning' | 'missing';
  readonly detail: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** What the machine is, as far as its checks need it. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly architecture: string;
  readonly nodeVersion: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly freeDiskBytes: number;
  readonly limits: Exclude<LimitKind, 'aws'>;
}

const gigabyte = 1024 ** 3;

/** A demo with its server, worker, generator and some twenty environments needs about 1.5 GB. */
const fewGigabytesOfMemory = 2;
/** Packages, Temporal's CLI and a week's database and raw data. */
const fewGigabytesOfDisk = 2;
/** Less than this fills up within a demo. */
const tooFewGigabytesOfDisk = 0.3;

export function checkMachine(machine: Machine): readonly Check[] {
  return [
    checkPlatform(machine),
    checkNode(machine),
    checkCores(machine),
    checkMemory(machine),
    checkDisk(machine),
    checkLimits(machine),
  ];
}

function checkPlatform({ platform, architecture }: Machine): Check {
  const detail = `${platform} on ${architecture}`;
  if (platform === 'linux' || platform === 'darwin')
    return { name: 'Platform', status: 'ok', detail };
  return {
    name: 'Platform',
    status: 'missing',
    detail,
    advice: 'Crossover runs on Linux and macOS; on Windows run it inside WSL 2.',
  };
}

function checkNode({ nodeVersion }: Machine): Check {
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number);
  const isFine = major > 22 || (major === 22 && minor >= 18);
  if (isFine) return { name: 'Node', status: 'ok', detail: nodeVersion };
  return {
    name: 'Node',
    status: 'missing',
    detail: nodeVersion,
    advice: 'Node 22.18 or newer is needed; "npm run crossover -- doctor" brings one.',
  };
}

function checkCores({ cores }: Machine): Check {
  if (cores >= 2) return { name: 'Cores', status: 'ok', detail: `${cores}` };
  return {
    name: 'Cores',
    status: 'warning',
    detail: `${cores}`,
    advice: 'The generator and the measured processes share one core; use two or more.',
  };
}

function checkMemory({ memoryBytes }: Machine): Check {
  const detail = gigabytes(memoryBytes);
  if (memoryBytes >= fewGigabytesOfMemory * gigabyte) {
    return { name: 'Memory', status: 'ok', detail };
  }
  return {
    name: 'Memory',
    status: 'warning',
    detail,
    advice: `The local testbed wants ${fewGigabytesOfMemory} GB; use smaller or fewer workloads.`,
  };
}

function checkDisk({ freeDiskBytes }: Machine): Check {
  const detail = `${gigabytes(freeDiskBytes)} free`;
  if (freeDiskBytes >= fewGigabytesOfDisk * gigabyte) return { name: 'Disk', status: 'ok', detail };
  return {
    name: 'Disk',
    status: freeDiskBytes < tooFewGigabytesOfDisk * gigabyte ? 'missing' : 'warning',
    detail,
    advice: `A week wants ${fewGigabytesOfDisk} GB in .crossover, or where CROSSOVER_STATE points.`,
  };
}

function checkLimits({ limits }: Machine): Check {
  const name = 'CPU limits';
  if (limits !== 'none') return { name, status: 'ok', detail: `enforced by ${limits}` };
  return {
    name,
    status: 'warning',
    detail: 'cannot be enforced',
    advice:
      'The local testbed runs, but gives no verdict (METHOD 1.7). Run as root on Linux, ' +
      'or let systemd delegate a cgroup to you; or use the simulated testbed.',
  };
}

function gigabytes(bytes: number): string {
  return `${(bytes / gigabyte).toFixed(1)} GB`;
}
