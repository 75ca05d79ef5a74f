import { createServer, request, type Server } from 'node:http';
import * as z from 'zod';
import { owners } from '../../domain/arm.ts';
import { PermanentFailure, permanentFailureKinds } from '../../domain/failures.ts';
import { platforms } from '../../domain/platform.ts';
import type { FleetWindow } from './fleet.ts';
import { hostedRouter } from './router-host.ts';

/** What the worker asks of a host, over a socket that only its owner can open. */
export interface HostControl {
  status(): HostStatus;
  prepare(request: FleetWindow & { readonly expiresAtMs: number }): Promise<void>;
  measureCpuMs(request: { readonly workload: string; readonly requests: number }): Promise<number>;
  /** Writes everything that is known of a run, and ends the sampling of its tasks. */
  closeWindow(run: string): void;
  /** Begins to end the host; its process is gone soon after. */
  end(): void;
}

const hostStatus = z.object({
  pid: z.number(),
  campaignId: z.string(),
  limits: z.enum(['cgroup2', 'cgroup1', 'none']),
  nodeVersion: z.string(),
  cpuModel: z.string(),
  cpuCount: z.number(),
});
export type HostStatus = Readonly<z.infer<typeof hostStatus>>;

const prepareRequest = z.object({
  run: z.string(),
  services: z.array(
    z.object({
      owner: z.enum(owners),
      platform: z.enum(platforms),
      workload: z.string(),
      tasks: z.number().int().min(0).optional(),
    }),
  ),
  router: hostedRouter.optional(),
  expiresAtMs: z.number(),
});
const measureRequest = z.object({ workload: z.string(), requests: z.number().int().min(1) });
const windowRequest = z.object({ run: z.string() });
const refusal = z.object({ kind: z.enum(permanentFailureKinds).optional(), message: z.string() });

export function createControlServer(control: HostControl): Server {
  return createServer((incoming, response) => {
    const answer = (statusCode: number, value: unknown): void => {
      response.writeHead(statusCode, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value ?? {}));
    };
    readJson(incoming)
      .then((body) => dispatch(control, incoming.url ?? '', body))
      .then((value) => answer(200, value))
      .catch((error: unknown) => {
        const kind = error instanceof PermanentFailure ? error.kind : undefined;
        answer(500, { kind, message: error instanceof Error ? error.message : String(error) });
      });
  });
}

async function dispatch(control: HostControl, path: string, body: unknown): Promise<unknown> {
  switch (path) {
    case '/status':
      return control.status();
    case '/prepare': {
      const { services, router, ...rest } = prepareRequest.parse(body);
      return control.prepare({
        ...rest,
        ...(router === undefined ? {} : { router }),
        services: services.map(({ tasks, ...service }) => ({
          ...service,
          ...(tasks === undefined ? {} : { tasks }),
        })),
      });
    }
    case '/measure':
      return control.measureCpuMs(measureRequest.parse(body));
    case '/close-window':
      return control.closeWindow(windowRequest.parse(body).run);
    case '/end':
      return control.end();
    default:
      throw new Error(`The host knows no "${path}".`);
  }
}

export interface ControlCall {
  readonly socketPath: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** The other end: one method per question, each over a connection of its own. */
export function controlClient(call: ControlCall) {
  const ask = (path: string, body: unknown = {}): Promise<unknown> => send(call, path, body);
  return {
    status: async (): Promise<HostStatus> => hostStatus.parse(await ask('/status')),
    prepare: (body: FleetWindow & { readonly expiresAtMs: number }) => ask('/prepare', body),
    measureCpuMs: async (workload: string, requests: number): Promise<number> =>
      z.number().parse(await ask('/measure', { workload, requests })),
    closeWindow: (run: string) => ask('/close-window', { run }),
    end: () => ask('/end'),
  };
}

function send(call: ControlCall, path: string, body: unknown): Promise<unknown> {
  const { socketPath, timeoutMs, signal } = call;
  const limit = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const options = {
      socketPath,
      path,
      method: 'POST',
      agent: false,
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    } as const;
    const sending = request(options, (response) => {
      readJson(response)
        .then((value) => {
          if (response.statusCode === 200) resolve(value);
          else reject(refused(value));
        })
        .catch(reject);
    });
    sending.on('error', (cause) => {
      if (signal?.aborted === true) reject(signal.reason);
      else if (limit.aborted)
        reject(new Error(`The host did not answer ${path} in ${timeoutMs} ms.`));
      else reject(new Error(`The host cannot be reached for ${path}: ${cause.message}`, { cause }));
    });
    sending.end(JSON.stringify(body));
  });
}

function refused(value: unknown): Error {
  const { kind, message } = refusal.parse(value);
  return kind === undefined ? new Error(message) : new PermanentFailure(kind, message);
}

async function readJson(stream: AsyncIterable<Buffer>): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
