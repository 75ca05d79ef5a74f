import {
  CancellationScope,
  condition,
  log,
  proxyActivities,
  rootCause,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';

import type { EvaluationActivities } from '../activities/evaluations.ts';
import type { LoadRunActivities } from '../activities/load-runs.ts';
import type { ObservationActivities } from '../activities/observations.ts';
import type { TestbedActivities } from '../activities/testbeds.ts';
import { type BlockFailure, type EvaluationResult, shortened } from '../domain/campaign.ts';
import { blockRunRef, type RunWindow, runWindow } from '../domain/load-run.ts';
import type { SchedulePlan } from '../domain/plan.ts';
import type { RunSummary } from '../domain/receipt.ts';
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
  readonly pace: SchedulePlan['pace'];
  /** Nominal start of the first block, for simulated time. */
  readonly nominalStartMs: number;
  readonly leadMs: number;
  readonly timeoutMs: number;
  readonly isHeld: boolean;
}

/** Runs every arm on the same requests, block by block, and decides between them. */
export async function evaluation(input: EvaluationInput): Promise<EvaluationResult> {
  const { campaignId, blocks } = input;
  let isHeld = input.isHeld;
  let block = 0;
  setHandler(evaluationProgressQuery, () => ({ block, blocks, isHeld }), {
    description: 'Which block is at work.',
  });
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
  const summaries: RunSummary[] = [];
  const measured: number[] = [];
  const blockFailures: BlockFailure[] = [];

  for (block = 1; block <= blocks; block += 1) {
    setCurrentDetails(blockDetails(setup.arms, block, blocks, isHeld));
    await condition(() => !isHeld);
    try {
      summaries.push(await runBlock(input, block, setup.blockLengthMs));
      measured.push(block);
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) throw error;
      const reason = shortened(rootCause(error) ?? 'unknown cause');
      log.warn('Block failed', { block, reason });
      blockFailures.push({ block, reason });
    }
  }

  const score = await evaluations.scoreEvaluation.executeWithOptions(
    { summary: 'score the arms' },
    [{ campaignId, blocks: measured }],
  );
  return { blocks: summaries, blockFailures, ...score };
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
  block: number,
  blocks: number,
  isHeld: boolean,
): string {
  const state = isHeld ? 'Paused before' : 'At';
  return `${state} block **${block} of ${blocks}**. Arms: ${arms.join(', ')}.`;
}
