import { afterEach, beforeEach } from 'vitest';
import type { ModelSource } from '../../../src/router/service/model-source.ts';
import type { RouterSettings } from '../../../src/router/service/settings.ts';
import {
  type MisbehavingServer,
  startMisbehavingServer,
} from '../../support/misbehaving-server.ts';
import { aSettings, heavyAt, type RunningRouter, startRouter } from './rig.ts';

/** Routers in front of platforms that misbehave on request, new ones for every test. */
export interface Routers {
  readonly platforms: MisbehavingServer;
  start(changes?: Partial<RouterSettings>, source?: ModelSource): Promise<RunningRouter>;
  /** Its platforms of `heavy` do what the path says. */
  startTo(path: string, changes?: Partial<RouterSettings>): Promise<RunningRouter>;
  /** Its platforms of `heavy` are elsewhere. */
  startAt(url: string, changes?: Partial<RouterSettings>): Promise<RunningRouter>;
}

/** To be called where tests are declared; what was started is gone after each of them. */
export function routersPerTest(): Routers {
  let platforms: MisbehavingServer;
  const running: RunningRouter[] = [];

  beforeEach(async () => {
    platforms = await startMisbehavingServer();
  });
  afterEach(async () => {
    for (const router of running.splice(0)) await router[Symbol.asyncDispose]();
    await platforms[Symbol.asyncDispose]();
  });

  const started = async (settings: RouterSettings, source?: ModelSource) => {
    const router = await startRouter(settings, source);
    running.push(router);
    return router;
  };
  const startAt: Routers['startAt'] = (url, changes) =>
    started(heavyAt(aSettings(platforms.url, changes), url));
  return {
    get platforms() {
      return platforms;
    },
    start: (changes, source) => started(aSettings(platforms.url, changes), source),
    startTo: (path, changes) => startAt(`${platforms.url}/${path}`, changes),
    startAt,
  };
}
