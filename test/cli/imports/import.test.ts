import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importResults } from '../../../src/cli/imports/import.ts';
import type { ImportOptions } from '../../../src/cli/imports/import-options.ts';
import { importRequest, plannedCounts } from '../../../src/cli/imports/import-options.ts';
import { showImport } from '../../../src/cli/imports/import-show.ts';
import { listImports, removeImport } from '../../../src/cli/imports/stored-imports.ts';
import { runCli } from '../../../src/cli/program.ts';
import { UsageError } from '../../../src/cli/usage-error.ts';
import { featureNames } from '../../../src/domain/models/feature.ts';
import { importKeys } from '../../../src/domain/names.ts';
import { aForm } from '../../dataset/import/import-builders.ts';
import { aRoutingModel } from '../../support/routing-model.ts';
import { aCli } from '../a-cli.ts';

const samples = resolve(import.meta.dirname, '../../../plans/samples');
const k6File = join(samples, 'k6.csv');
const k6: ImportOptions = {
  preset: 'k6',
  lambda: 'url:execute-api',
  ecs: 'url:elb[.]amazonaws',
  column: ['pair_id=tag:pair', 'payload_bytes=tag:bytes', 'server_ms=tag:server_ms'],
  memory: ['512'],
  ecsCost: ['1.5e-7'],
};
const flat = (lines: readonly string[]) => lines.join(' ').replaceAll(/\s+/g, ' ');

