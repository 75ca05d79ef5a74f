import { readFile } from 'node:fs/promises';
import { parseModelArtifact } from '../../../domain/models/model.ts';
import { LoadState } from '../../../router/load-state.ts';
import { createRouter, type Router } from '../../../router/router.ts';
import { loadPayloadMaker, type PayloadMaker } from '../../payloads.ts';
import { Dispatcher } from './dispatcher.ts';
import {
  type EngineRun,
  type PendingRequest,
  pendingRequests,
  readRequests,
  tokenVariable,
} from './engine-run.ts';
import { SegmentWriter } from './segment-writer.ts';
import { Sender } from './sender.ts';
import { warmUpClient } from './warm-up.ts';

interface Script {
  readonly config: { readonly engines: { readonly crossover: { readonly runPath: string } } };
}

/** Of the run: it tells when all users have been made. */
interface RunEvents {
  on(name: 'phaseCompleted', listener: () => void): unknown;
}

/** Of a scenario: it counts. */
interface ScenarioEvents {
  emit(name: 'started'): unknown;
}

type VirtualUser<Context> = (
  context: Context,
  done: (error: Error | null, context: Context) => void,
) => void;

/**
 * The engine that Artillery runs: one virtual user is one intended request, and waits inside the
 * engine for its planned time. All users arrive at the start of the run, because Artillery's own
 * arrival timer is unseeded and spins for 25 ms before every arrival.
 */
class CrossoverEngine {
  readonly #runPath: string;
  #waiting: readonly PendingRequest[] = [];
  #dispatcher: Dispatcher | undefined;
  #users = 0;

  constructor(script: Script, events: RunEvents) {
    events.on('phaseCompleted', () => this.#reportMissingUsers());
    this.#runPath = script.config.engines.crossover.runPath;
  }

  /** Artillery awaits it only when it is declared `async`. */
  async init(): Promise<void> {
    try {
      await this.#prepare();
    } catch (error) {
      // Artillery waits for ever for a worker whose `init` rejects; an uncaught error ends it.
      setImmediate(() => {
        throw error;
      });
    }
  }

  createScenario<Context>(_scenario: unknown, events: ScenarioEvents): VirtualUser<Context> {
    return (context, done) => {
      // The runner counts its pending users by this event.
      events.emit('started');
      this.#serveNext().then(
        () => done(null, context),
        (error: unknown) => {
          console.error('A virtual user failed:', error);
          done(error instanceof Error ? error : new Error(String(error)), context);
        },
      );
    };
  }

  async #prepare(): Promise<void> {
    const run: EngineRun = JSON.parse(await readFile(this.#runPath, 'utf8'));
    this.#waiting = pendingRequests(await readRequests(run.requestsPath), run);
    this.#dispatcher = new Dispatcher({
      run,
      token: process.env[tokenVariable] ?? '',
      payloadMakers: await loadPayloadMakers(run),
      router: await loadRouter(run),
      load: new LoadState(),
      sender: new Sender(),
      writer: new SegmentWriter(run.folder, run.firstSegment),
    });
    await warmUpClient();
  }

  async #serveNext(): Promise<void> {
    const pending = this.#waiting[this.#users];
    this.#users += 1;
    // A phase of Artillery can make more users than it was asked for; they have nothing to send.
    if (pending !== undefined) await this.#dispatcher?.serve(pending);
  }

  /** A user that Artillery did not make leaves rows without a record: said, since it is no error. */
  #reportMissingUsers(): void {
    const missing = this.#waiting.length - this.#users;
    if (missing > 0) {
      console.error(`Artillery made ${this.#users} virtual users; ${missing} are missing.`);
    }
  }
}

// biome-ignore lint/style/noDefaultExport: Artillery takes an engine from the default export.
export default CrossoverEngine;

async function loadPayloadMakers(run: EngineRun): Promise<ReadonlyMap<string, PayloadMaker>> {
  const makers = new Map<string, PayloadMaker>();
  for (const [workload, handlerPath] of Object.entries(run.handlers)) {
    makers.set(workload, await loadPayloadMaker(handlerPath));
  }
  return makers;
}

async function loadRouter({ router }: EngineRun): Promise<Router | undefined> {
  if (router === undefined || router.place === 'service') return undefined;
  if (router.modelPath === undefined) return createRouter(router);
  const text = await readFile(router.modelPath, 'utf8');
  return createRouter(router, parseModelArtifact(JSON.parse(text)));
}
