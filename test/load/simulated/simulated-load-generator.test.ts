import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { joinRun } from '../../../src/dataset/join/join.ts';
import type { ClientRecord, PlatformRecord } from '../../../src/domain/observation.ts';
import { drawSlot } from '../../../src/domain/requests/draw.ts';
import { SimulatedLoadGenerator } from '../../../src/load/simulated/simulated-load-generator.ts';
import { SimulatedTestbed } from '../../../src/testbeds/simulated/simulated-testbed.ts';
import type { Testbed } from '../../../src/testbeds/testbed.ts';
import { describeLoadGenerator } from '../../contracts/load-generator.ts';
import { aWorkload } from '../../support/a-plan.ts';
import { pairs, targetOf, targetsOf } from '../../support/load-run.ts';
import { aSimulatedPlan, servicesOf } from '../../testbeds/simulated/builders.ts';
import { aCampaign, aRunSpec, signal, startsAtMs } from './rig.ts';

describeLoadGenerator('SimulatedLoadGenerator', async () => {
  const stateFolder = await mkdtemp(join(tmpdir(), 'crossover-simulation-'));
  const testbed: Testbed = new SimulatedTestbed({ stateFolder, checkoutFolder: resolve('.') });
  const plan = aSimulatedPlan({ workloads: [aWorkload({ name: 'ok', cpuMs: 7 })] });
  await testbed.deploy({ campaignId: 'demo', plan, expiresAtMs: 0 }, { signal });
  const services = servicesOf(plan);
  await testbed.prepare(
    { campaignId: 'demo', run: 'slot-001', services, expiresAtMs: 0 },
    { signal },
  );
  const deployment = await testbed.find('demo');
  if (deployment === undefined) throw new Error('The campaign is deployed.');
  return {
    generator: new SimulatedLoadGenerator({ stateFolder }),
    deployment,
    close: () => rm(stateFolder, { recursive: true, force: true }),
  };
});

function parsed<Shape>(text: string): Shape[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Shape => JSON.parse(line));
}

