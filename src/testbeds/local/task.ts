import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { type Agent, get, request } from 'node:http';
import { createInterface } from 'node:readline';
import type { TaskSampleRecord } from '../../domain/observation.ts';
import type { Cage } from './cage.ts';
import { cageName, type Limits } from './limits.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { Program } from './program.ts';

/** What all tasks of a service have in common. */
export interface TaskSpec {
  readonly workload: string;
  readonly vcpu: number;
  readonly memoryMb: number;
  readonly program: Program;
  readonly host: ProcessIdentity;
  readonly limits: Limits;
  readonly onLine: (line: string, taskId: string) => void;
  readonly onTrouble: (what: string, error: unknown) => void;
}

export type TaskState = 'pending' | 'running' | 'stopping' | 'stopped';

const fargatePeriodUs = 100_000;

/** How long a task may finish its requests after SIGTERM; ECS gives 30 s, nobody here waits so long. */
const stopTimeoutMs = 2_000;

/** One Fargate task: a long-lived HTTP server in a cage. */
export class Task {
  readonly id = randomUUID().replaceAll('-', '');
  readonly startedAtMs = Date.now();
  readonly cage: Cage;
  inFlight = 0;
  failedChecks = 0;
  state: TaskState = 'pending';
  stoppedAtMs: number | undefined;
  stoppedReason: string | undefined;
  /** For people: what it printed last before it ended. */
  readonly lastLines: string[] = [];
  readonly #spec: TaskSpec;
  readonly #child: ChildProcess;
  readonly #port: Promise<number>;
  readonly #gone: Promise<void>;

  constructor(spec: TaskSpec, onStopped: (task: Task) => void) {
    this.#spec = spec;
    this.cage = spec.limits.createCage({
      name: cageName(spec.host, `task-${this.id.slice(0, 12)}`),
      memoryMb: spec.memoryMb,
      vcpu: spec.vcpu,
      periodUs: fargatePeriodUs,
    });
    const [command, args] = this.cage.wrap(spec.program.command, spec.program.args);
    this.#child = spawn(command, args, {
      cwd: spec.program.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...spec.program.environment, CROSSOVER_TASK_ID: this.id },
    });
    this.#port = this.#listen(this.#child);
    // Whoever waits for the port hears of it; the task's end is what counts for all others.
    this.#port.catch(() => undefined);
    this.#gone = this.#watch(onStopped);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Rejects when the task ends before it listens. */
  port(): Promise<number> {
    return this.#port;
  }

  async isHealthy(timeoutMs: number): Promise<boolean> {
    const port = await this.#port;
    return new Promise((resolve) => {
      const options = {
        host: '127.0.0.1',
        port,
        path: '/health',
        agent: false,
        timeout: timeoutMs,
      };
      const check = get(options, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      });
      check.on('timeout', () => check.destroy(new Error('The health check took too long.')));
      check.on('error', () => resolve(false));
    });
  }

  /** Sends a payload past the balancer and resolves to the status code. */
  async send(
    payload: { readonly contentType: string; readonly body: Uint8Array },
    options: { readonly agent: Agent; readonly timeoutMs: number },
  ): Promise<number> {
    const port = await this.#port;
    return new Promise((resolve, reject) => {
      const { agent, timeoutMs } = options;
      const headers = {
        'content-type': payload.contentType,
        'content-length': payload.body.byteLength,
      };
      const sending = request(
        { host: '127.0.0.1', port, method: 'POST', agent, timeout: timeoutMs, headers },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
          response.on('error', reject);
        },
      );
      sending.on('timeout', () =>
        sending.destroy(new Error(`No answer after ${timeoutMs} ms from task ${this.id}.`)),
      );
      sending.on('error', reject);
      sending.end(payload.body);
    });
  }

  sample(): TaskSampleRecord {
    return {
      kind: 'task-sample',
      taskId: this.id,
      atMs: Date.now(),
      cpuTotalMs: rounded(this.cage.cpuTotalMs(this.pid)),
      throttledTotalMs: rounded(this.cage.throttledTotalMs()),
      memoryUsedMb: this.cage.memoryMb(this.pid) ?? 0,
    };
  }

  /** Resolves when the process and its groups are gone. */
  async stop(reason: string): Promise<void> {
    if (this.state !== 'stopped') {
      this.state = 'stopping';
      this.stoppedReason ??= reason;
      this.#child.kill('SIGTERM');
    }
    const timer = setTimeout(() => {
      this.cage.kill();
      this.#child.kill('SIGKILL');
    }, stopTimeoutMs);
    await this.#gone;
    clearTimeout(timer);
  }

  #listen(child: ChildProcess): Promise<number> {
    return new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error(`Task ${this.id} ended before it listened.`)));
      child.once('error', reject);
      for (const stream of [child.stdout, child.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on('line', (line) => {
          const port = listeningPort(line);
          if (port !== undefined) resolve(port);
          this.lastLines.push(line.slice(0, 500));
          if (this.lastLines.length > 10) this.lastLines.shift();
          this.#spec.onLine(line, this.id);
        });
      }
    });
  }

  async #watch(onStopped: (task: Task) => void): Promise<void> {
    const child = this.#child;
    const how = await new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) =>
        resolve(signal === null ? `exit status ${code}` : `signal: ${signal}`),
      );
    });
    this.stoppedReason ??=
      this.cage.oomKills() > 0
        ? 'OutOfMemoryError: container killed due to memory usage'
        : `Essential container in task exited: ${how}`;
    this.state = 'stopped';
    this.stoppedAtMs = Date.now();
    onStopped(this);
    try {
      await this.cage.remove();
    } catch (error) {
      this.#spec.onTrouble('A task could not be removed', error);
    }
  }
}

function listeningPort(line: string): number | undefined {
  const match = /^\{"kind":"listening","port":(\d+)\}$/.exec(line);
  return match === null ? undefined : Number(match[1]);
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
