import { spawn } from 'node:child_process';
import { open, readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts, isFree } from './free-ports.ts';
import { isServing } from './health.ts';
import { raiseRetention } from './retention.ts';
import { searchAttributeTypes } from './search-attributes.ts';
import { endServer } from './server-process.ts';
import { type RunningServer, readRecord, serverFiles, writeRecord } from './server-record.ts';

export interface ServerToStart {
  /** The folder `.crossover`: database, record and log live below it. */
  readonly stateFolder: string;
  /** The Temporal CLI. */
  readonly binary: string;
}

/** A new database takes about a second, an old one 0.2 s; a loaded machine takes its time. */
const startPatienceMs = 20_000;

/** A port can be taken between the look and the server's own listening: then others are tried. */
export async function launchOnFreePorts(wanted: ServerToStart): Promise<RunningServer> {
  for (let attempt = 1; ; attempt++) {
    const [port, uiPort] = await choosePorts(attempt === 1 ? wanted.stateFolder : undefined);
    try {
      return await launch(wanted, port, uiPort);
    } catch (error) {
      const wasPortTaken = error instanceof Error && /address already in use/.test(error.message);
      if (!wasPortTaken || attempt === 3) throw error;
    }
  }
}

/** After a crash the same ports again, so that workers and clients that survived it find it. */
async function choosePorts(stateFolder: string | undefined): Promise<readonly [number, number]> {
  const before = stateFolder === undefined ? undefined : await readRecord(stateFolder);
  if (before !== undefined) {
    const ports = [portOf(before.address), portOf(before.uiAddress)] as const;
    // A process that was killed a moment ago may still be giving its sockets back.
    for (let attempt = 1; attempt <= 20; attempt++) {
      if ((await isFree(ports[0])) && (await isFree(ports[1]))) return ports;
      await sleep(50);
    }
  }
  return freePorts();
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

async function launch(wanted: ServerToStart, port: number, uiPort: number): Promise<RunningServer> {
  const { log } = serverFiles(wanted.stateFolder);
  const logStart = await stat(log).then(
    (stats) => stats.size,
    () => 0,
  );
  const spawned = await spawnDetached(wanted, serverArguments(wanted.stateFolder, port, uiPort));
  const server: RunningServer = {
    address: `127.0.0.1:${port}`,
    uiAddress: `http://127.0.0.1:${uiPort}`,
    pid: spawned.pid,
    startedAt: new Date().toISOString(),
    ownerPid: process.pid,
    stateFolder: wanted.stateFolder,
  };
  // Written before it answers: should this process die now, the next one still finds the server.
  await writeRecord(server);
  try {
    await untilServing(server, spawned.ending);
    await raiseRetention(server.address);
    return server;
  } catch (cause) {
    await endServer(server);
    const logged = await lastLines(log, logStart);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Temporal did not start on ${server.address}: ${reason}\n${logged}`.trimEnd(), {
      cause,
    });
  }
}

/** docker-compose.yml repeats these; a test compares them. */
export function serverArguments(
  stateFolder: string,
  port: number,
  uiPort: number,
): readonly string[] {
  const attributes = Object.entries(searchAttributeTypes);
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', `${port}`, '--ui-port', `${uiPort}`],
    ...['--db-filename', serverFiles(stateFolder).database, '--ui-disable-news-fetch'],
    ...['--log-level', 'warn', '--log-format', 'json'],
    // Without WAL several campaigns at once wait for each other's commits.
    ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'],
    // By default the one shard looks for work 20 times a second: 3 to 6 times fewer slots a minute.
    ...['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=1000'],
    // By default a timer is up to a second late.
    ...['--dynamic-config-value', 'history.timerProcessorMaxTimeShift="1ms"'],
    ...attributes.flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  ];
}

interface Spawned {
  readonly pid: number;
  /** Undefined while it runs, else how it ended. */
  readonly ending: () => string | undefined;
}

async function spawnDetached(wanted: ServerToStart, words: readonly string[]): Promise<Spawned> {
  const log = await open(serverFiles(wanted.stateFolder).log, 'a');
  try {
    const child = spawn(wanted.binary, words, {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    let ending: string | undefined;
    child.once('exit', (code, signal) => {
      ending = `it ended with ${signal ?? `exit code ${code}`}`;
    });
    const pid = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', () => resolve(child.pid ?? 0));
    });
    child.unref();
    return { pid, ending: () => ending };
  } catch (cause) {
    throw new Error(`${wanted.binary} cannot be run. Set TEMPORAL_CLI_PATH to Temporal's CLI.`, {
      cause,
    });
  } finally {
    await log.close();
  }
}

async function untilServing(
  server: RunningServer,
  ending: () => string | undefined,
): Promise<void> {
  const deadline = performance.now() + startPatienceMs;
  while (!(await isServing(server.address, 500))) {
    const ended = ending();
    if (ended !== undefined) throw new Error(ended);
    if (performance.now() > deadline) {
      throw new Error(`no answer within ${startPatienceMs / 1000} s`);
    }
    await sleep(50);
  }
}

async function lastLines(log: string, start: number): Promise<string> {
  const written = (await readFile(log)).subarray(start).toString('utf8');
  return written.trim().split('\n').slice(-5).join('\n');
}
