import { describe, expect, test } from 'vitest';
import { type CampaignView, remainingMs, viewLines } from '../../src/cli/watch/campaign-view.ts';
import { noProgress } from '../../src/domain/campaign.ts';
import { aPlan } from '../support/a-plan.ts';

const nowMs = Date.parse('2026-01-05T02:30:00Z');
const progress = { ...noProgress, startsAtMs: Date.parse('2026-01-05T00:00:00Z'), nextSlot: 3 };

function aView(changes: Partial<CampaignView> = {}): CampaignView {
  return {
    campaignId: 'test',
    plan: aPlan(),
    progress,
    startedAtMs: nowMs - 61_000,
    nowMs,
    webUi: 'http://127.0.0.1:8233/namespaces/default/workflows?query=CampaignId%3D%22test%22',
    ...changes,
  };
}

describe('the live view', () => {
  test('says phase, slot, time and where the Web UI is, in 80 columns', () => {
    const load = { sent: 812, answered: 800, errors: 3, lagMsP99: 2.34, closedSegments: 1 };
    const lines = viewLines(aView({ load }));
    expect(lines[0]).toBe('test · collecting, slot 3 of 4 · 1:01 elapsed');
    expect(lines).toContain('  load run: 812 sent, 3 errors, send lag p99 2.3 ms');
    expect(lines).toContain('  Web UI: http://127.0.0.1:8233');
    expect(lines.every((line) => line.length <= 80)).toBe(true);
  });

  test('says in words that no worker is polling', () => {
    expect(viewLines(aView({ progress: undefined }))[0]).toContain('no worker is polling');
  });

  test('tells a pause between slots and between blocks', () => {
    const paused = { ...progress, phase: 'paused' as const };
    expect(viewLines(aView({ progress: paused }))[0]).toContain('paused before slot 3 of 4');
    const evaluating = { ...progress, phase: 'evaluating' as const };
    const held = aView({ progress: evaluating, evaluation: { block: 2, blocks: 9, isHeld: true } });
    expect(viewLines(held)[0]).toContain('paused before block 2 of 9');
  });

  test('names no block behind the last while the arms are scored', () => {
    const evaluating = { ...progress, phase: 'evaluating' as const };
    const scored = aView({
      progress: evaluating,
      evaluation: { block: 10, blocks: 9, isHeld: false },
    });
    expect(viewLines(scored)[0]).toContain('block 9 of 9');
  });

  test('counts on to the most that there may be while it is undecided', () => {
    const evaluating = { ...progress, phase: 'evaluating' as const };
    const plan = aPlan({ evaluation: { blocks: 9, extendTo: 12 } });
    const at = (block: number) => {
      const evaluation = { block, blocks: 9, atMost: 12, isHeld: false };
      return aView({ plan, progress: evaluating, evaluation });
    };
    expect(viewLines(at(9))[0]).toContain('block 9 of 9');
    expect(viewLines(at(11))[0]).toContain('block 11 of at most 12');
    const blockMs = remainingMs(at(9), evaluating);
    expect(remainingMs(at(11), evaluating)).toBe(2 * blockMs);
  });

  test('expects less time as slots and blocks go by', () => {
    const early = remainingMs(aView({ nowMs: nowMs - 3_600_000 }), progress);
    const late = remainingMs(aView(), progress);
    expect(early - late).toBe(3_600_000);
    expect(remainingMs(aView(), { ...progress, phase: 'ended' })).toBe(0);
  });
});
