import { evaluationCells } from '../../dataset/evaluation/evaluation-cells.ts';
import { withObjectFiles } from '../../dataset/object-files.ts';
import type { CampaignSummary } from '../../domain/campaign-summary.ts';
import type { EvaluationSetup } from '../../domain/evaluation.ts';
import type { MeasuredArms } from '../../domain/evidence/arm-measures.ts';
import { measuredArms } from '../../domain/evidence/measured-arms.ts';
import { keysOf, parseSummaryKey } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import type { RunReceipt, RunSummary } from '../../domain/receipt.ts';
import type { Verdict } from '../../domain/verdict/verdict.ts';
import type { ObjectStore } from '../../stores/object-store.ts';
import type { DeploymentRecord } from '../../testbeds/testbed.ts';
import { findObject, requireObject } from './stored-objects.ts';

/** What an evaluation has found, and what it has measured block by block. */
export interface StoredEvaluation {
  readonly verdict: Verdict | { readonly none: string };
  readonly setup?: EvaluationSetup;
  /** Absent when no block was scored. */
  readonly measured?: MeasuredArms;
}

/** Of a campaign in any store; a bundle is one. */
export async function readEvaluation(
  objects: ObjectStore,
  campaignId: string,
  plan: Plan,
): Promise<StoredEvaluation> {
  const keys = keysOf(campaignId);
  const setup = await findObject<EvaluationSetup>(objects, keys.evaluation);
  const deployment = await findObject<DeploymentRecord>(objects, keys.deployment);
  const found = await findObject<Verdict>(objects, keys.report('verdict.json'));
  const verdict = found ?? { none: await whyNone(objects, campaignId) };
  if (setup === undefined || deployment === undefined) return { verdict };
  const { cpuMs } = deployment;
  const { cells, startsAtMs } = await readCells(objects, campaignId, { plan, cpuMs });
  const measured = measuredArms({ plan, setup, cpuMs, cells, startsAtMs });
  return { verdict, setup, ...(measured === undefined ? {} : { measured }) };
}

async function whyNone(objects: ObjectStore, campaignId: string): Promise<string> {
  const key = keysOf(campaignId).report('summary.json');
  const summary = await findObject<CampaignSummary>(objects, key);
  if (summary === undefined) return 'The campaign has no report yet.';
  return 'none' in summary.verdict ? summary.verdict.none : 'It is not in the store.';
}

interface StoredBlock {
  readonly block: number;
  readonly run: string;
  readonly summary: RunSummary;
}

/** Joined blocks behind the lead-in, degraded ones among them, as in the verdict (METHOD 1.6). */
async function readCells(
  objects: ObjectStore,
  campaignId: string,
  { plan, cpuMs }: { readonly plan: Plan; readonly cpuMs: DeploymentRecord['cpuMs'] },
) {
  const keys = keysOf(campaignId);
  const blocks = (await scoredBlocks(objects, campaignId)).filter(
    ({ block }) => block > plan.evaluation.leadInBlocks,
  );
  const startsAtMs: Record<number, number> = {};
  for (const { block, run } of blocks) {
    const receipt = await findObject<RunReceipt>(objects, keys.receipt(run));
    if (receipt !== undefined) startsAtMs[block] = receipt.startsAtMs;
  }
  const summaries = new Map(blocks.map(({ block, summary }) => [block, summary]));
  const { cells } = await withObjectFiles(
    (key) => requireObject(objects, key),
    blocks.map(({ block }) => keys.blockObservations(block)),
    (paths) =>
      evaluationCells({
        parquet: blocks.map(({ block }, index) => ({ block, path: paths[index] ?? '' })),
        plan,
        cpuMs,
        addedTasksOf: (block) => summaries.get(block)?.addedTasks ?? [],
      }),
  );
  return { cells, startsAtMs };
}

async function scoredBlocks(
  objects: ObjectStore,
  campaignId: string,
): Promise<readonly StoredBlock[]> {
  const blocks: StoredBlock[] = [];
  for (const key of await objects.list(keysOf(campaignId).receipts)) {
    const parsed = parseSummaryKey(key);
    if (parsed?.kind !== 'block') continue;
    const summary = await findObject<RunSummary>(objects, key);
    if (summary !== undefined) blocks.push({ block: parsed.number, run: parsed.run, summary });
  }
  return blocks.sort((a, b) => a.block - b.block);
}
