import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../../src/router/service/settings.ts';
import { aSettings } from './rig.ts';

const heavy = {
  estimatedExecutionMs: 200,
  estimatedMemoryMb: 512,
  bestStatic: 'ecs',
  endpoints: { lambda: 'https://api.example.org/heavy/', ecs: 'http://balancer/heavy' },
};
const parse = (settings: object) => parseSettings(JSON.stringify(settings));

describe('the settings of a router', () => {
  test('have defaults: UTC, 29 s, and every platform with an endpoint', () => {
    expect(parse({ workloads: { heavy } })).toEqual({
      timezone: 'UTC',
      timeoutMs: 29_000,
      workloads: {
        heavy: {
          ...heavy,
          platforms: ['lambda', 'ecs'],
          endpoints: { lambda: 'https://api.example.org/heavy', ecs: 'http://balancer/heavy' },
        },
      },
    });
    const champion = { store: '/var/crossover', campaign: 'week' };
    expect(parse({ workloads: { heavy }, champion }).champion).toEqual({
      ...champion,
      pollMs: 10_000,
      staleAfterMs: 3_600_000,
    });
  });

  test('survive being written and read again', () => {
    const settings = aSettings('http://127.0.0.1:9');
    expect(parse(settings)).toEqual(settings);
  });

  test('are refused with everything that is wrong at once', () => {
    const wrong = {
      timezone: 'Mars/Olympus',
      timeoutMs: -1,
      workloads: {
        heavy: { ...heavy, estimatedMemoryMb: '512', platforms: ['moon'] },
        light: { ...heavy, endpoints: { lambda: 'ftp://somewhere' } },
        health: heavy,
      },
      model: { path: '/m.json', hash: 'abc' },
      champion: { store: '/var/crossover', campaign: '' },
    };
    for (const problem of [
      'settings.timezone is "Mars/Olympus"',
      'settings.timeoutMs is -1; it should be a number above 0',
      'settings.workloads.heavy.estimatedMemoryMb is "512"',
      'settings.workloads.heavy.platforms is ["moon"]',
      'settings.workloads.light.endpoints.lambda is "ftp://somewhere"',
      'settings.workloads.light may go to ecs, but endpoints has no "ecs"',
      'a workload cannot have the path /health',
      'settings.champion.campaign is ""',
      'settings has a model and a champion',
    ]) {
      expect(() => parse(wrong)).toThrow(problem);
    }
    expect(() => parse({})).toThrow('settings.workloads is missing');
    expect(() => parseSettings('{')).toThrow('not JSON');
  });
});
