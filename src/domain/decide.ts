/** From measured cells and costs to the verdict (METHOD 6.0 to 6.3). */
import type { Arm } from './arm.ts';
import { armResults } from './arm-result.ts';
import { defaultResamples, enoughBlocks, type Resamples, resampleBlocks } from './bootstrap.ts';
import { type CostContrast, costContrasts } from './cost-contrast.ts';
import { type EvaluationTable, evaluationTable } from './evaluation-table.ts';
import { type ArmSpeed, armSpeeds } from './fast-enough.ts';
import { minimumDetectableEffect } from './forecast.ts';
import { type LatencyEstimates, latencyContrast, latencyEstimates } from './latency-contrast.ts';
import type { Plan } from './plan.ts';
import { answerShare, measuredEffect, openContrasts, type Race, runRace } from './race.ts';
import { randomFor } from './random.ts';
import type { ArmBlockCost, ArmCell, ArmContrast, Verdict } from './verdict.ts';
import { verdictSentence } from './verdict-sentence.ts';

export interface VerdictQuestion {
  readonly plan: Plan;
  readonly cells: readonly ArmCell[];
  readonly costs: readonly ArmBlockCost[];
  /** Arms that were to be measured. */
  readonly arms: readonly Arm[];
  /** Arms left out before the evaluation, with the reason. */
  readonly skipped: Verdict['skipped'];
  readonly seed: number;
  /** At least 2,000 (METHOD 6.3), which is the default; fewer only to test the method itself. */
  readonly resamples?: number;
}

/** A fast-enough test must have the same result in so many resamples (METHOD 6.0). */
const stableShare = 0.95;

/** The same question gives the same verdict: everything drawn comes from `seed`. */
export function decideVerdict(question: VerdictQuestion): Verdict {
  const { plan, cells, costs, arms } = question;
  const workloads = plan.workloads.map(({ name }) => name);
  const table = evaluationTable({ arms, workloads, cells, costs });
  if (table.blocks.length === 0) return nothingMeasured(question, table);

  const random = randomFor(question.seed, 'verdict', 'blocks');
  const count = question.resamples ?? defaultResamples;
  const resamples = resampleBlocks(table.blocks.length, random, count);
  const estimates = latencyEstimates(table, resamples);
  const slos = plan.workloads.map(({ slo }) => slo);
  const { margin } = plan.question;
  const speeds = armSpeeds({ table, resamples, slos, estimates, margin });
  const race = runRace(table, speeds);
  const contrasts = costContrasts({ table, resamples, margin, answer: race.answer });
  return verdictOf({ question, table, resamples, estimates, speeds, race, contrasts });
}

interface Evidence {
  readonly question: VerdictQuestion;
  readonly table: EvaluationTable;
  readonly resamples: Resamples;
  readonly estimates: LatencyEstimates | undefined;
  readonly speeds: readonly ArmSpeed[];
  readonly race: Race;
  readonly contrasts: readonly CostContrast[];
}

function verdictOf(evidence: Evidence): Verdict {
  const { question, table, resamples, estimates, speeds, race, contrasts } = evidence;
  const { plan } = question;
  const blocks = table.blocks.length;
  const planned = plannedEffect(plan);
  const verdict = {
    ...(race.answer === undefined ? {} : { answer: race.answer }),
    isDecided: isDecided(evidence),
    share: answerShare(race, { table, resamples }, speeds),
    ...(estimates === undefined ? {} : { quantile: estimates.quantile }),
    blocks,
    arms: armResults({ table, resamples, speeds, slos: plan.workloads.map(({ slo }) => slo) }),
    contrasts: contrasts.map((contrast) => withLatency(contrast, evidence)),
    minimumDetectableEffect: measuredEffect(race, contrasts, blocks) ?? planned,
    plannedMinimumDetectableEffect: planned,
    isFewBlocks: blocks < enoughBlocks,
    skipped: [...question.skipped, ...table.unmeasured],
    twins: race.twins,
  };
  const open = openContrasts(race, contrasts);
  const sentence = verdictSentence({ plan, verdict, race, open, unmeasured: table.unmeasured });
  return { ...verdict, sentence };
}

/** METHOD 6.0 and, for hybrid, 6.1. */
function isDecided({ question, table, speeds, race, contrasts }: Evidence): boolean {
  if (race.answer === undefined || table.blocks.length < 2) return false;
  if (table.unmeasured.length > 0 || openContrasts(race, contrasts).length > 0) return false;
  if (speeds.some(({ stability }) => stability < stableShare)) return false;
  if (race.answer !== 'hybrid') return true;
  const met = [...race.arms, ...question.skipped.map(({ arm }) => arm)];
  return hybridMustBeat.every((arm) => met.includes(arm));
}

/** An arm that is not fast enough is beaten by that; one that nobody measured is not. */
const hybridMustBeat: readonly Arm[] = ['lambda-only', 'ecs-only', 'best-static'];

function withLatency(
  { arm, against, cost }: CostContrast,
  { question: { plan }, table, estimates, race }: Evidence,
): ArmContrast {
  if (estimates === undefined) return { arm, against, cost };
  const latency = latencyContrast(
    {
      estimates,
      shares: plan.workloads.map(({ share }) => share),
      blocks: table.blocks.length,
      margin: plan.question.margin,
      timeoutMs: plan.load.timeoutMs,
    },
    race.arms.indexOf(arm),
    race.arms.indexOf(against),
  );
  return latency === undefined ? { arm, against, cost } : { arm, against, cost, latency };
}

function nothingMeasured(question: VerdictQuestion, table: EvaluationTable): Verdict {
  const planned = plannedEffect(question.plan);
  const lost = table.unmeasured.map(({ arm, reason }) => ` ${arm}: ${reason}.`).join('');
  return {
    isDecided: false,
    sentence: `Undecided: there is no block in which every arm was measured.${lost}`,
    share: 0,
    blocks: 0,
    arms: [],
    contrasts: [],
    minimumDetectableEffect: planned,
    plannedMinimumDetectableEffect: planned,
    isFewBlocks: true,
    skipped: [...question.skipped, ...table.unmeasured],
  };
}

function plannedEffect(plan: Plan): number {
  const planned = minimumDetectableEffect(plan);
  if (planned !== undefined) return planned;
  const { blocks, leadInBlocks } = plan.evaluation;
  throw new Error(
    `Plan "${plan.campaign}" has no scored block: evaluation.blocks is ${blocks}, of which ` +
      `${leadInBlocks} are lead-in. Raise evaluation.blocks.`,
  );
}
