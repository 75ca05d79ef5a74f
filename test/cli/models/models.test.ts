import { expect, test } from 'vitest';
import { listModels } from '../../../src/cli/models/models-list.ts';
import { promoteModel, rollBackModel } from '../../../src/cli/models/models-promote.ts';
import { showModel } from '../../../src/cli/models/models-show.ts';
import { UsageError } from '../../../src/cli/usage-error.ts';
import { featureNames } from '../../../src/domain/models/feature.ts';
import type { Champion } from '../../../src/domain/models/model.ts';
import { keysOf } from '../../../src/domain/names.ts';
import { aModelEvaluation } from '../../support/a-model-evaluation.ts';
import { aWorkload, oneVcpu } from '../../support/a-plan.ts';
import { aRoutingModel } from '../../support/routing-model.ts';
import { aCli, type Cli, storeCampaign } from '../a-cli.ts';
import { aTrainedModel, bestStatic, storeChampion, storeModel } from '../a-stored-model.ts';

const judged = { ...aRoutingModel().metrics, testRows: 200, accuracy: 0.9, vPair: -2.5 };

async function aCampaignWithModels(): Promise<
  Cli & { readonly first: string; readonly second: string }
> {
  const cli = await aCli();
  await storeCampaign(cli.objects, 'demo');
  const first = await storeModel(cli.objects, 'demo', aTrainedModel(2, { metrics: judged }));
  const notJudged = { family: 'neural-network', notJudged: 'It was fitted on all slots.' } as const;
  const second = await storeModel(cli.objects, 'demo', aTrainedModel(4, notJudged));
  await storeChampion(cli.objects, 'demo', { ...bestStatic, learnedModelHash: second });
  return { ...cli, first, second };
}

async function championOf({ objects }: Cli): Promise<Champion> {
  const stored = await objects.get(keysOf('demo').champion);
  return JSON.parse(new TextDecoder().decode(stored?.body));
}

function widest(lines: readonly string[]): number {
  return Math.max(...lines.map((line) => line.length));
}

test('the list has the oldest model first, how it did, and what it is to the campaign', async () => {
  const { services, lines, json, first, second } = await aCampaignWithModels();

  expect(await listModels(services, 'demo')).toBe(0);

  const text = lines.join('\n');
  expect(text).toMatch(
    new RegExp(`${first.slice(0, 8)} +forest +1-2 +200 +0\\.900 +-2\\.500 +0\\.000\n`),
  );
  expect(text).toMatch(
    new RegExp(`${second.slice(0, 8)} +network +1-4 +400 +- +- +- +learned router`),
  );
  expect(text).toContain('best-static: light → lambda, heavy → ecs');
  expect(widest(lines)).toBeLessThanOrEqual(80);
  expect(json).toMatchObject([
    {
      inUse: { kind: 'best-static' },
      models: [
        { hash: first, judged: { accuracy: 0.9, vPair: -2.5 } },
        { hash: second, role: 'learned router', notJudged: 'It was fitted on all slots.' },
      ],
    },
  ]);
});

test('a challenger is listed as one', async () => {
  const { services, objects, json, first } = await aCampaignWithModels();
  const challengers = [{ family: 'random-forest', modelHash: first }] as const;
  await storeChampion(objects, 'demo', { ...bestStatic, challengers });
  await listModels(services, 'demo');
  expect(json).toMatchObject([{ models: [{ hash: first, role: 'challenger' }, {}] }]);
});

test('a damaged model does not hide the others', async () => {
  const { services, objects, lines, json, first } = await aCampaignWithModels();
  await objects.put(keysOf('demo').model('c'.repeat(64)), '{}');
  expect(await listModels(services, 'demo')).toBe(0);
  expect(lines.join(' ')).toMatch(/Model c{64} has the +content of/);
  expect(json).toMatchObject([{ models: [{ hash: first }, {}], damaged: [{}] }]);
});

test('a campaign without a model says which router is in use and why', async () => {
  const { services, objects, lines } = await aCli();
  await storeCampaign(objects, 'demo');
  await storeChampion(objects, 'demo', bestStatic);
  await listModels(services, 'demo');
  expect(lines.join('\n')).toMatch(/No model was trained.*not shown to be better/s);
});

test('show has lineage, figures with their intervals, confusion and importance', async () => {
  const { services, objects, lines, json, first } = await aCampaignWithModels();
  const evaluation = aModelEvaluation({
    judgedSlots: [3, 4],
    fittedSlots: [1, 2],
    regret: { value: 0.013, lower: 0.001, upper: 0.023 },
    regretBestStatic: { value: 0.413, lower: 0.411, upper: 0.423 },
  });
  await objects.put(keysOf('demo').modelEvaluation(first), JSON.stringify(evaluation));

  expect(await showModel(services, 'demo', first.slice(0, 6))).toBe(0);

  const text = lines.join('\n');
  expect(text).toContain(first);
  expect(text).toMatch(/Trained on +slots 1-2, 200 rows/);
  expect(text).toMatch(/Judged on +slots 3-4, fitted on 1-2: 158 rows/);
  expect(text).toMatch(/accuracy +0\.943 \(0\.910 to 0\.970\) +majority class 0\.911/);
  expect(text).toMatch(/regret \(u\) +0\.013 \(0\.001 to 0\.023\) +best-static 0\.413/);
  expect(text).toMatch(/ceiling +0\.931 to 0\.962/);
  expect(text).toMatch(/ecs was better +138 +6/);
  expect(text).toMatch(/in_flight_ecs +0\.210 \(0\.100 to 0\.300\) +0\.470/);
  expect(widest(lines)).toBeLessThanOrEqual(80);
  expect(json).toMatchObject([{ hash: first, evaluation: { rows: 158 } }]);
});