describe('a simulated run', () => {
  const requests = pairs({ count: 300, everyMs: 900, workload: 'light', gapMs: 250 });

  test('gives the same bytes for the same seed, and others for another', async () => {
    const [one, two, other] = await Promise.all([
      (await aCampaign()).run('slot-001', requests),
      (await aCampaign()).run('slot-001', requests),
      (await aCampaign(aSimulatedPlan({ seed: 7 }))).run('slot-001', requests),
    ]);
    expect(two).toEqual(one);
    expect(other.client).not.toEqual(one.client);
  });

  test('gives the same bytes again when it is repeated, although a later run has followed', async () => {
    const campaign = await aCampaign();
    const later = pairs({ count: 300, everyMs: 900, workload: 'light', gapMs: 250 });
    const next = { startsAtMs: startsAtMs + 3_600_000 };
    await campaign.run('slot-001', requests);
    const second = await campaign.run('slot-002', later, next);
    await campaign.run('slot-003', later, { startsAtMs: startsAtMs + 7_200_000 });
    expect(await campaign.run('slot-002', later, next)).toEqual(second);
  });

  test('begins with the environments that the run before it has left', async () => {
    const coldStarts = (platform: string): number =>
      parsed<PlatformRecord>(platform).filter(
        (record) => record.kind === 'report' && record.initMs !== undefined,
      ).length;
    const campaign = await aCampaign();
    const first = await campaign.run('slot-001', requests);
    const soon = { startsAtMs: startsAtMs + 300 * 900 + 60_000 };
    const warm = await campaign.run('slot-002', requests, soon);
    const late = { startsAtMs: soon.startsAtMs + 7_200_000 };
    const cold = await campaign.run('slot-003', requests, late);
    expect(coldStarts(first.platform)).toBeGreaterThan(0);
    expect(coldStarts(warm.platform)).toBe(0);
    expect(coldStarts(cold.platform)).toBeGreaterThan(0);
  });

  test('gives the same bytes when its process was killed with -9 on the way', async () => {
    const many = pairs({ count: 60_000, everyMs: 40, workload: 'light', gapMs: 250 });
    const whole = await (await aCampaign()).run('slot-001', many);
    const campaign = await aCampaign();
    const services = servicesOf(campaign.plan);
    await campaign.testbed.prepare(
      { campaignId: 'demo', run: 'slot-001', services, expiresAtMs: 0 },
      { signal },
    );
    const killed = aRunSpec(join(campaign.folder, 'killed'), 'slot-001', many);
    const deployment = await campaign.testbed.find('demo');
    const child = execa(
      process.execPath,
      [
        'test/fixtures/load/run-simulation.ts',
        join(campaign.folder, 'state'),
        JSON.stringify(killed),
        JSON.stringify(deployment),
      ],
      { reject: false },
    );
    const open = join(campaign.folder, 'state', 'demo', 'slot-001.ndjson.open');
    await expect
      .poll(() => (readdirSync(join(open, '..')).includes('slot-001.ndjson.open') ? 1 : 0), {
        interval: 5,
        timeout: 15_000,
      })
      .toBe(1);
    child.kill('SIGKILL');
    await child;
    expect(readdirSync(killed.folder)).not.toContain('001.ndjson');
    expect(await campaign.run('slot-001', many)).toEqual(whole);
  });

  test('has everything that joining needs: every row has its platform record', async () => {
    const plan = aSimulatedPlan({
      load: {
        durationMs: 600_000,
        ratePerS: 0.5,
        shape: 'steady',
        counts: 'exact',
        ladder: { utilisation: [0.25, 0.7], stepMs: 30_000, pairs: 40 },
        gapMs: 250,
        timeoutMs: 29_000,
      },
    });
    const drawn = drawSlot({
      plan,
      slot: 1,
      cpuMs: { light: 7, heavy: 290 },
      payloadBytesOf: () => 100,
    });
    const campaign = await aCampaign(plan);
    await campaign.run('slot-001', drawn);
    const raw = join(campaign.folder, 'run-1');
    const records = await campaign.testbed.collect(
      { campaignId: 'demo', run: 'slot-001' },
      { signal },
    );
    const work = await mkdtemp(join(campaign.folder, 'join-'));
    await mkdir(join(work, 'raw'));
    writeFileSync(
      join(work, 'platform.ndjson'),
      records.map((record) => `${JSON.stringify(record)}\n`).join(''),
    );
    for (const [from, to] of [
      ['requests.ndjson', 'requests.ndjson'],
      ['001.ndjson', 'raw/001.ndjson'],
    ] as const) {
      writeFileSync(join(work, to), readFileSync(join(raw, from)));
    }
    const summary = await joinRun({
      folder: work,
      outputPath: join(work, 'part.parquet'),
      campaignId: 'demo',
      run: 'slot-001',
      slot: 1,
      startsAtMs,
      plan,
      cpuMs: { light: 7, heavy: 290 },
    });
    expect(summary).toMatchObject({
      rows: 2 * drawn.length,
      joinedRows: 2 * drawn.length,
      notIssuedRows: 0,
      unrecordedRows: 0,
      tornLines: 0,
      repeatedOutcomes: 0,
      degradedBecause: [],
    });
    expect(summary.coldStarts).toBeGreaterThan(0);
    expect(summary.costUsd).toBeGreaterThan(0);
  });

  test('writes lines that say the same as the records they are made of', async () => {
    const campaign = await aCampaign();
    const { client, platform } = await campaign.run('slot-001', requests);
    const records = parsed<ClientRecord>(client);
    const outcomes = records.filter((record) => record.kind === 'outcome');
    expect(outcomes.map(targetOf).toSorted((a, b) => a.localeCompare(b))).toEqual(
      targetsOf(requests),
    );
    expect(outcomes.at(-1)).toMatchObject({
      attempt: 1,
      movedMs: 0,
      outcome: 'answered',
      statusCode: 200,
      isGood: true,
      wasConnectionReused: true,
    });
    for (const { echoedRequestId, requestId, target, serverMs = 0, latencyMs = 0 } of outcomes) {
      expect(echoedRequestId).toBe(`${requestId}/${target}`);
      expect(latencyMs).toBeGreaterThan(serverMs);
    }
    const kinds = Map.groupBy(parsed<PlatformRecord>(platform), ({ kind }) => kind);
    expect(kinds.get('handler')).toHaveLength(600);
    expect(kinds.get('report')).toHaveLength(300);
    // One task of each workload, also of the one that nobody used.
    expect(kinds.get('task')).toHaveLength(2);
    for (const record of kinds.get('report') ?? []) {
      if (record.kind !== 'report') continue;
      const { durationMs, initMs = 0, billedMs } = record;
      expect(billedMs).toBe(Math.ceil(Math.round(100 * (durationMs + initMs)) / 100));
    }
  });

  test('needs the window that was prepared', async () => {
    const campaign = await aCampaign();
    const spec = aRunSpec(join(campaign.folder, 'run'), 'slot-009', requests);
    const deployment = await campaign.testbed.find('demo');
    if (deployment === undefined) throw new Error('The campaign is deployed.');
    await expect(
      campaign.generator.run(spec, deployment, { signal, onProgress: () => undefined }),
    ).rejects.toMatchObject({ kind: 'NothingDeployed' });
  });
});
