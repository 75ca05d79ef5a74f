/** What would flip a simulated answer: its assumptions, changed one at a time (METHOD 7.2). */
import type { Arm } from '../arm.ts';
import type { EvaluationSetup } from '../evaluation.ts';
import type { ModelArtifact } from '../models/model.ts';
import {
  fargateAt,
  lambdaAt,
  type PriceBook,
  percentChange,
  priceBookOf,
} from '../money/price-books.ts';
import type { Plan } from '../plan.ts';
import type { IntendedRequest } from '../requests/requests.ts';
import { scoreCells } from '../verdict/score-cells.ts';
import type { ArmCell } from '../verdict/verdict.ts';
import { affordableBlocks, isScoredBlock } from './simulated-blocks.ts';
import { defaultSimulation, type SimulationPlan } from './simulation.ts';

export interface Sensitivity {
  /** With nothing changed, on the same blocks. */
  readonly baseline: Decision;
  readonly rows: readonly SensitivityRow[];
  /** Scored blocks that were simulated again, of so many in the evaluation. */
  readonly blocks: number;
  readonly ofBlocks: number;
}

export interface Decision {
  /** Absent when no arm is fast enough. */
  readonly answer?: Arm;
  readonly isDecided: boolean;
}

export interface SensitivityRow extends Decision {
  readonly factor: string;
  readonly kind: FactorKind;
  readonly value: string;
  /** Another answer than the baseline's; "undecided" alone is no other answer. */
  readonly flips: boolean;
}

/** An assumption waits for a measurement; prices and SLOs are the reader's to know. */
export type FactorKind = 'assumption' | 'price' | 'slo';

/** The requests of a block as they were sent, and when it began. */
export interface EvaluationBlock {
  readonly block: number;
  readonly startsAtMs: number;
  readonly requests: readonly IntendedRequest[];
  /** Tasks of services that have another number than the plan's in this block; 0: it is down. */
  readonly tasks?: readonly BlockTasks[];
}

export interface BlockTasks {
  readonly arm: Arm;
  readonly workload: string;
  readonly tasks: number;
}

/** Everything that the arms would have done under another plan or other prices. */
export type Resimulate = (input: ResimulationInput) => Promise<readonly ResimulatedCell[]>;

export interface ResimulatedCell extends ArmCell {
  /** Scored requests on Lambda that met a new environment. */
  readonly coldStarts: number;
}

export interface ResimulationInput {
  readonly plan: Plan;
  readonly book: PriceBook;
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly setup: EvaluationSetup;
  /** The model of the hybrid arm's router, if it has one. */
  readonly artifact?: ModelArtifact;
  /** In their order, from the first: what one leaves behind, the next one finds. */
  readonly blocks: readonly EvaluationBlock[];
  /** Told after every block, for who waits. */
  readonly onBlock?: () => void;
}

export interface SensitivityQuestion {
  readonly plan: Plan;
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly setup: EvaluationSetup;
  readonly artifact?: ModelArtifact;
  /** All measured blocks, lead-in ones too, in their order. */
  readonly blocks: readonly EvaluationBlock[];
  readonly resimulate: Resimulate;
  /** Passed on to the verdict; fewer than its default only to test this. */
  readonly resamples?: number;
}

/**
 * Simulates the evaluation again under each change, on the same requests and with the same chance,
 * and decides again. What was pinned before the evaluation stays: arms, services and router. With
 * more requests than can be simulated in a minute, the first blocks stand for all, and it is said.
 */
export async function sensitivityOf(question: SensitivityQuestion): Promise<Sensitivity> {
  const { plan } = question;
  const blocks = affordableBlocks(plan, question.blocks, mostSends);
  const scoredOf = (some: readonly EvaluationBlock[]): number =>
    some.filter((block) => isScoredBlock(plan, block)).length;
  const book = priceBookOf(plan.pricing);
  const decide = (changed: Pick<Variation, 'plan' | 'book'>): Promise<Decision> =>
    decisionUnder({ ...question, ...changed, blocks });
  const baseline = await decide({ plan, book });
  const rows: SensitivityRow[] = [];
  for (const { factor, kind, value, ...changed } of variationsOf(plan, book)) {
    const decision = await decide(changed);
    rows.push({ factor, kind, value, ...decision, flips: decision.answer !== baseline.answer });
  }
  return {
    baseline,
    rows,
    blocks: scoredOf(blocks),
    ofBlocks: scoredOf(question.blocks),
  };
}

/** At some 300,000 sends a second, all variations together take half a minute. */
const mostSends = 600_000;

async function decisionUnder(
  input: ResimulationInput & Pick<SensitivityQuestion, 'resimulate' | 'resamples'>,
): Promise<Decision> {
  const { answer, isDecided } = scoreCells({ ...input, cells: await input.resimulate(input) });
  return { ...(answer === undefined ? {} : { answer }), isDecided };
}

/** One factor, changed. */
export interface Variation {
  readonly factor: string;
  readonly kind: FactorKind;
  readonly value: string;
  readonly plan: Plan;
  readonly book: PriceBook;
}

/** METHOD 7.2: what nobody has measured in public; and prices and SLOs (METHOD 3.6). */
export function variationsOf(plan: Plan, book: PriceBook): Variation[] {
  const simulation = plan.simulation ?? defaultSimulation;
  const under = (changes: Partial<SimulationPlan>): Pick<Variation, 'kind' | 'plan' | 'book'> => ({
    kind: 'assumption',
    plan: { ...plan, simulation: { ...simulation, ...changes } },
    book,
  });
  const priced = (times: number, changed: PriceBook): Omit<Variation, 'factor'> => ({
    kind: 'price',
    value: percentChange(times),
    plan,
    book: changed,
  });
  const { fargate, lambda, edge } = simulation;
  return [
    ...[0.8, 1.2].map((times) => ({
      factor: 'Fargate speed',
      value: percentChange(times),
      ...under({ fargate: { ...fargate, speed: times * fargate.speed } }),
    })),
    ...[300, 900].map((seconds) => ({
      factor: 'Lambda idle limit',
      value: `${seconds} s`,
      ...under({ lambda: { ...lambda, idleLimitMs: 1000 * seconds } }),
    })),
    ...[0.5, 2].map((times) => ({
      factor: 'Edge overhead',
      value: `x${times}`,
      ...under({
        edge: { ...edge, lambdaMs: times * edge.lambdaMs, ecsMs: times * edge.ecsMs },
      }),
    })),
    ...[0.8, 1.2].flatMap((times) => [
      { factor: 'Lambda price', ...priced(times, lambdaAt(book, times)) },
      { factor: 'Fargate price', ...priced(times, fargateAt(book, times)) },
    ]),
    ...(plan.workloads.some(({ slo }) => slo !== undefined)
      ? [0.5, 2].map((times) => ({
          factor: 'SLO latency',
          kind: 'slo' as const,
          value: `x${times}`,
          plan: withSlos(plan, times),
          book,
        }))
      : []),
  ];
}

function withSlos(plan: Plan, times: number): Plan {
  return {
    ...plan,
    workloads: plan.workloads.map((workload) =>
      workload.slo === undefined
        ? workload
        : { ...workload, slo: { ...workload.slo, latencyMs: times * workload.slo.latencyMs } },
    ),
  };
}
