import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Cage } from './cage.ts';
import { cageName, type Limits } from './limits.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { Program } from './program.ts';
import { RuntimeApi, type RuntimeInvocation } from './runtime-api.ts';

/** One function: what all its execution environments have in common. */
export interface FunctionSpec {
  readonly name: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly program: Program;
  readonly host: ProcessIdentity;
  readonly limits: Limits;
  readonly onLine: (line: string, environmentId: string) => void;
  /** What goes wrong outside of any request. */
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Why the platform ended an invocation, in the words of `ReportRecord.failure`. */
export type Failure = 'timeout' | 'out-of-memory' | 'crash';

export type InvocationResult =
  | { readonly status: 'answered'; readonly body: string }
  | { readonly status: 'function-error'; readonly body: string }
  | { readonly status: 'ended'; readonly failure: Failure; readonly message: string };

export interface InvocationEnd {
  readonly result: InvocationResult;
  readonly durationMs: number;
  readonly cpuMs: number;
  readonly throttledMs: number;
  readonly peakMb: number | undefined;
}

/** AWS gives a function 1 vCPU at 1,769 MB and a share in proportion otherwise. */
export function lambdaVcpu(memoryMb: number): number {
  return memoryMb / 1_769;
}

/** Independent measurements (pwrdrvr/lambda-throttling) see Lambda throttle in windows of 20 ms. */
const lambdaPeriodUs = 20_000;

/** AWS ends an init phase after 10 s. */
const initTimeoutMs = 10_000;

/**
 * One Lambda execution environment: a real process that AWS's own runtime client drives through the
 * Runtime API, one request at a time. Init runs without the CPU limit, as Lambda bursts it: at 128 MB
 * a Node start would take a second otherwise, which AWS does not show.
 */
export class Environment {
  readonly id = randomUUID().replaceAll('-', '');
  /** On the pool's clock: when the last invocation ended. */
  idleSinceMs = 0;
  initMs = 0;
  isEnded = false;
  readonly #spec: FunctionSpec;
  readonly #cage: Cage;
  readonly #api: RuntimeApi;
  readonly #onEnded: (environment: Environment) => void;
  #child: ChildProcess | undefined;
  /** Resolves when the process ends by itself. */
  readonly #exit = Promise.withResolvers<InvocationResult>();
  #settleInit: (error?: Error) => void = () => undefined;
  #removal: Promise<void> | undefined;

  constructor(spec: FunctionSpec, onEnded: (environment: Environment) => void) {
    this.#spec = spec;
    this.#onEnded = onEnded;
    this.#api = new RuntimeApi((error) => this.#settleInit(error));
    this.#cage = spec.limits.createCage({
      name: cageName(spec.host, `environment-${this.id.slice(0, 12)}`),
      memoryMb: spec.memoryMb,
      periodUs: lambdaPeriodUs,
    });
  }

  /** Resolves to undefined when the environment is ready, else to how its init ended. */
  async start(): Promise<InvocationResult | undefined> {
    const address = await this.#api.listen();
    const startedAt = performance.now();
    const ready = new Promise<undefined>((resolve, reject) => {
      this.#settleInit = (error) => (error === undefined ? resolve(undefined) : reject(error));
    });
    this.#spawn(address);
    try {
      const result = await withDeadline(Promise.race([ready, this.#exit.promise]), initTimeoutMs);
      this.initMs = performance.now() - startedAt;
      if (result === undefined) this.#cage.setCpu(lambdaVcpu(this.#spec.memoryMb));
      return result;
    } catch (error) {
      this.initMs = performance.now() - startedAt;
      const message = error instanceof Error ? error.message : String(error);
      return { status: 'ended', failure: error === overdue ? 'timeout' : 'crash', message };
    }
  }

  async invoke(invocation: RuntimeInvocation): Promise<InvocationEnd> {
    const cpuBefore = this.#cage.cpuTotalMs(this.#child?.pid);
    const throttledBefore = this.#cage.throttledTotalMs();
    const startedAt = performance.now();
    const answer = this.#api.invoke(invocation).then(
      ({ body, isError }): InvocationResult => ({
        status: isError ? 'function-error' : 'answered',
        body,
      }),
    );
    const timeoutMs = this.#spec.timeoutMs;
    const result = await withDeadline(Promise.race([answer, this.#exit.promise]), timeoutMs).catch(
      (): InvocationResult => ({
        status: 'ended',
        failure: 'timeout',
        message: `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
      }),
    );
    const durationMs = performance.now() - startedAt;
    return {
      result,
      durationMs,
      cpuMs: Math.max(0, this.#cage.cpuTotalMs(this.#child?.pid) - cpuBefore),
      throttledMs: Math.max(0, this.#cage.throttledTotalMs() - throttledBefore),
      peakMb: this.#peakMb(result),
    };
  }

  /** Kills the process and removes its groups. Can be called again. */
  end(): Promise<void> {
    this.#removal ??= this.#remove();
    return this.#removal;
  }

  async #remove(): Promise<void> {
    const child = this.#child;
    const hasExited = child === undefined || child.exitCode !== null || child.signalCode !== null;
    const exited = hasExited || child.pid === undefined ? undefined : once(child, 'exit');
    this.isEnded = true;
    this.#cage.kill();
    child?.kill('SIGKILL');
    this.#api.close();
    await exited;
    await this.#cage.remove();
  }

  #spawn(runtimeApi: string): void {
    const { program, name, memoryMb } = this.#spec;
    const [command, args] = this.#cage.wrap(program.command, program.args);
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    const child = spawn(command, args, {
      cwd: program.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...program.environment,
        TZ: ':UTC',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_LAMBDA_RUNTIME_API: runtimeApi,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
        AWS_LAMBDA_LOG_STREAM_NAME: `${day}/[$LATEST]${this.id}`,
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      },
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.#spec.onLine(line, this.id));
    }
    child.once('error', (error) => this.#ended(error.message));
    child.once('exit', (code, signal) => {
      this.#ended(signal === null ? `exit status ${code}` : `signal: ${signal}`);
    });
  }

  #ended(how: string): void {
    this.isEnded = true;
    this.#exit.resolve(this.#exitResult(how));
    this.#onEnded(this);
  }

  #exitResult(how: string): InvocationResult {
    const failure = this.#cage.oomKills() > 0 ? 'out-of-memory' : 'crash';
    return { status: 'ended', failure, message: `Runtime exited with error: ${how}` };
  }

  /** A process that the kernel has killed for its memory had reached its limit. */
  #peakMb(result: InvocationResult): number | undefined {
    if (result.status === 'ended' && result.failure === 'out-of-memory') return this.#spec.memoryMb;
    return this.#cage.peakMb(this.#child?.pid);
  }
}

const overdue = new Error('The time is over.');

async function withDeadline<Value>(value: Promise<Value>, deadlineMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(overdue), deadlineMs);
  });
  try {
    return await Promise.race([value, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
