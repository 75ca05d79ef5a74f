import type { EstimateQuestion } from '../../domain/estimate/estimate-month.ts';
import type { EstimatedPlan } from '../../plan/estimated-plan.ts';
import type { LogSummary } from './log-summary.ts';
import type { Settings } from './options.ts';
import type { InvocationLog } from './read-log.ts';

/** What an estimate is about: where its figures come from, and the question that they make. */
export interface Subject {
  readonly source: SubjectSource;
  readonly settings: Settings;
  /** With the CPU time that is known, or with the most that a request can need. */
  readonly question: EstimateQuestion;
  /** The same with the least CPU; present where nobody knows how much it is. */
  readonly leastCpu?: EstimateQuestion;
  /** Every default that was taken, with what follows from it. */
  readonly assumed: readonly string[];
  /** What the source itself makes doubtful. */
  readonly doubts: readonly string[];
}

export type SubjectSource =
  | { readonly kind: 'numbers' }
  | {
      readonly kind: 'plan';
      readonly path: string;
      readonly campaign: string;
      readonly testbed: EstimatedPlan['testbed'];
    }
  | {
      readonly kind: 'log';
      readonly path?: string;
      readonly log: Omit<InvocationLog, 'invocations'>;
      readonly summary: LogSummary;
    };
