import { expect, test } from 'vitest';
import type { ListedCampaign } from '../../src/cli/campaign-list.ts';
import { listCampaigns, listLines } from '../../src/cli/list.ts';
import { aCli, storeCampaign } from './a-cli.ts';

const shown = { hasServer: true, storeFolder: '/store' };

test('the campaigns of the store, the latest first, with outcome, slots, testbed and end', async () => {
  const { services, objects, lines, json } = await aCli();
  await storeCampaign(objects, 'older', {
    outcome: 'stopped',
    runs: { 'slot-001': '2026-11-01T10:00:00Z', 'slot-010': '2026-11-01T11:00:00Z' },
  });
  await storeCampaign(objects, 'newer', {
    outcome: 'completed',
    plan: { testbed: 'simulated' },
    runs: {
      'slot-001': '2026-11-02T10:00:00Z',
      'block-01': '2026-11-02T11:00:00Z',
      'block-02': '2026-11-02T12:30:00Z',
    },
  });
  await storeCampaign(objects, 'cut-off', { runs: { 'slot-001': '2026-10-31T10:00:00Z' } });

  expect(await listCampaigns(services)).toBe(0);
  expect(lines.slice(0, 4)).toEqual([
    'campaign  outcome     slots  testbed    when (UTC)',
    'newer     completed   3/4    simulated  2026-11-02 12:30',
    'older     stopped     3/4    local      2026-11-01 11:00',
    'cut-off   unfinished  -/4    local      2026-10-31 10:00',
  ]);
  const text = lines.slice(4).join(' ');
  expect(text).toContain('No Temporal server answers here');
  expect(text).toContain('"crossover report ID"');
  expect(json).toMatchObject([
    { hasServer: false, campaigns: [{ campaignId: 'newer', slotsDone: 3 }, {}, {}] },
  ]);
});

test('an empty store says so', async () => {
  const { services, lines, json } = await aCli();
  expect(await listCampaigns(services)).toBe(0);
  expect(lines.join(' ')).toContain('No campaign is in the store');
  expect(json).toEqual([{ campaigns: [], hasServer: false }]);
});

test('ids are never cut, and lines have at most 80 columns', () => {
  const long: ListedCampaign = {
    campaignId: 'a'.repeat(40),
    outcome: 'completed',
    testbed: 'simulated',
    slots: 168,
    slotsDone: 168,
    endedAt: '2026-11-02T12:30:00.000Z',
    isInStore: true,
  };
  const lines = listLines([long, { ...long, campaignId: 'short', outcome: 'unfinished' }], shown);
  expect(lines).toContain(long.campaignId);
  expect(lines).toContain('short');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

test('a running campaign shows its phase and since when, also when its store is elsewhere', () => {
  const [, row, ...notes] = listLines(
    [
      {
        campaignId: 'far',
        outcome: 'running',
        phase: 'collecting',
        testbed: 'local',
        slotsDone: 3,
        startedAt: '2026-11-02T12:30:00.000Z',
        isInStore: false,
      },
    ],
    shown,
  );
  expect(row).toBe('far       collecting  3/-    local    since 2026-11-02 12:30');
  expect(notes.join(' ')).toContain('in another store');
});
