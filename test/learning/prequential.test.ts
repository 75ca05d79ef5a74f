import { describe, expect, test } from 'vitest';
import type { ModelArtifact } from '../../src/domain/models/model.ts';
import type { LabelledRows } from '../../src/domain/models/training.ts';
import { judgeOnSlots, type RouterToBeat } from '../../src/learning/prequential.ts';
import { rowsToFit } from '../../src/learning/slot-split.ts';
import { trainAndJudge } from '../../src/learning/train.ts';
import { labelledRows, pairsByPayload } from './builders.ts';
import { aStumpFamily } from './stump-family.ts';

const rows = labelledRows(pairsByPayload(6));
const table = { light: 'lambda', heavy: 'ecs' } as const;

async function modelOf(slots: readonly number[], cut = 500): Promise<ModelArtifact> {
  const part = rowsToFit(rows, slots);
  const { artifact } = await trainAndJudge({
    rows: part,
    cells: part.workload,
    datasetFingerprint: 'f00',
    family: aStumpFamily(),
    params: { cut },
    seed: 1,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ceiling: [0.9, 1],
    table,
    judge: 'later',
  });
  return artifact;
}

const judge = (
  model: ModelArtifact,
  changes: { rival?: RouterToBeat; slots?: readonly number[]; rows?: LabelledRows } = {},
) => judgeOnSlots({ model, rival: { kind: 'table' }, rows, slots: [4, 5, 6], table, ...changes });

describe('judging on the slots in between', () => {
  test('a router that knows the better platform beats the table in every slot', async () => {
    const judged = await judge(await modelOf([1, 2, 3]));
    expect(judged.slots).toEqual([4, 5, 6]);
    expect(judged.vPair).toBeCloseTo(1, 12);
    expect(judged.vPairRival).toBeCloseTo(1.5, 0);
    expect(Math.max(...judged.differences)).toBeLessThan(-0.2);
    const mean = judged.differences.reduce((sum, one) => sum + one, 0) / 3;
    expect(mean).toBeCloseTo((judged.vPair ?? 0) - (judged.vPairRival ?? 0), 1);
  });

  test('against itself a model is neither better nor worse', async () => {
    const model = await modelOf([1, 2, 3]);
    const judged = await judge(model, { rival: { kind: 'model', model } });
    expect(judged.differences).toEqual([0, 0, 0]);
  });

  test('a worse model loses to a better one', async () => {
    const [worse, better] = [await modelOf([1, 2, 3], 900), await modelOf([1, 2], 500)];
    const judged = await judge(worse, { rival: { kind: 'model', model: better } });
    expect(Math.min(...judged.differences)).toBeGreaterThan(0.2);
  });

  test('slots without a pair outside their ladder are left out', async () => {
    const pairs = pairsByPayload(6).map((pair) => ({ ...pair, isLadder: pair.slot === 5 }));
    const model = await modelOf([1, 2, 3]);
    const judged = await judge(model, { rows: labelledRows(pairs), slots: [4, 5, 6, 7] });
    expect(judged.slots).toEqual([4, 6]);
    expect(judged.differences).toHaveLength(2);
    expect(await judge(model, { slots: [9] })).toEqual({ slots: [], differences: [] });
  });

  test('a slot that one of the two was fitted on is refused', async () => {
    const [model, rival] = [await modelOf([1, 2]), await modelOf([1, 2, 3])];
    await expect(judge(model, { slots: [2, 3] })).rejects.toThrow(/fitted on slots 2 and cannot/);
    const judging = judge(model, { slots: [3, 4], rival: { kind: 'model', model: rival } });
    await expect(judging).rejects.toMatchObject({ kind: 'ModelMismatch' });
  });

  test('a model of other features is refused by name', async () => {
    const model = { ...(await modelOf([1, 2])), features: ['payload_bytes', 'moon'] };
    await expect(judge(model)).rejects.toThrow(/takes the features payload_bytes, moon/);
  });
});
