import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { predict } from '../../../src/cli/models/predict.ts';
import type { CliServices } from '../../../src/cli/services.ts';
import { UsageError } from '../../../src/cli/usage-error.ts';
import { SourceProblems } from '../../../src/dataset/request-log/request-problems.ts';
import { featureNames } from '../../../src/domain/models/feature.ts';
import { encodeForest } from '../../../src/domain/models/forest.ts';
import { keysOf } from '../../../src/domain/names.ts';
import { artifactHash, artifactText } from '../../../src/learning/artifact.ts';
import { aPlan } from '../../support/a-plan.ts';
import { aCli, storeCampaign } from '../a-cli.ts';
import { aTrainedModel, bestStatic, storeChampion, storeModel } from '../a-stored-model.ts';

const header = 'request_id,sent_at,workload,payload_bytes';

async function aFile(name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'crossover-predict-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

/** Asks a model in a file, and resolves to the lines that were printed. */
async function ask(
  path: string,
  {
    model = aTrainedModel(4),
    timezone,
    services,
  }: {
    readonly model?: ReturnType<typeof aTrainedModel>;
    readonly timezone?: string;
    readonly services?: CliServices;
  } = {},
): Promise<string[]> {
  const file = await aFile('model.json', artifactText(model));
  const options = { model: file, ...(timezone === undefined ? {} : { timezone }) };
  return await printed(services ?? (await aCli()).services, path, options);
}

async function printed(
  services: CliServices,
  path: string,
  options: Parameters<typeof predict>[2],
): Promise<string[]> {
  let text = '';
  const write = async (part: string): Promise<boolean> => {
    text += part;
    return true;
  };
  expect(await predict(services, path, options, { write })).toBe(0);
  return text.trimEnd().split('\n');
}

function berlin() {
  return { schedule: { ...aPlan().schedule, timezone: 'Europe/Berlin' } };
}

/** One tree: p_lambda is 0.25 up to a value of one feature, and 0.75 above it. */
function splitOn(feature: number, value: number) {
  return aTrainedModel(4, {
    scorer: encodeForest({
      roots: Int32Array.of(0),
      feature: Int16Array.of(feature, -1, -1),
      threshold: Float64Array.of(value, 0, 0),
      right: Int32Array.of(2, 0, 0),
      pLambda: Float32Array.of(0, 0.25, 0.75),
    }),
  });
}

async function problemsOf(text: string): Promise<string> {
  const error = await ask(await aFile('rows.csv', text)).catch((caught: unknown) => caught);
  if (!(error instanceof SourceProblems)) throw error;
  return error.problems.map(({ message }) => message).join('\n');
}

test('a row has the probability that its load columns give it', async () => {
  const rows = ['a,2026-01-05T10:00:00Z,light,10,2', 'b,2026-01-05T10:00:01Z,light,10,3'];
  const path = await aFile('rows.csv', [`${header},in_flight_ecs`, ...rows].join('\n'));
  expect(await ask(path)).toEqual(['request_id,p_lambda', 'a,0.25', 'b,0.75']);
});

/** Heavy requests are in flight for 2 s: the fourth one meets three. */
const burst = [0, 1, 2, 3].map((second) => `r${second},2026-01-05T10:00:0${second / 2}Z,heavy,10`);

test('a load that the file does not know is that of the requests before', async () => {
  const path = await aFile('rows.csv', [header, ...burst].join('\n'));
  expect(await ask(path)).toEqual([
    'request_id,p_lambda',
    'r0,0.25',
    'r1,0.25',
    'r2,0.25',
    'r3,0.75',
  ]);
});

test('rows are answered in the order of the file, by the load of their time', async () => {
  const path = await aFile('rows.csv', [header, ...[...burst].reverse()].join('\n'));
  expect(await ask(path)).toEqual([
    'request_id,p_lambda',
    'r3,0.75',
    'r2,0.25',
    'r1,0.25',
    'r0,0.25',
  ]);
});

test('more rows than fit into a page come out whole and in order', async () => {
  const ids = Array.from({ length: 5_001 }, (_, index) => `r${index}`);
  const rows = ids.map((id, index) => `${id},${1_800_000_000 + index},light,10`);
  const lines = await ask(await aFile('rows.csv', [header, ...rows].join('\n')));
  expect(lines).toEqual(['request_id,p_lambda', ...ids.map((id) => `${id},0.25`)]);
  const backwards = await ask(await aFile('rows.csv', [header, ...rows.reverse()].join('\n')));
  expect(backwards.slice(1)).toEqual(lines.slice(1).reverse());
});

test('JSON lines are read, ids that need quotes have them, and --json gives JSON lines', async () => {
  const row = { request_id: 'a,"b"', sent_at: 1_800_000_000, workload: 'light', payload_bytes: 1 };
  const path = await aFile('rows.jsonl', JSON.stringify(row));
  expect(await ask(path)).toEqual(['request_id,p_lambda', '"a,""b""",0.25']);
  const { services } = await aCli();
  const output = { ...services.output, isJson: true };
  expect(await ask(path, { services: { ...services, output } })).toEqual([
    '{"request_id":"a,\\"b\\"","p_lambda":0.25}',
  ]);
});

test('own estimates of a row go before those of the model', async () => {
  const rows = burst.map((row) => `${row},1,128`);
  const columns = `${header},estimated_execution_ms,estimated_memory_mb`;
  const path = await aFile('rows.csv', [columns, ...rows].join('\n'));
  expect((await ask(path)).at(-1)).toBe('r3,0.25');
});

test('nothing more is read when nobody reads any more', async () => {
  const rows = Array.from({ length: 6_000 }, (_, i) => `r${i},${1_800_000_000 + i},light,1`);
  const path = await aFile('rows.csv', [header, ...rows].join('\n'));
  const model = await aFile('model.json', artifactText(aTrainedModel(4)));
  const { services } = await aCli();
  const parts: string[] = [];
  const write = async (part: string): Promise<boolean> => parts.push(part) < 2;
  expect(await predict(services, path, { model }, { write })).toBe(0);
  expect(parts).toHaveLength(2);
});

test('everything that is wrong with a file is said at once, with its lines', async () => {
  const problems = await problemsOf(
    [
      `${header},in_flight_ecs`,
      'a,2026-01-05T10:00:00Z,light,10,1',
      'a,2026-01-05T10:00:01Z,huge,NaN,1',
      ',yesterday,heavy,,-4',
      'b,2026-01-05T10:00:02Z,,Infinity,x',
    ].join('\n'),
  );
  for (const part of [
    /1 row has no request_id: line 4/,
    /1 row has a request_id that an earlier row has: line 3, "a"/,
    /no time that can be read.*line 4, "yesterday"/,
    /no workload: line 5/,
    /workload that the model was not trained for: line 3, "huge".*light, heavy/,
    /no payload_bytes: line 4/,
    /2 rows have no number from 0 on as payload_bytes: lines 3, 5, first "NaN"/,
    /2 rows have no number from 0 on as in_flight_ecs: lines 4, 5, first "-4"/,
  ]) {
    expect(problems).toMatch(part);
  }
});

test('columns that are missing are named, and so is a file without rows', async () => {
  expect(await problemsOf('request_id,when\na,1\n')).toMatch(
    /no column "sent_at".*no column "workload".*no column "payload_bytes"/s,
  );
  expect(await problemsOf(`${header}\n`)).toContain('no rows');
});

test('a model that knows no estimates needs them in the file', async () => {
  const { lineage } = aTrainedModel(4);
  const { estimates: _unknown, ...bare } = lineage;
  const path = await aFile('rows.csv', [header, burst[0]].join('\n'));
  const model = { ...aTrainedModel(4), lineage: bare };
  await expect(ask(path, { model })).rejects.toThrow(/no estimated_execution_ms.*memory_mb/s);
});

test('a campaign answers with the model in use, else its best learned one', async () => {
  const { services, objects } = await aCli();
  await storeCampaign(objects, 'demo');
  const learnedModelHash = await storeModel(objects, 'demo', aTrainedModel(4));
  await storeChampion(objects, 'demo', { ...bestStatic, learnedModelHash });
  const path = await aFile('rows.csv', [header, burst[0]].join('\n'));
  const answers = ['request_id,p_lambda', 'r0,0.25'];
  expect(await printed(services, path, { model: 'demo' })).toEqual(answers);
  const prefix = `demo/${learnedModelHash.slice(0, 6)}`;
  expect(await printed(services, path, { model: prefix })).toEqual(answers);
});

test('a campaign without a learned router says why there is none', async () => {
  const { services, objects } = await aCli();
  await storeCampaign(objects, 'demo');
  await storeChampion(objects, 'demo', bestStatic);
  await expect(predict(services, 'rows.csv', { model: 'demo' })).rejects.toThrow(
    /no learned router: The learned router is not shown to be better/,
  );
});

test('hours are those of the plan, and another zone is refused', async () => {
  const { services, objects } = await aCli();
  await storeCampaign(objects, 'demo', { plan: berlin() });
  // The cosine of the hour is -0.93 at half past ten in UTC, and -0.99 at half past eleven in Berlin.
  const hour = featureNames(['light', 'heavy']).indexOf('hour_cos');
  const hash = await storeModel(objects, 'demo', splitOn(hour, -0.95));
  await objects.put(
    keysOf('demo').champion,
    JSON.stringify({ ...bestStatic, learnedModelHash: hash }),
  );
  const row = 'a,2026-01-05T10:30:00Z,light,10';
  const path = await aFile('rows.csv', [header, row].join('\n'));
  expect(await printed(services, path, { model: 'demo' })).toContain('a,0.25');
  expect(await ask(path, { model: splitOn(hour, -0.95) })).toContain('a,0.75');
  const zoned = { model: splitOn(hour, -0.95), timezone: 'Europe/Berlin' };
  expect(await ask(path, zoned)).toContain('a,0.25');
  await expect(predict(services, path, { model: 'demo', timezone: 'UTC' })).rejects.toThrow(
    /hours in Europe\/Berlin/,
  );
  await expect(ask(path, { timezone: 'Mars/Base' })).rejects.toThrow(/no time zone/);
});

test('a model with other features, another schema or changed bytes is refused', async () => {
  const path = await aFile('rows.csv', [header, burst[0]].join('\n'));
  const reversed = [...featureNames(['light', 'heavy'])].reverse();
  await expect(ask(path, { model: aTrainedModel(4, { features: reversed }) })).rejects.toThrow(
    UsageError,
  );
  const { services } = await aCli();
  const model = aTrainedModel(4);
  const old = artifactText(model).replace('crossover-model/2', 'crossover-model/1');
  const askFile = async (name: string, text: string) =>
    predict(services, path, { model: await aFile(name, text) });
  await expect(askFile('model.json', old)).rejects.toThrow(/model\.schema is "crossover-model\/1"/);
  await expect(askFile(`${artifactHash(model)}.json`, old)).rejects.toThrow(/was changed/);
  await expect(askFile('model.json', 'p')).rejects.toThrow(/not JSON/);
  await expect(predict(services, path, { model: 'nowhere' })).rejects.toThrow(/no file of a model/);
});
