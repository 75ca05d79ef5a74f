import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  ContinueAsNew,
  condition,
  isCancellation,
  proxyActivities,
  rootCause,
  setHandler,
} from '@temporalio/workflow';

import type { ReportActivities } from '../activities/reports.ts';
import type { TestbedActivities } from '../activities/testbeds.ts';
import {
  type CampaignOutcome,
  type CampaignProgress,
  type CampaignResult,
  noProgress,
  shortened,
  whyNotSkippable,
  withNote,
} from '../domain/campaign.ts';
import { whyNotRetrainable } from '../domain/models/retrain-request.ts';
import type { Plan } from '../domain/plan.ts';
import { campaignStartMs } from '../domain/schedule.ts';
import { releaseOptions, reportOptions, testbedOptions } from './activity-options.ts';
import { collectSlots } from './campaign-collection.ts';
import { evaluate } from './campaign-evaluation.ts';
import { ProgressBook } from './campaign-progress.ts';
import { retrainAtTheEnd } from './campaign-retraining.ts';
import {
  noteSignal,
  pauseUpdate,
  progressQuery,
  resumeUpdate,
  retrainSignal,
  skipUpdate,
  stopUpdate,
} from './messages.ts';

const { deployTestbed } = proxyActivities<TestbedActivities>(testbedOptions);
const { releaseOrphanedTestbed } = proxyActivities<TestbedActivities>(releaseOptions);
const { writeReport } = proxyActivities<ReportActivities>(reportOptions);

/**
 * One execution of a plan, in order: slots, retraining, evaluation, report. They are steps of one
 * workflow, so they never overlap. A slot that fails is a fact about the campaign, not its end.
 */
export async function campaign(
  plan: Plan,
  campaignId: string,
  resumeFrom: CampaignProgress = noProgress,
): Promise<CampaignResult> {
  const book = new ProgressBook(plan, campaignId, resumeFrom);
  const work = new CancellationScope();
  listen(plan, book, work);

  try {
    await work.run(async () => {
      await deploy(plan, campaignId, book);
      await collectSlots(plan, campaignId, book);
      await retrainAtTheEnd(plan, campaignId, book);
      await evaluate(plan, campaignId, book);
    });
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    const stopReason = book.current.stopReason;
    if (stopReason !== undefined && isCancellation(error)) {
      return await end(book, campaignId, 'stopped', stopReason);
    }
    const wasCancelled = CancellationScope.current().consideredCancelled;
    await CancellationScope.nonCancellable(async () => {
      const reason = wasCancelled ? 'The campaign was cancelled.' : rootCause(error);
      await end(book, campaignId, wasCancelled ? 'cancelled' : 'failed', reason);
      // Nothing to do while the testbed workflow lives; it releases when this workflow has ended.
      await releaseOrphanedTestbed.executeWithOptions({ summary: 'release, if nobody else will' }, [
        { campaignId },
      ]);
    });
    throw error;
  }
  return await end(book, campaignId, 'completed');
}

async function deploy(plan: Plan, campaignId: string, book: ProgressBook): Promise<void> {
  if (book.current.startsAtMs !== undefined) return;
  await deployTestbed.executeWithOptions({ summary: `bring up the ${plan.testbed} testbed` }, [
    { campaignId },
  ]);
  const startsAtMs = campaignStartMs(plan, Date.now());
  book.replace((progress) => ({ ...progress, startsAtMs }));
}

async function end(
  book: ProgressBook,
  campaignId: string,
  outcome: CampaignOutcome,
  reason?: string,
): Promise<CampaignResult> {
  book.enter('reporting');
  const result = { campaignId, outcome, ...(reason === undefined ? {} : { reason }) };
  const { reportKey } = await writeReport.executeWithOptions({ summary: 'write the report' }, [
    result,
  ]);
  await condition(allHandlersFinished);
  book.enter('ended');
  return { ...result, reportKey };
}

/** Handlers only change the progress; they are synchronous, so none can be cut off half-way. */
function listen(plan: Plan, book: ProgressBook, work: CancellationScope): void {
  setHandler(progressQuery, () => book.current, { description: 'All that the campaign knows.' });

  setHandler(
    noteSignal,
    (text) => book.replace((progress) => withNote(progress, { atMs: Date.now(), text })),
    { description: 'Write a line into the lab book; it appears in the report.' },
  );

  setHandler(
    retrainSignal,
    (requestedBy) => {
      const by = shortened(requestedBy);
      const refused = whyNotRetrainable(book.current, plan);
      const text = `Retraining, asked for by ${by}, was refused: ${refused}`;
      book.replace((progress) =>
        refused === undefined
          ? { ...progress, retrainRequest: { by } }
          : withNote(progress, { atMs: Date.now(), text }),
      );
    },
    { description: 'Retrain between two slots, as far as the time lasts.' },
  );

  setHandler(
    pauseUpdate,
    () => {
      book.replace((progress) => ({ ...progress, isPaused: true }));
      book.tellEvaluation(true);
      return book.current;
    },
    {
      description: 'Let the slot or block at work finish, then hold.',
      validator: () => refuseUnlessWorking(book),
    },
  );

  setHandler(
    resumeUpdate,
    () => {
      book.replace((progress) => ({ ...progress, isPaused: false }));
      book.tellEvaluation(false);
      return book.current;
    },
    {
      description: 'Undo a pause.',
      validator: () => {
        refuseUnlessWorking(book);
        if (!book.current.isPaused) throw refusal('The campaign is not paused.');
      },
    },
  );

  setHandler(
    skipUpdate,
    (slots) => {
      book.replace((progress) => ({
        ...progress,
        skips: [...new Set([...progress.skips, ...slots])].sort((a, b) => a - b),
      }));
      return book.current;
    },
    {
      description: 'Leave out slots that have not begun.',
      validator: (slots) => {
        refuseUnlessWorking(book);
        const reason = whyNotSkippable(book.current, slots, plan.schedule.slots);
        if (reason !== undefined) throw refusal(reason);
      },
    },
  );

  setHandler(
    stopUpdate,
    (reason) => {
      book.replace((progress) => ({ ...progress, stopReason: reason }));
      work.cancel();
      return book.current;
    },
    {
      description: 'End now: stop the load, write the report, release the testbed.',
      validator: (_reason) => refuseUnlessWorking(book),
    },
  );
}

function refuseUnlessWorking({ current }: ProgressBook): void {
  if (current.stopReason !== undefined) {
    throw refusal(`The campaign is already being stopped: ${current.stopReason}`);
  }
  if (current.phase === 'reporting' || current.phase === 'ended') {
    throw refusal(`The campaign is ${current.phase}; nothing is left to steer.`);
  }
}

function refusal(message: string): ApplicationFailure {
  return ApplicationFailure.create({ message, type: 'Refused', nonRetryable: true });
}