describe('an import', () => {
  test('prints shares first, then what is missing and in doubt, in 80 columns', async () => {
    const { services, lines } = await aCli();
    const options = { ...k6, planned: ['lambda=30'], dryRun: true };
    expect(await importResults(services, [k6File], options)).toBe(0);
    const text = flat(lines);
    expect(text).toContain('Dry run, nothing is stored: 48 requests of 1 file');
    expect(lines[2]).toMatch(/^workload +platform +rows +share/);
    expect(text).toContain('lambda: 24 of 30 requests found, 6 missing.');
    expect(text).toContain('The log lacks 6 of 30 planned requests (20.0 %) on lambda');
    expect(text).toContain('24 rows: metric checks, which is of no single request. First: line 20');
    expect(text).toContain('Pairs: Lambda over Fargate');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test('is stored with its rows and what it was made of, and shown again', async () => {
    const { services, objects, lines, json } = await aCli();
    expect(await importResults(services, [k6File], { ...k6, as: 'mine' })).toBe(0);
    const printed = [...lines];
    lines.length = 0;
    expect(await showImport(services, 'mine', {})).toBe(0);
    expect(lines).toEqual(printed);
    const [stored] = json;
    expect(stored).toMatchObject({
      schema: 'crossover-import/1',
      name: 'mine',
      files: [{ path: k6File, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      request: { preset: 'k6', memoryMb: { '*': 512 } },
      summary: { rows: 48, pairs: 24 },
    });
    expect(await objects.list(importKeys('mine').root)).toHaveLength(2);
    expect(await listImports(services)).toBe(0);
    expect(lines.at(-1)).toMatch(/^mine +48 +24 /);
    expect(await removeImport(services, 'mine')).toBe(0);
    expect(await objects.list('imports/')).toEqual([]);
  });

  test('a dry run stores nothing', async () => {
    const { services, objects } = await aCli();
    await importResults(services, [k6File], { ...k6, dryRun: true });
    expect(await objects.list('imports/')).toEqual([]);
  });

  test('the same rows may come again under a name, other rows may not', async () => {
    const { services } = await aCli();
    await importResults(services, [k6File], { ...k6, as: 'mine' });
    expect(await importResults(services, [k6File], { ...k6, as: 'mine' })).toBe(0);
    const other = await aForm([{ id: 'a', atS: 0 }]);
    await expect(importResults(services, [other], { as: 'mine', cost: false })).rejects.toThrow(
      'There is an import "mine" of other rows',
    );
  });

  test('with problems nothing is stored, and the exit code is 2', async () => {
    const { services, objects, lines } = await aCli();
    expect(await importResults(services, [k6File], { ...k6, memory: [] })).toBe(2);
    expect(flat(lines)).toContain('24 rows have neither cost_usd nor memory_mb: lines 2, 34,');
    expect(flat(lines)).toContain('With --leave-out-bad-rows all other rows are.');
    expect(await objects.list('imports/')).toEqual([]);
  });

  test('of JMeter without a preset is told which preset to try', async () => {
    const { services, lines } = await aCli();
    expect(await importResults(services, [join(samples, 'results.jtl')], {})).toBe(2);
    expect(flat(lines)).toContain('It looks like JMeter: try --preset jmeter.');
  });

  test('of unpaired rows values the policies, and a model among them', async () => {
    const { services, lines, write, stateFolder } = await aCli();
    const path = await aForm(unpaired());
    const options = { as: 'unpaired', memory: ['512'], ecsCost: ['1e-7'] };
    expect(await importResults(services, [path], options)).toBe(0);
    const text = flat(lines);
    for (const policy of ['lambda-only', 'ecs-only', 'best-static']) expect(text).toContain(policy);
    expect(text).toContain('Best-static w ecs.');
    expect(text).toContain('Support 100.0 % of the rows');
    lines.length = 0;
    await write('model.json', JSON.stringify(alwaysLambda));
    await showImport(services, 'unpaired', { model: join(stateFolder, 'model.json') });
    const printed = (policy: string) =>
      lines
        .find((line) => line.startsWith(policy))
        ?.replace(policy, '')
        .trim();
    expect(printed('model')).toBe(printed('lambda-only'));
    expect(printed('model')).not.toBe(printed('ecs-only'));
  });
});

/** Eight sessions, platforms in turn, Fargate a third faster. */
function unpaired() {
  return Array.from({ length: 400 }, (_, index) => ({
    id: `r${index}`,
    atS: Math.floor(index / 50) * 7200 + (index % 50) * 20,
    platform: index % 2 === 0 ? 'lambda' : 'ecs',
    latencyMs: (index % 2 === 0 ? 90 : 60) + (index % 7),
    more: { server_ms: 50 },
  }));
}

/** Above a threshold of 0 everything goes to Lambda. */
const alwaysLambda = aRoutingModel({
  workloads: ['w'],
  features: featureNames(['w']),
  threshold: 0,
});

describe('options', () => {
  const requestOf = (options: ImportOptions, files = ['a.csv']) =>
    importRequest(files, options, undefined);

  test('a file may bring its platform, and all may have one', () => {
    const files = ['lambda=one.csv', 'fargate=two.csv', 'three.csv'];
    expect(requestOf({ platform: 'lambda' }, files).files).toEqual([
      { path: resolve('one.csv'), platform: 'lambda' },
      { path: resolve('two.csv'), platform: 'ecs' },
      { path: resolve('three.csv'), platform: 'lambda' },
    ]);
  });

  test('a column may be multiplied, a tag has a colon, a pattern may have more', () => {
    const { columns, platformPatterns } = requestOf({
      column: ['latency_ms=took*1000', 'pair_id=tag:pair'],
      lambda: 'tag:arm:^a:b',
    });
    expect(columns).toEqual({
      latency_ms: { column: 'took', factor: 1000 },
      pair_id: { column: 'tag:pair' },
    });
    expect(platformPatterns).toEqual({ lambda: { column: 'tag:arm', pattern: '^a:b' } });
  });

  test('planned counts are of all, a platform, a workload, or both', () => {
    expect(plannedCounts(['300', 'lambda=200', 'heavy=10', 'fargate/heavy=5'])).toEqual([
      { requests: 300 },
      { platform: 'lambda', requests: 200 },
      { workload: 'heavy', requests: 10 },
      { platform: 'ecs', workload: 'heavy', requests: 5 },
    ]);
  });

  test.each([
    [{ preset: 'gatling' }, 'no preset "gatling"'],
    [{ column: ['latency'] }, 'field=column'],
    [{ column: ['speed=x'] }, 'no field "speed"'],
    [{ lambda: 'url' }, 'COLUMN:REGEX'],
    [{ platform: 'azure' }, 'lambda or ecs'],
    [{ memory: ['big'] }, '--memory is "big"'],
    [{ timeout: '30' }, '--timeout is "30"'],
    [{ priceBook: 'mars' }, 'no price book "mars"'],
    [{ ecsEdge: 'cdn' }, '--ecs-edge is "cdn"'],
  ] as const)('%j is refused with what would be right', (options, part) => {
    expect(() => requestOf(options)).toThrow(UsageError);
    expect(() => requestOf(options)).toThrow(part);
  });

  test('a pattern that RE2 does not know is a usage error', async () => {
    const { services } = await aCli();
    const path = await aForm([{ id: 'a', atS: 0 }]);
    await expect(importResults(services, [path], { lambda: 'platform:(' })).rejects.toThrow(
      'is no pattern',
    );
  });
});

test('the command line knows import, its options and its other commands', async () => {
  const { services, objects, lines } = await aCli();
  const run = (...args: string[]) => runCli(args, () => services);
  const platforms = ['--lambda', 'url:execute-api', '--ecs', 'url:elb'];
  const files = [join(samples, 'artillery.ndjson')];
  expect(
    await run(
      'import',
      ...files,
      '--preset',
      'artillery',
      ...platforms,
      '--without-cost',
      '--as',
      'a',
    ),
  ).toBe(0);
  expect(flat(lines)).toContain('Not looked at (--without-cost).');
  expect(await run('import', 'show', 'a')).toBe(0);
  expect(await run('import', 'rm', 'a')).toBe(0);
  expect(await objects.list('imports/')).toEqual([]);
});
