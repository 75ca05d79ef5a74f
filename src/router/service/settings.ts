import { localClock } from '../../domain/models/feature.ts';
import { type Platform, platforms } from '../../domain/platform.ts';
import type { StaticFeatures } from '../router.ts';

/** Everything that a router service is told: what it routes, where to, and by which model. */
export interface RouterSettings {
  /** The clock of the calendar features (METHOD 4.3). */
  readonly timezone: string;
  /** For a whole exchange: receiving the request, the platform's answer, passing it on. */
  readonly timeoutMs: number;
  readonly workloads: Readonly<Record<string, RoutedWorkload>>;
  /** One model for ever; without it and without a champion the service is best-static. */
  readonly model?: PinnedModel;
  readonly champion?: FollowedChampion;
}

export interface RoutedWorkload extends StaticFeatures {
  /** Where requests go when no model can be asked. */
  readonly bestStatic: Platform;
  /** Platforms that the router may use; a champion that is followed has its own opinion. */
  readonly platforms: readonly Platform[];
  /** Where each platform serves the workload; what follows `/<workload>` is appended. */
  readonly endpoints: Readonly<Partial<Record<Platform, string>>>;
}

export interface PinnedModel {
  readonly path: string;
  /** sha256 of the file's bytes: another content is refused. */
  readonly hash: string;
}

export interface FollowedChampion {
  /** Folder of the object store that the campaign wrote. */
  readonly store: string;
  readonly campaign: string;
  readonly pollMs: number;
  /** A model that no poll has confirmed as the champion's for so long is not asked any more. */
  readonly staleAfterMs: number;
}

/** Paths that the service answers itself. */
export const ownPaths = ['health', 'openapi.json'] as const;

const defaults = {
  timezone: 'UTC',
  /** What an HTTP API allows its integrations at most (METHOD 1.7). */
  timeoutMs: 29_000,
  pollMs: 10_000,
  /** Longer than a store that is restarted is away, shorter than a night's retraining is old. */
  staleAfterMs: 3_600_000,
};

/** Settings from their JSON. Throws one error with everything that is wrong with them. */
export function parseSettings(text: string): RouterSettings {
  const problems: string[] = [];
  const root = new Fields(jsonOf(text), 'settings', problems);
  const settings: RouterSettings = {
    timezone: timezoneIn(root, problems),
    timeoutMs: root.positive('timeoutMs', defaults.timeoutMs),
    workloads: Object.fromEntries(
      root.entries('workloads').map(([name, fields]) => [name, workloadIn(name, fields, problems)]),
    ),
    ...(root.has('model') ? { model: modelIn(root.object('model')) } : {}),
    ...(root.has('champion') ? { champion: championIn(root.object('champion')) } : {}),
  };
  if (Object.keys(settings.workloads).length === 0) {
    problems.push('settings.workloads is empty; it should have at least one workload.');
  }
  if (settings.model !== undefined && settings.champion !== undefined) {
    problems.push('settings has a model and a champion; give one of them.');
  }
  if (problems.length === 0) return settings;
  const lines = problems.map((problem) => `  ${problem}`).join('\n');
  throw new Error(`The router's settings have ${problems.length} problem(s):\n${lines}`);
}

function workloadIn(name: string, fields: Fields, problems: string[]): RoutedWorkload {
  const urls = fields.object('endpoints');
  const endpoints = Object.fromEntries(
    platforms.filter((platform) => urls.has(platform)).map((p) => [p, urls.url(p)]),
  );
  const served = platforms.filter((platform) => platform in endpoints);
  const workload = {
    estimatedExecutionMs: fields.positive('estimatedExecutionMs'),
    estimatedMemoryMb: fields.positive('estimatedMemoryMb'),
    bestStatic: fields.platform('bestStatic', fields.text('bestStatic')),
    platforms: fields.has('platforms') ? fields.platforms('platforms') : served,
    endpoints,
  };
  for (const platform of new Set([workload.bestStatic, ...workload.platforms])) {
    if (platform in endpoints) continue;
    problems.push(`${fields.path} may go to ${platform}, but endpoints has no "${platform}".`);
  }
  if (ownPaths.some((path) => path === name) || !/^[\w.-]+$/.test(name)) {
    problems.push(`${fields.path}: a workload cannot have the path /${name}. Rename it.`);
  }
  return workload;
}

function modelIn(fields: Fields): PinnedModel {
  return { path: fields.text('path'), hash: fields.text('hash') };
}

function championIn(fields: Fields): FollowedChampion {
  return {
    store: fields.text('store'),
    campaign: fields.text('campaign'),
    pollMs: fields.positive('pollMs', defaults.pollMs),
    staleAfterMs: fields.positive('staleAfterMs', defaults.staleAfterMs),
  };
}

function timezoneIn(fields: Fields, problems: string[]): string {
  const timezone = fields.has('timezone') ? fields.text('timezone') : defaults.timezone;
  try {
    localClock(0, timezone);
  } catch {
    problems.push(`settings.timezone is "${timezone}"; it should be one like Europe/Berlin.`);
  }
  return timezone;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`The router's settings are not JSON: ${String(cause)}`, { cause });
  }
}

/** Reads fields one by one; what is wrong becomes a problem, and reading goes on. */
class Fields {
  readonly path: string;
  readonly #problems: string[];
  readonly #fields: ReadonlyMap<string, unknown>;

  constructor(value: unknown, path: string, problems: string[]) {
    this.path = path;
    this.#problems = problems;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject) problems.push(`${path} is ${shown(value)}; it should be an object.`);
    this.#fields = new Map(isObject ? Object.entries(value) : []);
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  object(name: string): Fields {
    return new Fields(this.#fields.get(name), `${this.path}.${name}`, this.#problems);
  }

  entries(name: string): readonly (readonly [string, Fields])[] {
    const inner = this.object(name);
    return [...inner.#fields.keys()].map((key) => [key, inner.object(key)] as const);
  }

  text(name: string): string {
    const value = this.#fields.get(name);
    if (typeof value === 'string' && value !== '') return value;
    this.#wrong(name, 'a text');
    return '';
  }

  positive(name: string, whenAbsent?: number): number {
    const value = this.#fields.get(name) ?? whenAbsent;
    if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
    this.#wrong(name, 'a number above 0');
    return 1;
  }

  platform(name: string, value: unknown): Platform {
    const platform = platforms.find((candidate) => candidate === value);
    if (platform === undefined) this.#wrong(name, platforms.join(' or '));
    return platform ?? 'lambda';
  }

  platforms(name: string): readonly Platform[] {
    const value = this.#fields.get(name);
    if (Array.isArray(value) && value.length > 0) {
      return value.map((one: unknown) => this.platform(name, one));
    }
    this.#wrong(name, `a list of ${platforms.join(', ')}`);
    return ['lambda'];
  }

  url(name: string): string {
    const parsed = URL.parse(this.text(name));
    const isWeb = parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.search === '';
    if (isWeb) return parsed.href.replace(/\/$/, '');
    this.#wrong(name, 'a URL that begins with http:// or https:// and has no query');
    return 'http://127.0.0.1';
  }

  #wrong(name: string, wanted: string): void {
    const value = shown(this.#fields.get(name));
    this.#problems.push(`${this.path}.${name} is ${value}; it should be ${wanted}.`);
  }
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60);
}
