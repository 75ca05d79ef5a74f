import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { withObjectFiles } from '../../dataset/object-files.ts';
import { recountRuns } from '../../dataset/recount.ts';
import { rowDifferences } from '../../dataset/row-differences.ts';
import { outcomeOf } from '../../domain/campaign.ts';
import { compareValues, type Difference } from '../../domain/evidence/difference.ts';
import type { Recomputation } from '../../domain/evidence/recomputation.ts';
import { parseSummaryKey, slotRun } from '../../domain/names.ts';
import type { RunReceipt, RunSummary } from '../../domain/receipt.ts';
import { blockRunRef, type LoadRunRef, slotRunRef } from '../../domain/requests/load-run.ts';
import type { CampaignStore } from '../campaign-store.ts';
import type { ReportSource } from '../reports.ts';
import { joinStoredRun } from '../run-join.ts';

type Part = Pick<Recomputation, 'recomputed' | 'differences'>;

/** A run that was joined, as the store has it. */
interface JoinedRun {
  readonly run: LoadRunRef;
  readonly summaryKey: string;
  readonly observationsKey: string;
  /** The stored object also has what only the join could count. */
  readonly summary: RunSummary & { readonly repeatedOutcomes?: number };
}

export async function joinedRuns(store: CampaignStore): Promise<readonly JoinedRun[]> {
  const runs: JoinedRun[] = [];
  for (const summaryKey of await store.objects.list(store.keys.receipts)) {
    const parsed = parseSummaryKey(summaryKey);
    if (parsed === undefined) continue;
    const { kind, number } = parsed;
    const isSlot = kind === 'slot';
    runs.push({
      run: isSlot ? slotRunRef(store.campaignId, number) : blockRunRef(store.campaignId, number),
      summaryKey,
      observationsKey: isSlot
        ? store.keys.slotObservations(number)
        : store.keys.blockObservations(number),
      summary: await store.requireJson(summaryKey),
    });
  }
  return runs;
}

/** The counts in the summaries of all runs, from their observations. */
export async function recountSummaries(
  store: CampaignStore,
  runs: readonly JoinedRun[],
): Promise<Part> {
  const recounted = await withObjectFiles(
    (key) => store.requireBytes(key),
    runs.map(({ observationsKey }) => observationsKey),
    (paths) =>
      recountRuns(
        runs.map(({ summary }, index) => ({
          path: paths[index] ?? '',
          repeatedOutcomes: summary.repeatedOutcomes ?? 0,
        })),
      ),
  );
  return joined(
    runs.map(({ summaryKey, summary }, index) => {
      const figures = recounted[index] ?? {};
      const stored = Object.fromEntries(
        Object.entries(summary).filter(([name]) => name in figures),
      );
      const { differences, values } = compareValues(stored, figures);
      return part(summaryKey, { differences, values, from: 'observations' });
    }),
  );
}

/** What the campaign remembered of its runs, from the summaries that their receipts keep. */
export async function recheckProgress(
  store: CampaignStore,
  runs: readonly JoinedRun[],
): Promise<Part> {
  const key = store.keys.reportProgress;
  const source = await store.json<ReportSource>(key);
  if (source === undefined) return { recomputed: [], differences: [] };
  const summaries = new Map(runs.map(({ run, summary }) => [run.run, summary]));
  const { outcomes, evaluation } = source.progress;
  const slots = outcomes.map((outcome) => {
    const summary = summaries.get(slotRun(outcome.slot));
    return 'rows' in outcome && summary !== undefined ? outcomeOf(outcome.slot, summary) : outcome;
  });
  const blocks = evaluation?.blocks.map((block) => summaries.get(block.run) ?? block);
  return part(key, {
    ...compareValues(
      { outcomes, evaluation: { blocks: evaluation?.blocks } },
      { outcomes: slots, evaluation: { blocks } },
      'progress',
    ),
    from: 'receipts',
  });
}

/** Observations and summaries of all runs, from what was recorded of them. */
export async function rejoinRuns(store: CampaignStore, runs: readonly JoinedRun[]): Promise<Part> {
  const parts: Part[] = [];
  for (const joinedRun of runs) parts.push(await rejoinRun(store, joinedRun));
  return joined(parts);
}

async function rejoinRun(
  store: CampaignStore,
  { run, summaryKey, observationsKey, summary }: JoinedRun,
): Promise<Part> {
  const receipt = await store.requireJson<RunReceipt>(store.keys.receipt(run.run));
  const folder = await mkdtemp(join(tmpdir(), 'crossover-rejoin-'));
  try {
    const { startsAtMs } = receipt;
    const again = await joinStoredRun(store, run, { folder, receipt, startsAtMs });
    const storedPath = join(folder, 'stored.parquet');
    await writeFile(storedPath, await store.requireBytes(observationsKey));
    const rows = await rowDifferences(storedPath, join(folder, 'part.parquet'));
    const counts = compareValues(summary, again);
    return joined([
      part(summaryKey, { ...counts, from: 'raw records' }),
      part(observationsKey, {
        values: rows.rows,
        differences: differencesOf(rows),
        from: 'raw records',
      }),
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function differencesOf({
  unmatched,
  columns,
}: Awaited<ReturnType<typeof rowDifferences>>): readonly Difference[] {
  const rows = unmatched === 0 ? [] : [{ path: 'rows', second: `${unmatched} without a partner` }];
  return [
    ...rows,
    ...Object.entries(columns).map(([path, count]) => ({
      path,
      second: `another value in ${count} ${count === 1 ? 'row' : 'rows'}`,
    })),
  ];
}

function part(
  path: string,
  {
    differences,
    values,
    from,
  }: {
    readonly differences: readonly Difference[];
    readonly values: number;
    readonly from: string;
  },
): Part {
  return {
    recomputed: [{ path, values, from }],
    differences: differences.map((difference) => ({ file: path, ...difference })),
  };
}

function joined(parts: readonly Part[]): Part {
  return {
    recomputed: parts.flatMap(({ recomputed }) => recomputed),
    differences: parts.flatMap(({ differences }) => differences),
  };
}
