import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SegmentTail } from '../../../src/load/artillery/segment-tail.ts';

describe('the progress of a run', () => {
  let folder: string;
  const file = (name: string) => path.join(folder, name);

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'crossover-tail-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const sent = `${JSON.stringify({ kind: 'sent' })}\n`;
  const outcome = (lagMs: number, changes: object = {}) =>
    `${JSON.stringify({
      kind: 'outcome',
      outcome: 'answered',
      isGood: true,
      plannedAtMs: 1_000,
      sentAtMs: 1_000 + lagMs,
      ...changes,
    })}\n`;

  test('is read from open and closed segments, each line once', async () => {
    const tail = new SegmentTail(folder, 1);
    await writeFile(file('001.ndjson.open'), sent + sent + outcome(1));
    expect(await tail.read()).toMatchObject({ sent: 2, answered: 1, closedSegments: 0 });

    await appendFile(file('001.ndjson.open'), outcome(2));
    await rename(file('001.ndjson.open'), file('001.ndjson'));
    await writeFile(file('002.ndjson.open'), sent);
    expect(await tail.read()).toMatchObject({ sent: 3, answered: 2, closedSegments: 1 });
    expect(tail.outcomes).toBe(2);
  });

  test('waits for the rest of a line that is being written', async () => {
    const tail = new SegmentTail(folder, 1);
    const line = outcome(1);
    await writeFile(file('001.ndjson.open'), line.slice(0, 20));
    expect(await tail.read()).toMatchObject({ answered: 0 });
    await appendFile(file('001.ndjson.open'), line.slice(20));
    expect(await tail.read()).toMatchObject({ answered: 1 });
  });

  test('counts everything that is no good answer as an error', async () => {
    const failed = { outcome: 'failed', isGood: false };
    const refused = { isGood: false, statusCode: 429 };
    await writeFile(file('001.ndjson'), outcome(1) + outcome(1, failed) + outcome(1, refused));
    const progress = await new SegmentTail(folder, 1).read();
    expect(progress).toMatchObject({ answered: 2, errors: 2 });
  });

  test('leaves out the segments of earlier attempts', async () => {
    await writeFile(file('001.ndjson'), outcome(1));
    await writeFile(file('002.ndjson'), outcome(1));
    const progress = await new SegmentTail(folder, 2).read();
    expect(progress).toMatchObject({ answered: 1, closedSegments: 2 });
  });

  test('shows the send lag that one request in a hundred exceeds', async () => {
    const lines = Array.from({ length: 200 }, (_, index) => outcome(200 - index));
    await writeFile(file('001.ndjson'), lines.join(''));
    expect(await new SegmentTail(folder, 1).read()).toMatchObject({ lagMsP99: 198 });
  });
});
