import { mergeParts, readParts } from '../../dataset/merge.ts';
import type { Dataset } from '../../domain/dataset/dataset.ts';
import { compareTexts, compareValues } from '../../domain/evidence/difference.ts';
import type {
  NotRecomputed,
  Recomputation,
  RecomputedPart,
  RecomputeOptions,
} from '../../domain/evidence/recomputation.ts';
import type { ObjectStore } from '../../stores/object-store.ts';
import type { ActivityPorts } from '../activity-ports.ts';
import { CampaignStore } from '../campaign-store.ts';
import { judgeCampaign } from '../evaluation/campaign-verdict.ts';
import { storePolicyValue } from '../evaluation/policy-value.ts';
import { storeSensitivity } from '../evaluation/simulation-trust.ts';
import { createReportWriter, type ReportSource } from '../reports.ts';
import { withSlots } from '../stored-observations.ts';
import { recomputeModels } from './model-recomputation.ts';
import { OverlayStore } from './overlay-store.ts';
import { joinedRuns, recheckProgress, recountSummaries, rejoinRuns } from './run-recomputation.ts';

type RecomputePorts = Pick<ActivityPorts, 'testbeds' | 'families'>;

/**
 * Computes the numbers of a stored campaign again, by the code that computed them first, and
 * compares. The store is only read. Throws when an object that is needed is missing or unreadable.
 */
export function createRecomputer(ports: RecomputePorts) {
  return async (objects: ObjectStore, options: RecomputeOptions): Promise<Recomputation> => {
    const stored = new CampaignStore(objects, options.campaignId);
    const again = new CampaignStore(
      new OverlayStore(objects, hidesResults(stored, options)),
      options.campaignId,
    );
    const runs = await joinedRuns(stored);
    const parts = [
      await recountSummaries(stored, runs),
      await recheckProgress(stored, runs),
      ...(options.hasRaw ? [await rejoinRuns(stored, runs)] : []),
      await recomputeDatasets(stored),
      ...(options.trainsModels ? [await recomputeModels(ports, stored)] : []),
      await recomputeReport(ports, { stored, again, simulates: options.simulates }),
    ];
    return {
      recomputed: parts.flatMap(({ recomputed }) => recomputed),
      differences: parts.flatMap(({ differences }) => differences),
      notRecomputed: await leftOut(stored, again, options),
    };
  };
}

type Part = Pick<Recomputation, 'recomputed' | 'differences'>;

/** Everything in the report's folder is a result, but for what no computation here gives. */
function hidesResults({ keys }: CampaignStore, { simulates }: RecomputeOptions) {
  const given = givenKeys(keys);
  return (key: string): boolean =>
    key.startsWith(keys.reportFolder) &&
    (!given.includes(key) || (simulates && simulatedKeys(keys).includes(key)));
}

function givenKeys(keys: CampaignStore['keys']): readonly string[] {
  return [keys.reportProgress, ...simulatedKeys(keys)];
}

/** What only a simulation tells, which takes minutes. */
function simulatedKeys(keys: CampaignStore['keys']): readonly string[] {
  return [keys.report('sensitivity.json'), keys.policyValue];
}

/** A dataset's fingerprint is a hash of all that was measured in its slots; each is read once. */
async function recomputeDatasets(store: CampaignStore): Promise<Part> {
  const keys = await store.objects.list(store.keys.datasets);
  const datasets = await Promise.all(keys.map((key) => store.requireJson<Dataset>(key)));
  const slots = [...new Set(datasets.flatMap((dataset) => dataset.slots))];
  const parts = await withSlots(store, slots, readParts);
  const compared = datasets.map((dataset, index) => {
    const own = parts.filter(({ slot }) => dataset.slots.includes(slot));
    const again = mergeParts(own.sort((a, b) => a.slot - b.slot));
    return { key: keys[index] ?? '', ...compareValues(dataset, again) };
  });
  return {
    recomputed: compared.map(({ key, values }) => ({ path: key, values, from: 'observations' })),
    differences: compared.flatMap(({ key, differences }) =>
      differences.map((difference) => ({ file: key, ...difference })),
    ),
  };
}

