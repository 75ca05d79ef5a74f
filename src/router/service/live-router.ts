import { isDeepStrictEqual } from 'node:util';
import type { LoadColumns } from '../../domain/observation.ts';
import type { Platform } from '../../domain/platform.ts';
import { LoadState } from '../load-state.ts';
import { createRouter, type Router } from '../router.ts';
import { fittedRouter } from './fitted-router.ts';
import type { CapacityDecision, ModelSource, WantedRouter } from './model-source.ts';
import { staticRules } from './rules.ts';
import type { RouterSettings } from './settings.ts';

/**
 * Why the static table stands in for the model: there is none, it cannot be used here, or nobody
 * has confirmed for too long that it is still the champion's.
 */
export const fallbackReasons = ['missing', 'unfit', 'stale'] as const;
export type FallbackReason = (typeof fallbackReasons)[number];

/** One request, routed, and counted as in flight until `end`. */
export interface Routed {
  readonly platform: Platform;
  /** Absent when the model was not asked. */
  readonly pLambda?: number;
  readonly modelHash?: string;
  readonly fallback?: FallbackReason;
  /** What the decision saw: earlier requests only. */
  readonly load: LoadColumns;
  readonly decisionMs: number;
  /** Must be called once, when the answer has ended. */
  readonly end: () => void;
}

export interface LiveRouterSpec {
  readonly settings: RouterSettings;
  readonly source: ModelSource;
  /** Epoch milliseconds, with fractions; the system's when absent. */
  readonly nowMs?: () => number;
}

/** What is routed by at the moment; replaced as a whole, so that no request sees half of it. */
interface InUse {
  readonly router: Router;
  readonly table: Router;
  readonly modelHash?: string;
  readonly capacity?: CapacityDecision | undefined;
  readonly fallback?: FallbackReason;
  /** What went wrong when something newer was last looked for. */
  readonly problem?: string;
  readonly confirmedAtMs: number;
}

/** The hybrid is the only arm that is routed; in the field there are no arms. */
const loadOwner = 'hybrid';

/** Asks a model that can be exchanged while requests are on their way. */
export class LiveRouter {
  readonly #settings: RouterSettings;
  readonly #source: ModelSource;
  readonly #nowMs: () => number;
  readonly #load = new LoadState();
  readonly #fallbacks: Record<FallbackReason, number> = { missing: 0, unfit: 0, stale: 0 };
  #inUse: InUse;
  #looking: Promise<void> | undefined;
  #lookedAtMs: number | undefined;

  constructor({ settings, source, nowMs = epochMs }: LiveRouterSpec) {
    this.#settings = settings;
    this.#source = source;
    this.#nowMs = nowMs;
    const table = createRouter(staticRules(settings));
    this.#inUse = { router: table, table, fallback: 'missing', confirmedAtMs: nowMs() };
  }

  /** Undefined for a workload that the settings do not have. */
  route(workload: string, payloadBytes: number): Routed | undefined {
    if (!Object.hasOwn(this.#settings.workloads, workload)) return undefined;
    const startedMs = performance.now();
    const atMs = this.#nowMs();
    const inUse = this.#inUse;
    const fallback = this.#fallbackOf(inUse, atMs);
    const router = fallback === undefined ? inUse.router : inUse.table;
    const load = this.#load.columns(loadOwner, workload, atMs);
    const { platform, pLambda } = router.route({ workload, payloadBytes, atMs, load });
    const decisionMs = performance.now() - startedMs;
    if (fallback !== undefined) this.#fallbacks[fallback] += 1;
    const { modelHash } = inUse;
    return {
      platform,
      ...(pLambda === undefined || modelHash === undefined ? {} : { pLambda, modelHash }),
      ...(fallback === undefined ? {} : { fallback }),
      load,
      decisionMs,
      end: this.#load.begin(loadOwner, workload, platform, atMs),
    };
  }

  /**
   * Looks for what should be routed by, and takes it. Never rejects: what goes wrong is what the
   * service falls back for, and `state` tells it. A second call waits for the first.
   */
  refresh(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** For where no timer runs between two requests: looks again when a poll has passed. */
  async refreshIfDue(): Promise<void> {
    const { champion } = this.#settings;
    const sinceMs = this.#nowMs() - (this.#lookedAtMs ?? Number.NEGATIVE_INFINITY);
    if (sinceMs >= (champion?.pollMs ?? Number.POSITIVE_INFINITY)) await this.refresh();
  }

  /** For people and health checks. */
  state() {
    const { modelHash, problem, confirmedAtMs } = this.#inUse;
    const fallback = this.#fallbackOf(this.#inUse, this.#nowMs());
    return {
      model: fallback === undefined ? (modelHash ?? bestStatic) : bestStatic,
      ...(fallback === undefined ? {} : { fallback }),
      ...(problem === undefined ? {} : { problem }),
      confirmedAt: new Date(confirmedAtMs).toISOString(),
      fallbacks: { ...this.#fallbacks },
    };
  }

  /** A model that is pinned stays what it is; a champion can change behind a broken store. */
  #fallbackOf(inUse: InUse, atMs: number): FallbackReason | undefined {
    const { champion } = this.#settings;
    if (inUse.modelHash === undefined || champion === undefined) return inUse.fallback;
    return atMs - inUse.confirmedAtMs > champion.staleAfterMs ? 'stale' : inUse.fallback;
  }

  async #look(): Promise<void> {
    this.#lookedAtMs = this.#nowMs();
    let wanted: WantedRouter;
    let text: string | undefined;
    try {
      wanted = await this.#source.find();
      if (this.#isInUse(wanted)) {
        this.#confirm();
        return;
      }
      if (wanted.kind === 'model') text = await wanted.read();
    } catch (error) {
      this.#fail('missing', error);
      return;
    }
    try {
      this.#take(wanted, text);
    } catch (error) {
      this.#fail('unfit', error);
    }
  }

  #isInUse(wanted: WantedRouter): boolean {
    const { fallback, modelHash, capacity } = this.#inUse;
    if (wanted.kind === 'missing' || fallback !== undefined) return false;
    const hash = wanted.kind === 'model' ? wanted.hash : undefined;
    return hash === modelHash && isDeepStrictEqual(wanted.capacity, capacity);
  }

  #confirm(): void {
    const { problem: _, ...inUse } = this.#inUse;
    this.#inUse = { ...inUse, confirmedAtMs: this.#nowMs() };
  }

  #take(wanted: WantedRouter, text: string | undefined): void {
    if (wanted.kind === 'missing') {
      this.#fail('missing', wanted.why);
      return;
    }
    const { capacity } = wanted;
    const table = createRouter(staticRules(this.#settings, capacity));
    const common = { table, capacity, confirmedAtMs: this.#nowMs() };
    if (wanted.kind === 'best-static') {
      this.#inUse = { ...common, router: table };
    } else if (text === undefined) {
      this.#fail('missing', `Model ${wanted.hash} does not exist.`);
    } else {
      const { hash } = wanted;
      const router = fittedRouter({ settings: this.#settings, capacity, hash, text });
      this.#inUse = { ...common, router, modelHash: hash };
    }
  }

  /** What is in use stays in use, until it is stale. */
  #fail(reason: FallbackReason, cause: unknown): void {
    const problem = cause instanceof Error ? cause.message : String(cause);
    const inUse = this.#inUse;
    const fallback = inUse.fallback === undefined ? {} : { fallback: reason };
    this.#inUse = { ...inUse, ...fallback, problem };
  }
}

/** What the service says instead of a model's hash. */
export const bestStatic = 'best-static';

function epochMs(): number {
  return performance.timeOrigin + performance.now();
}
