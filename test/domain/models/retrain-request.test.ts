import { expect, test } from 'vitest';
import { type CampaignProgress, noProgress } from '../../../src/domain/campaign.ts';
import { isNothingNew, whyNotRetrainable } from '../../../src/domain/models/retrain-request.ts';
import { aPlan } from '../../support/a-plan.ts';

const retraining = { championKind: 'best-static', championReason: '', findings: [] } as const;

test.each<[string, Partial<CampaignProgress>, RegExp | undefined]>([
  ['while slots are collected', {}, undefined],
  ['while it is paused', { phase: 'paused' }, undefined],
  ['while another retraining is at work', { phase: 'retraining' }, undefined],
  ['while it is evaluated', { phase: 'evaluating' }, /router that is tested must not change/],
  ['while it is reported', { phase: 'reporting' }, /is reporting/],
  ['after its end', { phase: 'ended' }, /is ended/],
  ['after its last slot', { phase: 'retraining', nextSlot: 5 }, /All slots are over/],
  ['while it is being stopped', { stopReason: 'enough' }, /being stopped/],
  ['twice', { retrainRequest: { by: 'me' } }, /already, by me/],
])('a retraining asked for %s', (_when, changes, refused) => {
  const why = whyNotRetrainable({ ...noProgress, ...changes }, aPlan());
  if (refused === undefined) expect(why).toBeUndefined();
  else expect(why).toMatch(refused);
});

test('slots that are missed since the last retraining are nothing new', () => {
  const slot = (number: number, status: 'complete' | 'degraded') =>
    ({ slot: number, status }) as CampaignProgress['outcomes'][number];
  const seen = { fingerprint: 'f', slots: [1], rows: 2, pairs: 1 };
  const progress = (outcomes: CampaignProgress['outcomes']): CampaignProgress => ({
    ...noProgress,
    outcomes,
    retraining: { ...retraining, slotsSeen: 1, dataset: seen },
  });
  expect(isNothingNew(progress([slot(1, 'complete')]), 1)).toBe(true);
  const missed = { slot: 2, status: 'missed', reason: 'late' } as const;
  expect(isNothingNew(progress([slot(1, 'complete'), missed]), 2)).toBe(true);
  expect(isNothingNew(progress([slot(1, 'complete'), slot(2, 'degraded')]), 2)).toBe(true);
  expect(isNothingNew(progress([slot(1, 'complete'), slot(2, 'complete')]), 2)).toBe(false);
  expect(isNothingNew(noProgress, 0)).toBe(false);
});
