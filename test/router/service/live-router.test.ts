import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { featureNames } from '../../../src/domain/models/feature.ts';
import { keysOf } from '../../../src/domain/names.ts';
import { LiveRouter } from '../../../src/router/service/live-router.ts';
import { type ModelSource, modelSource } from '../../../src/router/service/model-source.ts';
import { FsObjectStore } from '../../../src/stores/fs-object-store.ts';
import {
  aChampion,
  aSettings,
  aStoredModel,
  pinnedSource,
  type StoredModel,
  storedText,
} from './rig.ts';

const keys = keysOf('demo');
const champion = { store: '', campaign: 'demo', pollMs: 1_000, staleAfterMs: 60_000 };

/** What a request for `heavy` hears: by which model, and why not. */
function heard(live: LiveRouter) {
  const routed = live.route('heavy', 10);
  routed?.end();
  const { platform, modelHash, fallback } = routed ?? {};
  return { platform, modelHash, fallback };
}

describe('a router that follows the champion', () => {
  let folder = '';
  let objects: FsObjectStore;
  let nowMs = 0;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crossover-router-'));
    objects = new FsObjectStore(folder);
    nowMs = Date.UTC(2026, 10, 2);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const follow = (source?: ModelSource): LiveRouter => {
    const settings = aSettings('http://127.0.0.1:9', { champion });
    return new LiveRouter({
      settings,
      source: source ?? modelSource(settings, () => objects),
      nowMs: () => nowMs,
    });
  };
  const store = (model: StoredModel) => objects.put(keys.model(model.hash), model.text);
  const enthrone = async (model?: StoredModel) => {
    if (model !== undefined) await store(model);
    await objects.put(keys.champion, JSON.stringify(aChampion(model)));
  };

  test('routes by its model, and by the next one when that has taken over', async () => {
    const first = aStoredModel();
    const second = aStoredModel({ threshold: 0.2 });
    await enthrone(first);
    const live = follow();
    await live.refresh();
    expect(heard(live)).toEqual({ platform: 'ecs', modelHash: first.hash });

    await enthrone(second);
    await live.refresh();
    expect(heard(live)).toEqual({ platform: 'lambda', modelHash: second.hash });
  });

  test('routes by its table when the champion is best-static: that is no fallback', async () => {
    await enthrone();
    const live = follow();
    await live.refresh();
    expect(heard(live)).toEqual({ platform: 'ecs' });
    expect(live.state()).toMatchObject({ model: 'best-static', fallbacks: { missing: 0 } });
    expect(live.state()).not.toHaveProperty('fallback');
  });

  test('sends a workload to Lambda that the champion gives no Fargate service', async () => {
    const model = aStoredModel();
    await store(model);
    await objects.put(
      keys.champion,
      JSON.stringify({ ...aChampion(model), withCapacity: [], table: { heavy: 'lambda' } }),
    );
    const live = follow();
    await live.refresh();
    expect(heard(live)).toEqual({ platform: 'lambda' });
  });

  test('falls back to best-static while there is no champion, and counts it', async () => {
    const live = follow();
    await live.refresh();
    expect(heard(live)).toEqual({ platform: 'ecs', fallback: 'missing' });
    expect(live.state()).toMatchObject({
      model: 'best-static',
      fallback: 'missing',
      problem: expect.stringContaining('champion.json does not exist'),
      fallbacks: { missing: 1, unfit: 0, stale: 0 },
    });

    await enthrone(aStoredModel());
    await live.refresh();
    expect(heard(live)).toMatchObject({ modelHash: aStoredModel().hash });
    expect(live.state()).not.toHaveProperty('problem');
  });

  test('falls back when the model of the champion is not in the store', async () => {
    await objects.put(keys.champion, JSON.stringify(aChampion(aStoredModel())));
    const live = follow();
    await live.refresh();
    expect(heard(live)).toMatchObject({ platform: 'ecs', fallback: 'missing' });
    expect(live.state().problem).toContain('does not exist');
  });

  test('keeps its model when the next one cannot be used, until it is stale', async () => {
    const first = aStoredModel();
    await enthrone(first);
    const live = follow();
    await live.refresh();
    await enthrone(storedText('{"schema":"crossover-model/1"}'));

    nowMs += champion.staleAfterMs;
    await live.refresh();
    expect(heard(live)).toMatchObject({ modelHash: first.hash });
    expect(live.state().problem).toContain('schema');
    nowMs += 1;
    expect(heard(live)).toEqual({ platform: 'ecs', fallback: 'stale' });
    expect(live.state()).toMatchObject({ model: 'best-static', fallbacks: { stale: 1 } });

    await enthrone(first);
    await live.refresh();
    expect(heard(live)).toMatchObject({ modelHash: first.hash });
  });

  test('is stale when the store cannot be asked for too long, and well again afterwards', async () => {
    await enthrone(aStoredModel());
    const settings = aSettings('http://127.0.0.1:9', { champion });
    const source = modelSource(settings, () => objects);
    const faults: Error[] = [];
    const live = follow({
      find: async () => {
        for (const fault of faults) throw fault;
        return await source.find();
      },
    });
    await live.refresh();
    faults.push(new Error('The store is away.'));
    nowMs += champion.staleAfterMs + 1;
    await live.refresh();
    expect(heard(live)).toMatchObject({ fallback: 'stale' });
    expect(live.state().problem).toBe('The store is away.');
    faults.pop();
    await live.refresh();
    expect(heard(live)).not.toHaveProperty('fallback', 'stale');
  });

  test('looks again between two requests only when a poll has passed', async () => {
    await enthrone(aStoredModel());
    const live = follow();
    await live.refreshIfDue();
    const second = aStoredModel({ threshold: 0.2 });
    await enthrone(second);
    nowMs += champion.pollMs - 1;
    await live.refreshIfDue();
    expect(heard(live).modelHash).not.toBe(second.hash);
    nowMs += 1;
    await live.refreshIfDue();
    expect(heard(live).modelHash).toBe(second.hash);
  });
});

describe('a model that does not fit', () => {
  const unfit: Readonly<Record<string, StoredModel>> = {
    'another schema': storedText(JSON.stringify({ schema: 'crossover-model/1' })),
    'no JSON': storedText('not JSON'),
    'other features': aStoredModel({
      features: featureNames(['light', 'heavy']).toReversed(),
    }),
    'other workloads': aStoredModel({ workloads: ['light'], features: featureNames(['light']) }),
    'another content than its hash says': { ...aStoredModel(), hash: 'f'.repeat(64) },
  };

  test.each(Object.entries(unfit))('because of %s is not asked', async (_, model) => {
    const settings = aSettings('http://127.0.0.1:9');
    const live = new LiveRouter({ settings, source: pinnedSource(model) });
    await live.refresh();
    expect(heard(live)).toEqual({ platform: 'ecs', fallback: 'unfit' });
    expect(live.state().problem).toBeTruthy();
  });
});

test('a pinned model does not grow stale', async () => {
  let nowMs = 0;
  const settings = aSettings('http://127.0.0.1:9');
  const source = pinnedSource(aStoredModel());
  const live = new LiveRouter({ settings, source, nowMs: () => nowMs });
  await live.refresh();
  nowMs = 365 * 86_400_000;
  expect(heard(live)).toMatchObject({ modelHash: aStoredModel().hash });
});
