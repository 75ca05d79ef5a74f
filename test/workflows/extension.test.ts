import { describe, expect, test } from 'vitest';
import type { EvaluationActivities } from '../../src/activities/evaluation/evaluations.ts';
import type { CampaignProgress } from '../../src/domain/campaign.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { aPlan } from '../support/a-plan.ts';
import { VirtualTemporal } from '../support/virtual-temporal.ts';
import { aWorld } from './scripted-activities.ts';

type Score = EvaluationActivities['scoreEvaluation'];

/** Decided when so many blocks are measured; before, more of them may decide. */
function decidedAfter(blocks: number) {
  const asked: { readonly blocks: number; readonly isInterim: boolean }[] = [];
  const scoreEvaluation: Score = async ({ blocks: measured, isInterim = false }) => {
    asked.push({ blocks: measured.length, isInterim });
    return isInterim && measured.length < blocks
      ? { hasVerdict: true, isOpen: true }
      : { hasVerdict: true };
  };
  return { asked, scoreEvaluation };
}

async function evaluated(plan: Plan, changes: Parameters<typeof aWorld>[0], runEvery = 1e9) {
  const world = aWorld(changes);
  const temporal = new VirtualTemporal(world.activities, '2026-01-05T00:00:00Z');
  temporal.suggestContinueAsNewEvery = runEvery;
  await temporal.start('testbed', 'testbed/local', [plan, 'test']);
  await temporal.run();
  const progress = (await temporal.query('campaign/test', 'progress')) as CampaignProgress;
  const blocks = world.prepared.filter((run) => run.startsWith('block'));
  return { temporal, progress, blocks };
}

const goesOn = aPlan({ evaluation: { blocks: 6, extendTo: 12 } });

describe('an evaluation that may go on', () => {
  test('is looked at after its planned blocks, and after each one more until it is decided', async () => {
    const { asked, scoreEvaluation } = decidedAfter(8);
    const { blocks, progress } = await evaluated(goesOn, { scoreEvaluation });
    expect(blocks).toHaveLength(8);
    expect(asked).toEqual([
      { blocks: 6, isInterim: true },
      { blocks: 7, isInterim: true },
      { blocks: 8, isInterim: true },
    ]);
    expect(progress.evaluation).toMatchObject({ hasVerdict: true, blockFailures: [] });
    expect(progress.evaluation?.blocks).toHaveLength(8);
  });

  test('ends at its maximum, undecided', async () => {
    const { asked, scoreEvaluation } = decidedAfter(99);
    const { blocks } = await evaluated(goesOn, { scoreEvaluation });
    expect(blocks).toHaveLength(12);
    expect(asked.at(-1)).toEqual({ blocks: 12, isInterim: false });
  });

  test('ends at once when more blocks cannot help', async () => {
    const { blocks } = await evaluated(goesOn, {
      scoreEvaluation: decidedAfter(0).scoreEvaluation,
    });
    expect(blocks).toHaveLength(6);
  });

  test('keeps what it has when its history is cut', async () => {
    const { scoreEvaluation } = decidedAfter(11);
    const { blocks, progress } = await evaluated(
      goesOn,
      {
        scoreEvaluation,
        runLoad: async ({ run }) => {
          if (run.run === 'block-03') throw new Error('the host died');
          return { attempts: 1 };
        },
      },
      5,
    );
    expect(new Set(blocks).size).toBe(12);
    expect(blocks).toHaveLength(12);
    expect(progress.evaluation?.blocks.map(({ run }) => run)).toEqual(
      blocks.filter((run) => run !== 'block-03'),
    );
    expect(progress.evaluation?.blockFailures).toMatchObject([{ block: 3 }]);
  });

  test('says how many blocks there may be', async () => {
    const { scoreEvaluation } = decidedAfter(8);
    const { temporal } = await evaluated(goesOn, { scoreEvaluation });
    expect(await temporal.query('campaign/test/evaluation', 'progress')).toEqual({
      block: 9,
      blocks: 6,
      atMost: 12,
      isHeld: false,
    });
  });
});

test('without it the evaluation has the length of its plan, and is scored once', async () => {
  const { asked, scoreEvaluation } = decidedAfter(99);
  const { blocks } = await evaluated(aPlan({ evaluation: { blocks: 6 } }), { scoreEvaluation });
  expect(blocks).toHaveLength(6);
  expect(asked).toEqual([{ blocks: 6, isInterim: false }]);
});
