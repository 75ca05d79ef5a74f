import { once } from 'node:events';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { processesOf, Rig, until } from './support/rig.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.open();
});
afterAll(() => rig.close());

test('Ctrl-C suspends a campaign with everything it started, and the same command continues it', async () => {
  const plan = 'test/fixtures/plans/one-slot.yaml';
  const first = rig.spawn('client.ts', ['run', plan]);
  const exited = once(first, 'exit');
  await until('the load has begun', async () => {
    return (await rig.sentLines('one-slot', 'slot-001')).length > 10;
  });
  first.kill('SIGINT');
  const [exitCode] = await exited;
  expect(exitCode).toBe(130);
  expect(await processesOf(rig.stateFolder)).toEqual([]);

  const second = await rig.crossover('run', plan, '--json');
  expect(second.exitCode, second.stderr).toBe(0);
  const summary = JSON.parse(second.stdout.trim().split('\n').at(-1) ?? '');
  expect(summary).toMatchObject({ campaignId: 'one-slot', outcome: 'completed' });
  const sent = await rig.sentLines('one-slot', 'slot-001');
  expect(
    new Set(sent.map((line) => `${JSON.parse(line).requestId}/${JSON.parse(line).target}`)).size,
  ).toBe(sent.length);
  expect(await processesOf(rig.stateFolder)).toEqual([]);
});