async function recomputeReport(
  ports: RecomputePorts,
  {
    stored,
    again,
    simulates,
  }: {
    readonly stored: CampaignStore;
    readonly again: CampaignStore;
    readonly simulates: boolean;
  },
): Promise<Part> {
  const written = await stored.json<ReportSource>(stored.keys.reportProgress);
  await judgeAgain(ports, { stored, again, simulates });
  if (written !== undefined) {
    const write = createReportWriter({ objects: again.objects, testbeds: ports.testbeds });
    await write(written.request, written.progress);
  }
  return await compareResults(stored, again);
}

async function judgeAgain(
  ports: RecomputePorts,
  {
    stored,
    again,
    simulates,
  }: {
    readonly stored: CampaignStore;
    readonly again: CampaignStore;
    readonly simulates: boolean;
  },
): Promise<void> {
  const { keys } = stored;
  if ((await stored.objects.get(keys.report('verdict.json'))) === undefined) return;
  const blocks = (await joinedRuns(stored)).flatMap(({ run }) =>
    'block' in run ? [run.block] : [],
  );
  const judged = await judgeCampaign(again, blocks);
  if (!('verdict' in judged)) return;
  await again.putJson(keys.report('verdict.json'), judged.verdict);
  if (!simulates) return;
  const stands = async (key: string): Promise<boolean> =>
    (await stored.objects.get(key)) !== undefined;
  if (await stands(keys.report('sensitivity.json'))) await storeSensitivity(ports, again, blocks);
  if (await stands(keys.policyValue)) await storePolicyValue(ports, again);
}

/** Everything that was written again, against what is stored under its key. */
async function compareResults(stored: CampaignStore, again: CampaignStore): Promise<Part> {
  const recomputed: RecomputedPart[] = [];
  const differences: Recomputation['differences'][number][] = [];
  for (const key of resultKeys(again)) {
    const first = await findText(stored, key);
    const second = (await findText(again, key)) ?? '';
    const compared =
      first === undefined
        ? { differences: [{ path: '', second: 'an object that is not stored' }], values: 1 }
        : key.endsWith('.json')
          ? compareValues(JSON.parse(first), JSON.parse(second))
          : compareTexts(first, second);
    recomputed.push({ path: key, values: compared.values, from: 'observations' });
    differences.push(...compared.differences.map((difference) => ({ file: key, ...difference })));
  }
  return { recomputed, differences };
}

/** What was written over the store; what the writer was given it may write down again. */
function resultKeys({ objects, keys }: CampaignStore): readonly string[] {
  if (!(objects instanceof OverlayStore)) return [];
  return objects.writtenKeys.filter((key) => key !== keys.reportProgress);
}

async function findText(store: CampaignStore, key: string): Promise<string | undefined> {
  const found = await store.objects.get(key);
  return found && new TextDecoder().decode(found.body);
}

/** In plain words: what a reader may not take for recomputed. */
async function leftOut(
  stored: CampaignStore,
  again: CampaignStore,
  { hasRaw, trainsModels }: RecomputeOptions,
): Promise<readonly NotRecomputed[]> {
  const { keys, objects } = stored;
  const written = new Set(resultKeys(again));
  const results = (await objects.list(keys.reportFolder)).filter((key) => !written.has(key));
  const models = await objects.list(keys.models);
  return [
    ...(hasRaw
      ? []
      : [
          {
            what: 'observations, added tasks and costs of runs',
            because: 'they are made of raw records, which this bundle lists by hash alone',
          },
        ]),
    ...(models.length === 0 || trainsModels
      ? []
      : [
          {
            what: 'models and their figures (accuracy, V_pair, ceilings, importance)',
            because: 'they are checked by hash alone; --models trains them again',
          },
        ]),
    {
      what: 'what was decided before the evaluation (champion, arms, static table)',
      because: 'it is given, and checked by hash alone',
    },
    ...results.map((key) => ({ what: key, because: whyNot(keys, key) })),
  ];
}

function whyNot(keys: CampaignStore['keys'], key: string): string {
  switch (key) {
    case keys.reportProgress:
      return 'it is given; what receipts tell of it was compared';
    case keys.report('sensitivity.json'):
      return 'simulating it again takes minutes: --simulate does; it is checked by hash alone';
    case keys.policyValue:
      return 'V_self is a simulation that takes minutes: --simulate does it; checked by hash alone';
    default:
      return 'nothing here computes it; it is checked by hash alone';
  }
}
