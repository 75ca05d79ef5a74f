import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Client, Connection } from '@temporalio/client';

import type { CampaignProgress } from '../../../src/domain/campaign.ts';
import type { CampaignSummary } from '../../../src/domain/campaign-summary.ts';
import { campaignWorkflowId, keysOf } from '../../../src/domain/names.ts';
import { FsObjectStore } from '../../../src/stores/fs-object-store.ts';
import { startServer, stopServer } from '../../../src/temporal/server.ts';
import type { RunningServer } from '../../../src/temporal/server-record.ts';
import { connectClient, temporalBinary } from '../../support/temporal-server.ts';

const checkout = join(import.meta.dirname, '../../..');

/** A whole installation of its own: state folder, Temporal server, workers. */
export class Rig {
  readonly stateFolder: string;
  readonly objects: FsObjectStore;
  readonly #children = new Set<ChildProcess>();
  #server: RunningServer | undefined;
  #connection: Connection | undefined;
  #client: Client | undefined;

  private constructor(stateFolder: string) {
    this.stateFolder = stateFolder;
    this.objects = new FsObjectStore(join(stateFolder, 'store'));
  }

  static async open(): Promise<Rig> {
    return new Rig(await mkdtemp(join(tmpdir(), 'crossover-e2e-')));
  }

  get client(): Client {
    if (this.#client === undefined) throw new Error('The rig has no server yet.');
    return this.#client;
  }

  async startServer(): Promise<void> {
    const binary = await temporalBinary();
    const { server } = await startServer({ stateFolder: this.stateFolder, binary });
    this.#server = server;
    if (this.#client !== undefined) return;
    const { connection, client } = await connectClient(this.stateFolder);
    this.#connection = connection;
    this.#client = client;
  }

  killServer(): void {
    if (this.#server !== undefined) process.kill(this.#server.pid, 'SIGKILL');
  }

  /** A worker process of all roles, or of some. */
  async startWorker(roles = 'campaign,load,analysis'): Promise<ChildProcess> {
    const child = this.spawn('worker.ts', [], { CROSSOVER_ROLES: roles });
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('The worker ended at once.'))),
    ]);
    return child;
  }

  spawn(
    script: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): ChildProcess {
    const child = spawn(process.execPath, [join(checkout, script), ...args], {
      cwd: checkout,
      env: {
        ...process.env,
        TEMPORAL_ADDRESS: '',
        CROSSOVER_STATE: this.stateFolder,
        PATH: `${join(checkout, '.crossover', 'bin')}:${process.env['PATH']}`,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  /** Runs a command to its end, as a person would. */
  async crossover(...args: readonly string[]): Promise<CommandResult> {
    const child = this.spawn('client.ts', args);
    const out = collect(child.stdout);
    const err = collect(child.stderr);
    const [code] = (await once(child, 'exit')) as [number | null];
    return { exitCode: code, stdout: out(), stderr: err() };
  }

  async progress(campaignId: string): Promise<CampaignProgress | undefined> {
    try {
      return await this.client.withDeadline(Date.now() + 5_000, () =>
        this.client.workflow
          .getHandle(campaignWorkflowId(campaignId))
          .query<CampaignProgress>('progress'),
      );
    } catch {
      // Not started yet, or its server or worker is being restarted: the caller asks again.
      return undefined;
    }
  }

  async summary(campaignId: string): Promise<CampaignSummary | undefined> {
    const stored = await this.objects.get(keysOf(campaignId).report('summary.json'));
    return stored === undefined ? undefined : JSON.parse(new TextDecoder().decode(stored.body));
  }

  /** Lines of all segments that a run has written on this machine, stored or not. */
  async sentLines(campaignId: string, run: string): Promise<readonly string[]> {
    const folder = join(this.stateFolder, 'work', campaignId, run);
    const lines: string[] = [];
    for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
      if (!/\d{3}\.ndjson(\.open)?$/.test(name)) continue;
      const text = await readFile(join(folder, name), 'utf8');
      lines.push(...text.split('\n').filter((line) => line.includes('"kind":"sent"')));
    }
    return lines;
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await this.#connection?.close();
    if (this.#server !== undefined) await stopServer(this.#server);
    await rm(this.stateFolder, { recursive: true, force: true });
  }
}

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Waits until something is true; the bound is generous, and never an assertion about speed. */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined | false>,
  withinMs = 180_000,
): Promise<Value> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > endMs) throw new Error(`Not within ${withinMs / 1000} s: ${what}.`);
    await sleep(200);
  }
}

/** Command lines of all processes of this machine that mention a folder. */
export async function processesOf(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (command.includes(folder) || environment.includes(folder)) {
      found.push(`${pid} ${command.replaceAll('\0', ' ')}`);
    }
  }
  return found;
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return () => text;
}