test('a model that was not judged says why instead of figures', async () => {
  const { services, lines, second } = await aCampaignWithModels();
  await showModel(services, 'demo', second);
  expect(lines.join('\n')).toMatch(/Not judged +It was fitted on all slots/);
  expect(lines.join('\n')).not.toContain('accuracy');
});

test('the beginning of a hash that several models have is refused with the candidates', async () => {
  const { services, objects } = await aCli();
  await storeCampaign(objects, 'demo');
  const { model } = keysOf('demo');
  for (const hash of ['abcdef1234', 'abcdef1299', 'ffff']) await objects.put(model(hash), '{}');
  await expect(showModel(services, 'demo', 'abc')).rejects.toThrow(
    /2 models.*abcdef123.*abcdef129/s,
  );
  await expect(showModel(services, 'demo', '123')).rejects.toThrow(/No model.*abcdef12.*ffff/s);
  await expect(showModel(services, 'demo', '')).rejects.toThrow(UsageError);
});

test('a promoted model is in use, and the one before is in the history', async () => {
  const cli = await aCampaignWithModels();
  const { services, objects, lines, json, first } = cli;

  expect(await promoteModel(services, 'demo', first.slice(0, 8))).toBe(0);

  const champion = await championOf(cli);
  expect(champion).toMatchObject({ kind: 'learned', modelHash: first, by: 'request' });
  expect(champion.reason).toContain('not shown to be better');
  expect(lines.join('\n')).toMatch(
    new RegExp(`In use +model ${first.slice(0, 8)} for heavy; light → lambda\nBefore +best-static`),
  );
  expect(json).toMatchObject([{ isChanged: true, before: { kind: 'best-static' } }]);
  const keys = keysOf('demo');
  expect(await objects.list(keys.champions)).toEqual([
    keys.championHistory(4),
    keys.requestedChampion(4, 1),
  ]);
});

test('best-static can be promoted, and a rollback brings the model back', async () => {
  const cli = await aCampaignWithModels();
  const { services, first, lines } = cli;
  await promoteModel(services, 'demo', first);
  await promoteModel(services, 'demo', 'best-static');
  expect(await championOf(cli)).toMatchObject({ kind: 'best-static', by: 'request' });

  expect(await rollBackModel(services, 'demo')).toBe(0);

  expect(await championOf(cli)).toMatchObject({ kind: 'learned', modelHash: first });
  expect(lines.at(-1)).toContain('crossover models promote demo best-static');
});

test('what is in use already is not promoted again', async () => {
  const { services, objects, lines, json } = await aCampaignWithModels();
  expect(await promoteModel(services, 'demo', 'best-static')).toBe(0);
  expect(lines.at(-1)).toBe('Nothing was changed.');
  expect(json).toMatchObject([{ isChanged: false }]);
  expect(await objects.list(keysOf('demo').champions)).toHaveLength(1);
});

test('without an earlier router there is nothing to roll back to', async () => {
  const { services } = await aCampaignWithModels();
  await expect(rollBackModel(services, 'demo')).rejects.toThrow(/no other router before this one/);
});

test('before the first retraining there is nothing to replace', async () => {
  const { services, objects } = await aCli();
  await storeCampaign(objects, 'demo');
  await expect(promoteModel(services, 'demo', 'best-static')).rejects.toThrow(/crossover retrain/);
});

test('a model of other workloads is refused with the reason, and the champion stays', async () => {
  const cli = await aCampaignWithModels();
  const plan = { workloads: [aWorkload({ name: 'other', ...oneVcpu })] };
  await storeCampaign(cli.objects, 'demo', { plan });
  const before = await championOf(cli);
  await expect(promoteModel(cli.services, 'demo', cli.first)).rejects.toThrow(
    /trained for light, heavy, and the plan has other/,
  );
  expect(await championOf(cli)).toEqual(before);
});

test('a model with another order of features is refused by the name of the first', async () => {
  const { services, objects } = await aCampaignWithModels();
  const features = [...featureNames(['light', 'heavy'])].reverse();
  const hash = await storeModel(objects, 'demo', aTrainedModel(3, { features }));
  await expect(promoteModel(services, 'demo', hash)).rejects.toThrow(
    /its feature 1 is workload=heavy, and here that is payload_bytes/,
  );
});

test('a champion that has changed in between is not replaced, and leaves no history', async () => {
  const { services, objects, first } = await aCampaignWithModels();
  const keys = keysOf('demo');
  // Somebody else is faster: between our look and our write the champion becomes another.
  const racing = Object.create(objects, {
    putIfAbsent: {
      value: async (key: string, body: string) => {
        await objects.put(keys.champion, JSON.stringify({ ...bestStatic, slotsSeen: 5 }));
        return await objects.putIfAbsent(key, body);
      },
    },
    get: { value: (key: string) => objects.get(key) },
    list: { value: (key: string) => objects.list(key) },
    remove: { value: (key: string) => objects.remove(key) },
    putIfMatch: {
      value: (...args: Parameters<typeof objects.putIfMatch>) => objects.putIfMatch(...args),
    },
  });
  await expect(promoteModel({ ...services, objects: racing }, 'demo', first)).rejects.toThrow(
    /changed by somebody else/,
  );
  expect(await objects.list(keys.champions)).toEqual([keys.championHistory(4)]);
});
