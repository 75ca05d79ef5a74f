import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { createControlServer } from './control-plane.ts';
import { createEdge } from './edge.ts';
import { Fleet } from './fleet.ts';
import { type HostLog, openHostLog } from './host-log.ts';
import { openLimits, sweepCages } from './limits.ts';
import { isRunning, ownIdentity } from './process-identity.ts';
import { compile } from './program.ts';
import { RecordWriter } from './record-store.ts';
import {
  type DeploymentFile,
  deploymentPath,
  findDeploymentFile,
  findHostFile,
  hostPath,
  logPath,
  removeState,
  routerFolder,
  socketPath,
  writeState,
} from './state-files.ts';

/**
 * The local testbed's own process, detached from the worker: it holds the execution environments
 * and tasks, serves the data plane on 127.0.0.1 and takes orders on a socket. Started with the state
 * folder as its only argument; everything else, the token above all, stands in `deployment.json`.
 */
async function main(stateFolder: string): Promise<void> {
  const log = openHostLog(logPath(stateFolder));
  process.on('uncaughtException', (error) => {
    // Children and groups of a host that died are swept by the next one.
    log('Host failed', { error: error.stack ?? error.message });
    process.exit(1);
  });
  const deployment = findDeploymentFile(stateFolder);
  if (deployment === undefined) throw new Error(`${deploymentPath(stateFolder)} is missing.`);
  const swept = await sweepCages(isRunning);
  if (swept.length > 0) log('Removed what a killed host had left', { names: swept });
  await serve(stateFolder, deployment, log);
}

/** Ends in time even if the clock is set or the machine slept: it looks, instead of being woken. */
const expiryCheckMs = 500;

/** Whatever hangs at the end, the host does not. */
const shutdownLimitMs = 15_000;

async function serve(stateFolder: string, deployment: DeploymentFile, log: HostLog): Promise<void> {
  const { spec, token } = deployment;
  const identity = ownIdentity();
  const limits = await openLimits();
  const place = {
    nodePath: process.execPath,
    checkoutFolder: spec.checkoutFolder,
    codeCacheFolder: join(stateFolder, 'code-cache'),
  };
  const handlers = [...new Set(spec.workloads.map(({ handlerPath }) => handlerPath))];
  await Promise.all(handlers.map((handler) => compile(place, handler)));

  const records = new RecordWriter(stateFolder);
  let baseUrl = deployment.baseUrl ?? '';
  const fleet = new Fleet({
    host: spec,
    identity,
    limits,
    place,
    records,
    log,
    routerFolder: routerFolder(stateFolder),
    baseUrl: () => baseUrl,
  });
  const edge = createEdge({ fleet, token, timeoutMs: spec.timeoutMs, records, log });
  let { expiresAtMs } = spec;

  const control = createControlServer({
    status: () => ({
      pid: identity.pid,
      campaignId: spec.campaignId,
      limits: limits.kind,
      nodeVersion: process.version,
      cpuModel: cpus()[0]?.model ?? 'unknown',
      cpuCount: cpus().length,
    }),
    prepare: async (window) => {
      expiresAtMs = window.expiresAtMs;
      await fleet.prepare(window);
    },
    measureCpuMs: ({ workload, requests }) => fleet.measureCpuMs(workload, requests),
    closeWindow: (run) => {
      fleet.closeWindow(run);
      records.flush();
    },
    end: () => void setImmediate(() => end('Released')),
  });

  let isEnding = false;
  const end = (reason: string): void => {
    if (isEnding) return;
    isEnding = true;
    log('Host ends', { reason });
    setTimeout(() => process.exit(1), shutdownLimitMs).unref();
    shutDown(stateFolder, { fleet, records, servers: [edge, control] }).then(
      () => process.exit(0),
      (error: unknown) => {
        log('Host could not end cleanly', { error: String(error) });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));
  setInterval(() => {
    if (Date.now() > expiresAtMs) end('Expired');
  }, expiryCheckMs);

  const socket = await listenOnSocket(control, socketPath(stateFolder));
  baseUrl = await listenOnPort(edge, deployment.baseUrl);
  const latest = findDeploymentFile(stateFolder) ?? deployment;
  writeState(deploymentPath(stateFolder), { ...latest, baseUrl });
  // Last of all: who finds this file finds a host that serves.
  writeState(hostPath(stateFolder), {
    ...identity,
    campaignId: spec.campaignId,
    baseUrl,
    socketPath: socket,
    token,
  });
  log('Host serves', { campaignId: spec.campaignId, baseUrl, limits: limits.kind });
}

interface Running {
  readonly fleet: Fleet;
  readonly records: RecordWriter;
  readonly servers: readonly Server[];
}

async function shutDown(stateFolder: string, running: Running): Promise<void> {
  // Out of sight first: nobody shall find a host that is ending.
  if (findHostFile(stateFolder)?.pid === process.pid) removeState(hostPath(stateFolder));
  // The socket goes with its server; removing it later could hit that of the next host.
  for (const server of running.servers) server.close();
  await running.fleet.close();
  running.records.flush();
  for (const server of running.servers) server.closeAllConnections();
}

/** For the owner only: the folder and the socket itself. */
async function listenOnSocket(server: Server, path: string): Promise<string> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  chmodSync(dirname(path), 0o700);
  // Whoever starts a host has made sure that no other one lives: this is a dead one's.
  rmSync(path, { force: true });
  server.listen(path);
  await once(server, 'listening');
  chmodSync(path, 0o600);
  return path;
}

/** The port of the host before, so that a generator that is running finds us; else a free one. */
async function listenOnPort(server: Server, previousBaseUrl: string | undefined): Promise<string> {
  const previous = previousBaseUrl === undefined ? 0 : Number(new URL(previousBaseUrl).port);
  for (const port of [previous, 0]) {
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      break;
    } catch (error) {
      if (port === 0) throw error;
    }
  }
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The host has no port.');
  return `http://127.0.0.1:${address.port}`;
}

const stateFolder = process.argv[2];
if (stateFolder === undefined) throw new Error('Usage: host.ts <state folder>');
await main(stateFolder);
