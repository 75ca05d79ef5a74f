import { describe, expect, it } from 'vitest';
import { addedTaskSeconds } from '../../../src/domain/money/added-tasks.ts';

const window = { fromMs: 1_000_000, toMs: 2_000_000, planned: 1 };
const standing = { startedAtMs: 0 };

describe('task seconds above the plan', () => {
  it('are none for the tasks that the plan has standing', () => {
    expect(addedTaskSeconds([standing], window)).toBe(0);
    expect(addedTaskSeconds([standing, standing], { ...window, planned: 2 })).toBe(0);
  });

  it('are those of a task from its start on, within the window', () => {
    expect(addedTaskSeconds([standing, { startedAtMs: 1_400_000 }], window)).toBe(600);
    const ended = { startedAtMs: 1_400_000, stoppedAtMs: 1_700_000 };
    expect(addedTaskSeconds([standing, ended], window)).toBe(300);
    const early = { startedAtMs: 500_000, stoppedAtMs: 1_100_000 };
    expect(addedTaskSeconds([standing, early], window)).toBe(100);
  });

  it('are a minute at least for every task', () => {
    const short = { startedAtMs: 1_400_000, stoppedAtMs: 1_410_000 };
    expect(addedTaskSeconds([standing, short], window)).toBe(60);
  });

  it('are none for a task that stands in for one that died, but for the time when both ran', () => {
    const died = { startedAtMs: 0, stoppedAtMs: 1_500_000 };
    expect(addedTaskSeconds([died, { startedAtMs: 1_500_000 }], window)).toBe(0);
    expect(addedTaskSeconds([died, { startedAtMs: 1_480_000 }], window)).toBe(20);
  });

  it('are never negative where a service was short of a task', () => {
    expect(addedTaskSeconds([{ startedAtMs: 0, stoppedAtMs: 1_500_000 }], window)).toBe(0);
  });
});
