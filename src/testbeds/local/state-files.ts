import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';

/** What a host needs to serve a campaign; from it `prepare` can start a new one at any time. */
const hostedWorkload = z.object({
  name: z.string(),
  handlerPath: z.string(),
  lambdaMemoryMb: z.number(),
  ecsVcpu: z.number(),
  ecsMemoryMb: z.number(),
  ecsTasks: z.number(),
});
export type HostedWorkload = Readonly<z.infer<typeof hostedWorkload>>;

const hostSpec = z.object({
  campaignId: z.string(),
  checkoutFolder: z.string(),
  workloads: z.array(hostedWorkload).readonly(),
  idleLimitMs: z.number(),
  concurrency: z.number(),
  /** The same deadline on both platforms (METHOD 1.7). */
  timeoutMs: z.number(),
  warmUpRequests: z.number(),
  expiresAtMs: z.number(),
});
export type HostSpec = Readonly<z.infer<typeof hostSpec>>;

const deploymentRecord = z.object({
  campaignId: z.string(),
  limits: z.enum(['cgroup2', 'cgroup1', 'none', 'aws', 'simulated']),
  nodeVersion: z.string(),
  cpuModel: z.string(),
  cpuCount: z.number(),
  codeHashes: z.record(z.string(), z.string()).readonly(),
  cpuMs: z.record(z.string(), z.number()).readonly(),
});

/** Survives the host: a campaign that is continued finds its token, its port and its facts. */
const deploymentFile = z.object({
  token: z.string(),
  spec: hostSpec,
  codeHashes: z.record(z.string(), z.string()),
  /** Of the last host; the next one takes it again, so that a running generator finds it. */
  baseUrl: z.string().optional(),
  /** Present when everything is measured. */
  record: deploymentRecord.optional(),
});
export type DeploymentFile = Readonly<z.infer<typeof deploymentFile>>;

/** Written last by a host that serves, removed by a host that ends. */
const hostFile = z.object({
  pid: z.number(),
  startedAt: z.number(),
  campaignId: z.string(),
  baseUrl: z.string(),
  socketPath: z.string(),
  token: z.string(),
});
export type HostFile = Readonly<z.infer<typeof hostFile>>;

export function deploymentPath(stateFolder: string): string {
  return join(stateFolder, 'deployment.json');
}

export function hostPath(stateFolder: string): string {
  return join(stateFolder, 'host.json');
}

/** Settings and model of a router service, for as long as the deployment lasts. */
export function routerFolder(stateFolder: string): string {
  return join(stateFolder, 'router');
}

export function logPath(stateFolder: string): string {
  return join(dirname(stateFolder), 'logs', 'local-host.ndjson');
}

/**
 * A socket's path has room for 104 bytes on macOS and 108 on Linux: with a long state folder the
 * socket lives in a short folder of its own, named after the state folder.
 */
export function socketPath(stateFolder: string): string {
  const path = join(stateFolder, 'host.sock');
  if (Buffer.byteLength(path) <= 100) return path;
  const hash = createHash('sha256').update(stateFolder).digest('hex').slice(0, 12);
  return join(tmpdir(), `crossover-${hash}`, 'host.sock');
}

export function findDeploymentFile(stateFolder: string): DeploymentFile | undefined {
  return readState(deploymentPath(stateFolder), deploymentFile);
}

export function findHostFile(stateFolder: string): HostFile | undefined {
  return readState(hostPath(stateFolder), hostFile);
}

/** Whole or not at all, and for the owner only: it holds the token. */
export function writeState(path: string, state: DeploymentFile | HostFile): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

export function removeState(path: string): void {
  rmSync(path, { force: true });
}

function readState<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): z.infer<Schema> | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${path} cannot be read. Remove it, then run the campaign again.`, { cause });
  }
}
