/** From measured cells and costs to the verdict (METHOD 6.0 to 6.3). */
import { type Arm, isCandidate } from '../arm.ts';
import type { Plan } from '../plan.ts';
import { randomFor } from '../statistics/random.ts';
import { armResults } from './arm-result.ts';
import { defaultResamples, enoughBlocks } from './bootstrap.ts';
import { type CostContrast, costContrasts } from './cost-contrast.ts';
import { type EvaluationTable, evaluationTable } from './evaluation-table.ts';
import { extensionOf, plannedExtension } from './extension.ts';
import { type ArmSpeed, armSpeeds, stableShare } from './fast-enough.ts';
import { type LatencyEstimates, latencyContrast, latencyEstimates } from './latency-contrast.ts';
import { noiseFloors } from './noise-floor.ts';
import { nothingMeasured, plannedEffect } from './nothing-measured.ts';
import { pairingGains } from './pairing.ts';
import {
  type CollectedArms,
  type PlatformFindings,
  platformFindings,
} from './platform-estimates.ts';
import { answerShare, measuredEffect, openContrasts, type Race, runRace } from './race.ts';
import { type Sampling, type SamplingQuestion, samplingOf } from './sampling.ts';
import type { ArmBlockCost, ArmCell, ArmContrast, Verdict } from './verdict.ts';
import { verdictSentence } from './verdict-sentence.ts';

export interface VerdictQuestion {
  readonly plan: Plan;
  readonly cells: readonly ArmCell[];
  readonly costs: readonly ArmBlockCost[];
  /** Arms that were to be measured, A/A copies among them. */
  readonly arms: readonly Arm[];
  /** When each block began, by its number: which of them are of one day (METHOD 6.3). */
  readonly startsAtMs?: Readonly<Record<number, number>>;
  /** What the collection says about lambda-only and ecs-only (METHOD 6.0). */
  readonly collection?: CollectedArms;
  /** Arms left out before the evaluation, with the reason. */
  readonly skipped: Verdict['skipped'];
  readonly seed: number;
  /** At least 2,000 (METHOD 6.3), which is the default; fewer only to test the method itself. */
  readonly resamples?: number;
}

/** The same question gives the same verdict: everything drawn comes from `seed`. */
export function decideVerdict(question: VerdictQuestion): Verdict {
  const { plan, cells, costs } = question;
  const arms = question.arms.filter(isCandidate);
  const workloads = plan.workloads.map(({ name }) => name);
  const table = evaluationTable({ arms, workloads, cells, costs });
  if (table.blocks.length === 0) return nothingMeasured(question, table);

  const drawing = drawingOf(question);
  const random = randomFor(question.seed, 'verdict', 'blocks');
  const sampling = samplingOf({ ...drawing, table, random });
  const estimates = latencyEstimates(table, sampling.resamples);
  const slos = plan.workloads.map(({ slo }) => slo);
  const { margin } = plan.question;
  const speeds = armSpeeds({ table, sampling, slos, estimates, margin });
  const platforms = platformsOf(question, drawing, estimates);
  const race = runRace(table, speeds, cheaperPlatform(platforms));
  const onBlocks = costContrasts({ table, sampling, margin, answer: race.answer });
  const contrasts = onBlocks.map((contrast) => withSlots(contrast, platforms));
  return verdictOf({ question, table, sampling, estimates, speeds, platforms, race, contrasts });
}

interface Evidence {
  readonly question: VerdictQuestion;
  readonly table: EvaluationTable;
  readonly sampling: Sampling;
  readonly estimates: LatencyEstimates | undefined;
  readonly speeds: readonly ArmSpeed[];
  readonly platforms: PlatformFindings | undefined;
  readonly race: Race;
  readonly contrasts: readonly CostContrast[];
}

/** What is the same for everything that is drawn again. */
type Drawing = Omit<SamplingQuestion, 'table' | 'random'>;

function drawingOf({ plan, startsAtMs, resamples }: VerdictQuestion): Drawing {
  const extension = plannedExtension(plan);
  return {
    count: resamples ?? defaultResamples,
    timezone: plan.schedule.timezone,
    ...(startsAtMs === undefined ? {} : { startsAtMs }),
    ...(extension === undefined ? {} : { extension }),
  };
}

function platformsOf(
  { collection, plan, cells, costs, seed }: VerdictQuestion,
  sampling: Drawing,
  estimates: LatencyEstimates | undefined,
): PlatformFindings | undefined {
  if (collection === undefined) return undefined;
  const quantile = estimates?.quantile;
  return platformFindings({ plan, cells, costs, collection, seed, sampling, quantile });
}

