import type { DatasetActivities } from '../../src/activities/datasets.ts';
import type { EvaluationActivities } from '../../src/activities/evaluation/evaluations.ts';
import type { ModelActivities } from '../../src/activities/learning/models.ts';
import type { PromotionActivities } from '../../src/activities/learning/promotions.ts';
import type { TuningActivities } from '../../src/activities/learning/tuning.ts';
import type { LoadRunActivities } from '../../src/activities/load/load-runs.ts';
import type { ObservationActivities } from '../../src/activities/observations.ts';
import type { ReportActivities } from '../../src/activities/reports.ts';
import type { ScheduleActivities } from '../../src/activities/schedules.ts';
import type { TestbedActivities } from '../../src/activities/testbeds.ts';
import { aRunSummary } from '../support/a-run-summary.ts';

type AllActivities = DatasetActivities &
  EvaluationActivities &
  LoadRunActivities &
  ModelActivities &
  ObservationActivities &
  PromotionActivities &
  ReportActivities &
  ScheduleActivities &
  TestbedActivities &
  TuningActivities;

/** What the outside world did while workflows ran, in order. */
export interface World {
  readonly activities: { readonly [Name in keyof AllActivities]: AllActivities[Name] };
  readonly prepared: string[];
  readonly reports: Parameters<ReportActivities['writeReport']>[0][];
  readonly released: string[];
  readonly trainedOn: (readonly number[])[];
  /** Trainings, combinations and what else models are judged by, as they began. */
  readonly learned: string[];
  /** What became of the nightly schedule. */
  readonly schedules: string[];
}

/** Activities that do what real ones report, without doing it; a test replaces what it is about. */
export function aWorld(changes: Partial<AllActivities> = {}): World {
  const prepared: string[] = [];
  const reports: Parameters<ReportActivities['writeReport']>[0][] = [];
  const released: string[] = [];
  const trainedOn: (readonly number[])[] = [];
  const learned: string[] = [];
  const schedules: string[] = [];
  return {
    learned,
    schedules,
    prepared,
    reports,
    released,
    trainedOn,
    activities: {
      deployTestbed: async () => undefined,
      prepareWindow: async ({ run }) => {
        prepared.push(run.run);
      },
      releaseOrphanedTestbed: async () => undefined,
      releaseTestbed: async ({ campaignId }) => {
        released.push(campaignId);
        return { leftovers: [] };
      },
      drawRequests: async () => ({ requests: 10 }),
      runLoad: async () => ({ attempts: 1 }),
      joinObservations: async ({ run }) => aRunSummary({ run: run.run }),
      buildDataset: async ({ slots }) => {
        trainedOn.push(slots);
        return { fingerprint: 'f', slots, rows: 20 * slots.length, pairs: 10 * slots.length };
      },
      planRetraining: async ({ families }) => ({
        judge: 'split',
        recipes: families.map((family) => ({ family, combinations: 0 })),
      }),
      tuneCombination: async ({ family, combination }) => {
        learned.push(`tune ${family} ${combination}`);
        return { params: {}, vPair: 0, rows: 10 };
      },
      chooseTunedParams: async () => ({ trees: 7 }),
      trainModel: async ({ family, params }) => {
        learned.push(`train ${family}${params === undefined ? '' : ` ${JSON.stringify(params)}`}`);
        return {
          family,
          kind: 'trained',
          modelHash: 'm',
          judgement: { kind: 'not-judged', reason: 'a scripted model' },
        };
      },
      judgeUnseenWorkloads: async ({ modelHash }) => {
        learned.push(`unseen workloads ${modelHash}`);
      },
      createNightlySchedule: async ({ campaignId }) => {
        schedules.push(`create ${campaignId}`);
      },
      deleteNightlySchedule: async ({ campaignId }) => {
        schedules.push(`delete ${campaignId}`);
      },
      findNightlyWork: async () => ({
        kind: 'retrain',
        slots: [1, 2],
        slotsSeen: 2,
        families: ['random-forest'],
        testbed: 'local',
      }),
      promoteModel: async ({ slotsSeen, dataset }) => ({
        slotsSeen,
        ...(dataset === undefined ? {} : { dataset }),
        championKind: 'best-static',
        championReason: 'It is the first.',
        findings: [],
      }),
      planEvaluation: async () => ({
        arms: ['lambda-only', 'ecs-only', 'hybrid'],
        blockLengthMs: 60_000,
      }),
      scoreEvaluation: async () => ({ hasVerdict: true }),
      writeReport: async (request) => {
        reports.push(request);
        return { reportKey: 'campaigns/test/report/report.html' };
      },
      ...changes,
    },
  };
}
