import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { fileOf } from '../../src/cli/evidence/bundle-files.ts';
import type { Evidence } from '../../src/domain/evidence/evidence.ts';
import { evidenceFile, keysOf } from '../../src/domain/names.ts';
import type { Verdict } from '../../src/domain/verdict/verdict.ts';
import { type CommandResult, Rig } from './support/rig.ts';

const id = 'evidence';
const verdictKey = keysOf(id).report('verdict.json');

let rig: Rig;
let bundle: string;
let verdict: Verdict;

beforeAll(async () => {
  rig = await Rig.open();
  bundle = join(rig.stateFolder, 'evidence.bundle');
  const run = await rig.crossover('run', 'test/fixtures/plans/evidence.yaml', '--json');
  expect(run.exitCode, run.stderr).toBe(0);
  verdict = JSON.parse(await readFile(join(rig.stateFolder, 'store', verdictKey), 'utf8'));
});
afterAll(() => rig.close());

test('an evaluation whose answer stays open goes on to its limit, and says so', () => {
  expect(verdict.isDecided).toBe(false);
  expect(verdict.blocks).toBe(8);
  expect(verdict.extension).toEqual({
    planned: 6,
    to: 8,
    isOpen: false,
    reason: 'It may have 8 blocks, and has had them.',
  });
  expect(verdict.intervals).toBe('always-valid');
  expect(verdict.noiseFloor?.map(({ platform }) => platform)).toEqual(['lambda', 'ecs']);
});

test('a threshold that is met ends with 0, one that is not with 1', async () => {
  const p95 = verdict.arms.find(({ arm }) => arm === 'ecs-only')?.latencyMsP95 ?? Number.NaN;
  const [above, below] = [Math.ceil(p95) + 1, Math.floor(p95) - 1];
  const hold = (...limits: readonly string[]) =>
    rig.crossover(
      ...['report', id, '--json'],
      ...limits.flatMap((limit) => ['--threshold', limit]),
    );
  const met = await hold(`ecs-only.latency-p95 < ${above}ms`, 'ecs-only.attainment > 90%');
  expect(answerOf(met)).toMatchObject({ isMet: true });
  expect(met.exitCode).toBe(0);
  const missed = await hold(`ecs-only.latency-p95 < ${below}ms`, 'ecs-only.attainment > 90%');
  expect(answerOf(missed)).toMatchObject({ thresholds: [{ isMet: false }, { isMet: true }] });
  expect(missed.exitCode).toBe(1);
});

test('a bundle is verified, until a byte or a number in it is another', async () => {
  const exported = await rig.crossover('export', id, '--bundle', '--to', bundle);
  expect(exported.exitCode, exported.stderr).toBe(0);
  const intact = await verify();
  expect(intact.exitCode, intact.stdout).toBe(0);
  expect(answerOf(intact)).toMatchObject({
    verified: true,
    faults: [],
    recomputation: { differences: [] },
  });

  const block = `${keysOf(id).observations}block=04/part.parquet`;
  const whole = await readFile(join(bundle, block));
  await writeFile(join(bundle, block), withOtherByte(whole));
  const torn = await verify();
  expect(torn.exitCode).toBe(1);
  expect(answerOf(torn)).toMatchObject({ verified: false, faults: [{ path: block }] });
  await writeFile(join(bundle, block), whole);

  await forgeCost();
  const forged = await verify();
  expect(forged.exitCode).toBe(1);
  expect(answerOf(forged)).toMatchObject({
    verified: false,
    faults: [],
    recomputation: { differences: [{ file: verdictKey, path: 'arms[0].costPer1000Usd' }] },
  });
});

test('a campaign is the same as itself, and may be asked what would be', async () => {
  const same = await rig.crossover('compare', id, id, '--json');
  expect(same.exitCode, same.stderr).toBe(0);
  expect(answerOf(same)).toMatchObject({ isSameMeasurement: true });

  const elsewhere = await rig.crossover('what-if', id, '--region', 'eu-central-1', '--json');
  expect(elsewhere.exitCode, elsewhere.stderr).toBe(0);
  expect(answerOf(elsewhere)).toMatchObject({
    changes: ['prices: us-east-1/x86_64/2026-11 → eu-central-1/x86_64/2026-11'],
  });
  const busier = await rig.crossover('what-if', id, '--rate', 'x2', '--json');
  expect(busier.exitCode, busier.stderr).toBe(0);
  expect(answerOf(busier)).toMatchObject({ changes: ['rate: 0.2/s → 0.4/s'] });
});

const verify = () => rig.crossover('verify', bundle, '--json');

function answerOf({ stdout }: CommandResult): unknown {
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

function withOtherByte(bytes: Uint8Array): Uint8Array {
  const middle = Math.floor(bytes.length / 2);
  return bytes.map((byte, index) => (index === middle ? byte ^ 1 : byte));
}

/** Makes the first arm of the verdict cheaper, and the manifest agree with it. */
async function forgeCost(): Promise<void> {
  const stored: Verdict = JSON.parse(await readFile(join(bundle, verdictKey), 'utf8'));
  const [first, ...others] = stored.arms;
  const arms = [{ ...first, costPer1000Usd: 0.01 }, ...others];
  const forged = new TextEncoder().encode(JSON.stringify({ ...stored, arms }));
  await writeFile(join(bundle, verdictKey), forged);
  const evidence: Evidence = JSON.parse(await readFile(join(bundle, evidenceFile), 'utf8'));
  const files = evidence.files.map((file) =>
    file.path === verdictKey ? fileOf(verdictKey, forged) : file,
  );
  await writeFile(join(bundle, evidenceFile), JSON.stringify({ ...evidence, files }));
}
