import {
  CancellationScope,
  condition,
  continueAsNew,
  log,
  proxyActivities,
  rootCause,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';

import type { EvaluationActivities, Score } from '../activities/evaluation/evaluations.ts';
import type { LoadRunActivities } from '../activities/load/load-runs.ts';
import type { ObservationActivities } from '../activities/observations.ts';
import type { TestbedActivities } from '../activities/testbeds.ts';
import { type BlockFailure, type EvaluationResult, shortened } from '../domain/campaign.ts';
import type { SchedulePlan } from '../domain/plan.ts';
import type { RunSummary } from '../domain/receipt.ts';
import { blockRunRef, type RunWindow, runWindow } from '../domain/requests/load-run.ts';
import { analysisOptions, drawOptions, testbedOptions } from './activity-options.ts';
import { evaluationProgressQuery, holdSignal } from './messages.ts';
import { startLoad } from './slot.ts';

const evaluations = proxyActivities<EvaluationActivities>(analysisOptions);
const testbeds = proxyActivities<TestbedActivities>(testbedOptions);
const draws = proxyActivities<Pick<LoadRunActivities, 'drawRequests'>>(drawOptions);
const observations = proxyActivities<ObservationActivities>(analysisOptions);

export interface EvaluationInput {
  readonly campaignId: string;
  readonly blocks: number;
  /** Blocks at most, while it is undecided (METHOD 6.5); absent: it ends after `blocks`. */
  readonly extendTo?: number;
  readonly pace: SchedulePlan['pace'];
  /** Nominal start of the first block, for simulated time. */
  readonly nominalStartMs: number;
  readonly leadMs: number;
  readonly timeoutMs: number;
  readonly isHeld: boolean;
  /** What earlier runs of this evaluation have done; absent in its first. */
  readonly soFar?: BlocksSoFar;
}

/** What the blocks have left behind; it grows with them, as the result does. */
interface BlocksSoFar {
  readonly summaries: readonly RunSummary[];
  readonly measured: readonly number[];
  readonly failures: readonly BlockFailure[];
}

/** Runs every arm on the same requests, block by block, and decides between them. */
export async function evaluation(input: EvaluationInput): Promise<EvaluationResult> {
  const { campaignId, blocks, extendTo } = input;
  const atMost = extendTo ?? blocks;
  let isHeld = input.isHeld;
  let soFar: BlocksSoFar = input.soFar ?? { summaries: [], measured: [], failures: [] };
  let block = 0;
  setHandler(
    evaluationProgressQuery,
    () => ({ block, blocks, ...(extendTo === undefined ? {} : { atMost }), isHeld }),
    { description: 'Which block is at work.' },
  );
  setHandler(
    holdSignal,
    (held) => {
      isHeld = held;
    },
    { description: 'Hold between two blocks, or go on.' },
  );

  const setup = await evaluations.planEvaluation.executeWithOptions(
    { summary: 'pin the arms and the model' },
    [{ campaignId }],
  );
  for (block = blocksOf(soFar) + 1; block <= atMost; block += 1) {
    if (block > blocks) {
      const score = await lookedAt(campaignId, soFar);
      if (score.isOpen !== true) return resultOf(soFar, score);
    }
    setCurrentDetails(blockDetails(setup.arms, { block, blocks, atMost, isHeld }));
    await condition(() => !isHeld);
    const outcome = await blockOutcome(input, block, setup.blockLengthMs);
    soFar = withBlock(soFar, block, outcome);
    if (extendTo !== undefined && block < atMost && workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof evaluation>({ ...input, isHeld, soFar });
    }
  }

  const score = await evaluations.scoreEvaluation.executeWithOptions(
    { summary: 'score the arms' },
    [{ campaignId, blocks: soFar.measured }],
  );
  return resultOf(soFar, score);
}

function resultOf({ summaries, failures }: BlocksSoFar, score: Score): EvaluationResult {
  const { hasVerdict, noVerdict } = score;
  return {
    blocks: summaries,
    blockFailures: failures,
    hasVerdict,
    ...(noVerdict === undefined ? {} : { noVerdict }),
  };
}

function blocksOf({ measured, failures }: BlocksSoFar): number {
  return measured.length + failures.length;
}

/** Whether the blocks so far have left undecided what more of them may decide (METHOD 6.5). */
async function lookedAt(campaignId: string, { measured }: BlocksSoFar): Promise<Score> {
  return await evaluations.scoreEvaluation.executeWithOptions(
    { summary: `is it decided after ${measured.length} blocks?` },
    [{ campaignId, blocks: measured, isInterim: true }],
  );
}

type BlockOutcome = { readonly summary: RunSummary } | { readonly reason: string };

/** A block that fails is a fact about the evaluation, not its end. */
async function blockOutcome(
  input: EvaluationInput,
  block: number,
  lengthMs: number,
): Promise<BlockOutcome> {
  try {
    return { summary: await runBlock(input, block, lengthMs) };
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) throw error;
    const reason = shortened(rootCause(error) ?? 'unknown cause');
    log.warn('Block failed', { block, reason });
    return { reason };
  }
}

function withBlock(soFar: BlocksSoFar, block: number, outcome: BlockOutcome): BlocksSoFar {
  if ('reason' in outcome) {
    return { ...soFar, failures: [...soFar.failures, { block, reason: outcome.reason }] };
  }
  return {
    ...soFar,
    summaries: [...soFar.summaries, outcome.summary],
    measured: [...soFar.measured, block],
  };
}

/** A block begins when the testbed is ready for it, not on a grid: it is not an hour of a day. */
async function runBlock(
  input: EvaluationInput,
  block: number,
  lengthMs: number,
): Promise<RunSummary> {
  const run = blockRunRef(input.campaignId, block);
  const name = `block ${block}`;
  // Preparing must know how long the testbed is needed; the run's own window follows from when it is ready.
  const [, drawn] = await Promise.all([
    testbeds.prepareWindow.executeWithOptions({ summary: `${name}: bring the arms up` }, [
      { run, window: blockWindow(input, block, lengthMs) },
    ]),
    draws.drawRequests.executeWithOptions({ summary: `${name}: draw the requests` }, [{ run }]),
  ]);
  const window = blockWindow(input, block, lengthMs);
  await startLoad(window, `${name}: ${drawn.requests} requests to each arm`)([{ run, window }]);
  return await observations.joinObservations.executeWithOptions(
    { summary: `${name}: collect and join` },
    [{ run, window }],
  );
}

/** How long a block may wait for a load worker before it is given up. */
const blockGraceMs = 120_000;

function blockWindow(input: EvaluationInput, block: number, lengthMs: number): RunWindow {
  const startsAtMs =
    input.pace === 'immediate'
      ? input.nominalStartMs + (block - 1) * lengthMs
      : Date.now() + input.leadMs;
  return runWindow({
    pace: input.pace,
    startsAtMs,
    lengthMs,
    everyMs: lengthMs + blockGraceMs,
    leadMs: input.leadMs,
    graceMs: blockGraceMs,
    timeoutMs: input.timeoutMs,
  });
}

function blockDetails(
  arms: readonly string[],
  at: {
    readonly block: number;
    readonly blocks: number;
    readonly atMost: number;
    readonly isHeld: boolean;
  },
): string {
  const state = at.isHeld ? 'Paused before' : 'At';
  const of = at.block > at.blocks ? `at most ${at.atMost}, still undecided` : `${at.blocks}`;
  return `${state} block **${at.block} of ${of}**. Arms: ${arms.join(', ')}.`;
}
