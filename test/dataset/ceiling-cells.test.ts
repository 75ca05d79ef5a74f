import { expect, test } from 'vitest';
import { majorityAccuracy } from '../../src/dataset/cells.ts';
import { ceilingOf } from '../../src/dataset/description/detectors.ts';
import { randomFor } from '../../src/domain/statistics/random.ts';
import { madeRows } from './made-rows.ts';

const random = randomFor(4, 'cells');
const rows = madeRows(1200, (row) => {
  const payload = Math.floor(random() * 1000);
  return {
    workload: row % 2,
    slot: 1 + Math.floor(row / 200),
    label: random() < (payload < 500 ? 0.8 : 0.2) ? 1 : 0,
    features: { payload_bytes: payload, recent_rate_ecs_per_s: random() },
  };
});

test('the cells of the ceiling are those whose majority reaches it', async () => {
  const { bracket, cells } = await ceilingOf(rows);
  expect(majorityAccuracy(rows, cells, 30)).toEqual(bracket);
});

test('a cell of the ceiling lies within one workload', async () => {
  const { cells } = await ceilingOf(rows);
  const workloadsOfCell = Map.groupBy(Array.from(cells).entries(), ([, cell]) => cell);
  expect(workloadsOfCell.size).toBeGreaterThan(2);
  for (const entries of workloadsOfCell.values()) {
    expect(new Set(entries.map(([row]) => rows.workload[row])).size).toBe(1);
  }
});
