import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

export interface ArtilleryStart {
  /** Holds the script and Artillery's log. */
  readonly folder: string;
  readonly scriptPath: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A running Artillery: the leader of a process group of its own. */
export interface ArtilleryProcess {
  readonly isRunning: () => boolean;
  readonly ended: Promise<void>;
  /** Ends the group: SIGTERM, then SIGKILL after a grace; resolves when it is gone. */
  stop(): Promise<void>;
  /** The last lines that it printed. */
  lastLines(): Promise<string>;
}

/** Artillery needs 0.2 s to end after SIGTERM. */
const stopGraceMs = 5_000;

export function startArtillery(start: ArtilleryStart): ArtilleryProcess {
  const log = path.join(start.folder, 'artillery.log');
  const subprocess = execa(
    process.execPath,
    ['--import', orphanGuard, artilleryCli(), 'run', start.scriptPath, '--quiet'],
    {
      cwd: start.folder,
      env: { ...allowedEnvironment(), ...start.environment },
      extendEnv: false,
      // Leader of its own group; the guard ends it when the channel to us closes.
      detached: true,
      ipc: true,
      stdin: 'ignore',
      stdout: { file: log },
      stderr: { file: log },
      buffer: false,
      // Exit codes say nothing about the load: the records do.
      reject: false,
    },
  );
  let isRunning = true;
  const ended = subprocess.then(() => {
    isRunning = false;
  });
  const stop = async (): Promise<void> => {
    signalGroup(subprocess.pid, 'SIGTERM');
    const killer = setTimeout(() => signalGroup(subprocess.pid, 'SIGKILL'), stopGraceMs);
    await ended;
    clearTimeout(killer);
    signalGroup(subprocess.pid, 'SIGKILL');
  };
  return { isRunning: () => isRunning, ended, stop, lastLines: () => lastLinesOf(log) };
}

const orphanGuard = fileURLToPath(new URL('orphan-guard.ts', import.meta.url));

function artilleryCli(): string {
  const manifest = createRequire(import.meta.url).resolve('artillery/package.json');
  return path.join(path.dirname(manifest), 'bin', 'run');
}

const allowedVariables = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'];

/**
 * An allow-list, because Artillery obeys proxies, `DEBUG` and `WORKER_ID` (which would make it a
 * cloud worker) wherever it finds them, and `NODE_OPTIONS` may come from a debugger or a test.
 */
function allowedEnvironment(): Record<string, string> {
  const environment: Record<string, string> = { ARTILLERY_DISABLE_TELEMETRY: '1' };
  for (const name of allowedVariables) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!isGone) throw error;
  }
}

const shownCharacters = 2_000;

async function lastLinesOf(log: string): Promise<string> {
  return (await readFile(log, 'utf8')).slice(-shownCharacters).trim();
}
