import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Champion, ModelArtifact } from '../../../src/domain/models/model.ts';
import { LiveRouter } from '../../../src/router/service/live-router.ts';
import type { ModelSource } from '../../../src/router/service/model-source.ts';
import { RouterService } from '../../../src/router/service/router-service.ts';
import { createRouterServer } from '../../../src/router/service/server.ts';
import { parseSettings, type RouterSettings } from '../../../src/router/service/settings.ts';
import { aRoutingModel } from '../../support/routing-model.ts';

/** Workloads `light` (Lambda alone) and `heavy` (both; best-static Fargate) at one server. */
export function aSettings(url: string, changes: Partial<RouterSettings> = {}): RouterSettings {
  const endpoints = { lambda: `${url}/ok`, ecs: `${url}/ok` };
  return {
    timezone: 'UTC',
    timeoutMs: 2_000,
    workloads: {
      light: {
        estimatedExecutionMs: 1,
        estimatedMemoryMb: 128,
        bestStatic: 'lambda',
        platforms: ['lambda'],
        endpoints,
      },
      heavy: {
        estimatedExecutionMs: 200,
        estimatedMemoryMb: 512,
        bestStatic: 'ecs',
        platforms: ['lambda', 'ecs'],
        endpoints,
      },
    },
    ...changes,
  };
}

/** Both platforms of `heavy` at other paths of the server. */
export function heavyAt(settings: RouterSettings, url: string): RouterSettings {
  const heavy = { ...settings.workloads['heavy'], endpoints: { lambda: url, ecs: url } };
  return parseSettings(
    JSON.stringify({ ...settings, workloads: { ...settings.workloads, heavy } }),
  );
}

/** The workload with both platforms, and no other. */
export function onlyHeavy(url: string): RouterSettings {
  const { light: _, ...workloads } = aSettings(url).workloads;
  return aSettings(url, { workloads });
}

export interface StoredModel {
  readonly hash: string;
  readonly text: string;
}

export function aStoredModel(changes: Partial<ModelArtifact> = {}): StoredModel {
  return storedText(JSON.stringify(aRoutingModel(changes)));
}

export function storedText(text: string): StoredModel {
  return { text, hash: createHash('sha256').update(text).digest('hex') };
}

/** A champion that routes by a model, or, without one, by its table. */
export function aChampion(model?: StoredModel): Champion {
  return {
    kind: model === undefined ? 'best-static' : 'learned',
    table: { light: 'lambda', heavy: 'ecs' },
    withCapacity: ['heavy'],
    ...(model === undefined ? {} : { modelHash: model.hash, learnedModelHash: model.hash }),
    reason: 'It was better.',
    slotsSeen: 3,
  };
}

export function pinnedSource({ hash, text }: StoredModel): ModelSource {
  return { find: async () => ({ kind: 'model', hash, read: async () => text }) };
}

export interface RunningRouter extends AsyncDisposable {
  readonly url: string;
  readonly live: LiveRouter;
  readonly printed: object[];
  health(): Promise<Readonly<Record<string, unknown>>>;
}

/** The service over real HTTP, on a port of its own. */
export async function startRouter(
  settings: RouterSettings,
  source: ModelSource = pinnedSource(aStoredModel()),
): Promise<RunningRouter> {
  const live = new LiveRouter({ settings, source });
  await live.refresh();
  const printed: object[] = [];
  const service = new RouterService({ settings, live, print: (line) => printed.push(line) });
  const server = createRouterServer(service, settings);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    live,
    printed,
    health: async () => JSON.parse((await ask(`${url}/health`, { method: 'GET' })).body),
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      service.close();
    },
  };
}

export interface Answer {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** As it is, where a URL would be tidied up. */
  readonly path?: string;
  readonly agent?: Agent;
  /** Writes only this much of what it says that it will send. */
  readonly declaredBytes?: number;
}

/** One request, to the end of its answer; rejects when the connection breaks first. */
export function ask(url: string, asking: Asking = {}): Promise<Answer> {
  const { method = 'POST', headers = {}, body = '', agent, path, declaredBytes } = asking;
  return new Promise((resolve, reject) => {
    const length = declaredBytes === undefined ? {} : { 'content-length': String(declaredBytes) };
    const sending = httpRequest(
      url,
      {
        method,
        headers: { ...headers, ...length },
        ...(agent === undefined ? {} : { agent }),
        ...(path === undefined ? {} : { path }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            statusCode: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    sending.on('error', reject);
    if (declaredBytes === undefined) sending.end(body);
    else sending.write(body);
  });
}

/** Polls: another process, or the other end of a connection, tells nobody when it is done. */
export async function until(what: string, condition: () => unknown): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not in 10 s: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
