import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SegmentWriter } from '../../../../src/load/artillery/engine/segment-writer.ts';

describe('segments', () => {
  let folder: string;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    folder = await mkdtemp(path.join(os.tmpdir(), 'crossover-segments-'));
  });
  afterEach(async () => {
    vi.useRealTimers();
    await rm(folder, { recursive: true });
  });

  const sent = (requestId: string) =>
    ({ kind: 'sent', requestId, target: 'ecs', attempt: 1, sentAtMs: 1 }) as const;
  const idsIn = async (name: string) =>
    (await readFile(path.join(folder, name), 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).requestId);

  test('are on disk as soon as a record is written', async () => {
    new SegmentWriter(folder, 1).write(sent('a'));
    expect(await idsIn('001.ndjson.open')).toEqual(['a']);
  });

  test('are closed after 30 s, and the next record opens another', async () => {
    const writer = new SegmentWriter(folder, 4);
    writer.write(sent('a'));
    vi.advanceTimersByTime(29_000);
    writer.write(sent('b'));
    vi.advanceTimersByTime(1_000);
    expect(await readdir(folder)).toEqual(['004.ndjson']);
    vi.advanceTimersByTime(60_000);
    writer.write(sent('c'));
    expect(await idsIn('004.ndjson')).toEqual(['a', 'b']);
    expect(await idsIn('005.ndjson.open')).toEqual(['c']);
  });

  test('are never written by two engines', async () => {
    await writeFile(path.join(folder, '001.ndjson.open'), '');
    expect(() => new SegmentWriter(folder, 1).write(sent('a'))).toThrow('EEXIST');
  });
});