/** Of the two pure arms the one that slots and blocks together find cheaper (METHOD 6.0). */
function cheaperPlatform(platforms: PlatformFindings | undefined): Arm | undefined {
  const together = platforms?.together?.('lambda-only', 'ecs-only')?.cost;
  if (together === undefined) return undefined;
  return together.cost.ratio <= 1 ? together.arm : together.against;
}

/** Between the pure arms slots count as well, where they may be put together with blocks. */
function withSlots(contrast: CostContrast, platforms: PlatformFindings | undefined): CostContrast {
  return platforms?.together?.(contrast.arm, contrast.against)?.cost ?? contrast;
}

function verdictOf(evidence: Evidence): Verdict {
  const { question, table, sampling, race, contrasts, platforms } = evidence;
  const { plan } = question;
  const open = openContrasts(race, contrasts);
  const found = { ...findings(evidence), ...doubts(evidence) };
  const extension = extensionOf(plan, found, {
    unmeasured: table.unmeasured,
    lastBlock: Math.max(...table.blocks),
    stableShare: stableShare(sampling),
    open,
  });
  const verdict = {
    ...found,
    ...(extension === undefined ? {} : { extension }),
    ...(platforms === undefined ? {} : { platforms: platforms.contrast }),
  };
  const facts = { plan, verdict, race, open, sampling, unmeasured: table.unmeasured };
  return { ...verdict, sentence: verdictSentence(facts) };
}

/** The answer, the arms and their differences. */
function findings(evidence: Evidence): Omit<Verdict, 'sentence'> {
  const { question, table, sampling, estimates, speeds, race, contrasts } = evidence;
  const { plan } = question;
  const planned = plannedEffect(plan);
  return {
    ...(race.answer === undefined ? {} : { answer: race.answer }),
    isDecided: isDecided(evidence),
    share: answerShare(race, { table, sampling }, speeds),
    ...(estimates === undefined ? {} : { quantile: estimates.quantile }),
    blocks: table.blocks.length,
    arms: armResults({ table, sampling, speeds, slos: plan.workloads.map(({ slo }) => slo) }),
    contrasts: contrasts.map((contrast) => withLatency(contrast, evidence)),
    minimumDetectableEffect: measuredEffect(race, contrasts, sampling) ?? planned,
    plannedMinimumDetectableEffect: planned,
    isFewBlocks: sampling.units.length < enoughBlocks,
    skipped: [...question.skipped, ...table.unmeasured],
    twins: race.twins,
  };
}

/** How sure it is: what was drawn, what pairing brought, how large mere noise is. */
function doubts(evidence: Evidence) {
  const { question, table, sampling, estimates, race } = evidence;
  const { plan, cells, costs, seed } = question;
  const noise = noiseFloors({
    plan,
    cells,
    costs,
    seed,
    sampling: drawingOf(question),
    quantile: estimates?.quantile,
  });
  return {
    unit: sampling.unit,
    units: sampling.units.length,
    intervals: sampling.intervals,
    stableShare: stableShare(sampling),
    ...(sampling.autocorrelation === undefined
      ? {}
      : { autocorrelation: sampling.autocorrelation }),
    ...(sampling.widening === 1 ? {} : { widening: sampling.widening }),
    pairing: pairingGains({
      table,
      sampling,
      estimates,
      race,
      shares: plan.workloads.map(({ share }) => share),
      timeoutMs: plan.load.timeoutMs,
    }),
    ...(noise.length === 0 ? {} : { noiseFloor: noise }),
  };
}

/** METHOD 6.0 and, for hybrid, 6.1. */
function isDecided({ question, table, sampling, speeds, race, contrasts }: Evidence): boolean {
  if (race.answer === undefined || table.blocks.length < 2) return false;
  if (table.unmeasured.length > 0 || openContrasts(race, contrasts).length > 0) return false;
  if (speeds.some(({ stability }) => stability < stableShare(sampling))) return false;
  if (race.answer !== 'hybrid') return true;
  const met = [...race.arms, ...question.skipped.map(({ arm }) => arm)];
  return hybridMustBeat.every((arm) => met.includes(arm));
}

/** An arm that is not fast enough is beaten by that; one that nobody measured is not. */
const hybridMustBeat: readonly Arm[] = ['lambda-only', 'ecs-only', 'best-static'];

function withLatency(
  { arm, against, cost }: CostContrast,
  { question: { plan }, sampling, estimates, platforms, race }: Evidence,
): ArmContrast {
  if (estimates === undefined) return { arm, against, cost };
  const latency =
    platforms?.together?.(arm, against)?.latency ??
    latencyContrast(
      {
        estimates,
        shares: plan.workloads.map(({ share }) => share),
        sampling,
        margin: plan.question.margin,
        timeoutMs: plan.load.timeoutMs,
      },
      race.arms.indexOf(arm),
      race.arms.indexOf(against),
    );
  return latency === undefined ? { arm, against, cost } : { arm, against, cost, latency };
}
