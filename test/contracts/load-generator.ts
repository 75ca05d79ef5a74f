import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LoadGenerator, LoadProgress } from '../../src/load/load-generator.ts';
import type { Deployment } from '../../src/testbeds/testbed.ts';
import { aRunFolder, pairs, type RunFolder, targetOf, targetsOf } from '../support/load-run.ts';

export interface OpenedGenerator {
  readonly generator: LoadGenerator;
  /** Where the collection's workload `ok` answers well on both platforms. */
  readonly deployment: Deployment;
  close(): Promise<void>;
}

/** What every load generator promises. */
export function describeLoadGenerator(name: string, open: () => Promise<OpenedGenerator>): void {
  describe(`${name} as a load generator`, () => {
    let opened: OpenedGenerator;
    let run: RunFolder;

    beforeEach(async () => {
      opened = await open();
      run = await aRunFolder();
    });
    afterEach(async () => {
      await opened.close();
      await run[Symbol.asyncDispose]();
    });

    test('gives every intended target a sent line and an outcome, and says how far it is', async () => {
      const requests = pairs({ count: 8, everyMs: 60 });
      const spec = await run.spec(requests);
      const progress: LoadProgress[] = [];
      const end = await opened.generator.run(spec, opened.deployment, {
        signal: new AbortController().signal,
        onProgress: (latest) => progress.push(latest),
      });

      expect(end).toEqual({ reason: 'completed', segments: 1 });
      expect(progress.at(-1)).toMatchObject({ sent: 16, answered: 16, errors: 0 });
      const records = await run.records();
      for (const kind of ['sent', 'outcome']) {
        const seen = records.filter((record) => record.kind === kind).map(targetOf);
        expect(seen.toSorted((a, b) => a.localeCompare(b))).toEqual(targetsOf(requests));
      }
    });

    test('sends nothing again in a retry, and moves the rest by the outage', async () => {
      const requests = pairs({ count: 4, everyMs: 50 });
      const alreadySent = targetsOf(requests).slice(0, 3);
      const startsAtMs = Date.now() - 60_000;
      const spec = await run.spec(requests, {
        startsAtMs,
        endsBeforeMs: startsAtMs + 120_000,
        attempt: 2,
        movedMs: 60_000,
        alreadySent,
      });
      const end = await opened.generator.run(spec, opened.deployment, quietly());

      expect(end.reason).toBe('completed');
      const outcomes = await run.outcomes();
      const rest = targetsOf(requests).filter((target) => !alreadySent.includes(target));
      expect(outcomes.map(targetOf).toSorted((a, b) => a.localeCompare(b))).toEqual(rest);
      const first = outcomes.find((outcome) => targetOf(outcome) === 'slot-001.00002/lambda');
      expect(first).toMatchObject({
        attempt: 2,
        movedMs: 60_000,
        plannedAtMs: startsAtMs + 60_000 + 100,
      });
    });

    test('completes at once when an earlier attempt has sent everything', async () => {
      const requests = pairs({ count: 2, everyMs: 50 });
      const spec = await run.spec(requests, { attempt: 2, alreadySent: targetsOf(requests) });
      const end = await opened.generator.run(spec, opened.deployment, quietly());
      expect(end).toEqual({ reason: 'completed', segments: 0 });
      expect(await run.records()).toEqual([]);
    });

    test('rejects with the reason of the abort, and leaves closed segments only', async () => {
      const requests = pairs({ count: 600, everyMs: 100 });
      const spec = await run.spec(requests);
      const abort = new AbortController();
      const reason = new Error('The slot was cancelled.');
      const running = opened.generator.run(spec, opened.deployment, {
        signal: abort.signal,
        onProgress: ({ answered }) => {
          if (answered > 0) abort.abort(reason);
        },
      });

      await expect(running).rejects.toBe(reason);
      const sent = (await run.records()).filter(({ kind }) => kind === 'sent');
      expect(sent.length).toBeGreaterThan(0);
      expect(sent.length).toBeLessThan(1_200);
      expect((await readdir(run.folder)).toSorted()).toEqual(['001.ndjson', 'requests.txt']);
    });

    test('refuses a run for which something is not deployed', async () => {
      const requests = pairs({ count: 1, everyMs: 0, workload: 'unknown' });
      const running = opened.generator.run(await run.spec(requests), opened.deployment, quietly());
      await expect(running).rejects.toMatchObject({ kind: 'DeploymentMismatch' });
    });
  });
}

function quietly() {
  return { signal: new AbortController().signal, onProgress: () => undefined };
}
