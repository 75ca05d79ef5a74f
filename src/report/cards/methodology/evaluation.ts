/** How arms were priced, compared and decided between. */
import type { Verdict } from '../../../domain/verdict/verdict.ts';
import { findVerdict, whyNoVerdict } from '../../answer.ts';
import { type Block, paragraph } from '../../document.ts';
import {
  count,
  counted,
  duration,
  figure,
  listed,
  midSentence,
  percent,
  sentence,
} from '../../format.ts';
import type { ReportInput } from '../../report-input.ts';
import { cite } from './bibliography.ts';

export function costBlocks({ plan }: ReportInput): Block[] {
  const { book, edge, targetUtilisation, ownPrices } = plan.pricing;
  const standing =
    edge.ecs === 'alb'
      ? 'its tasks, their addresses and the balancer'
      : `its tasks and their addresses${edge.ecs === 'none' ? '' : ` (its edge, ${edge.ecs}, is paid by request)`}`;
  const source = ownPrices === undefined ? 'AWS list prices' : "the user's own prices";
  return [
    paragraph(
      `Prices: ${book}, ${source}, first tier, no free tier. A request on Lambda costs its own price, its memory for the billed time (duration and init, rounded up to a millisecond ${cite('awsInitBilling2025')}), its edge (${edge.lambda}) and its log lines.`,
    ),
    paragraph(
      `Fargate is always on: a service costs ${standing} for every hour that it stands, busy or not. What is paid and not used is shown as idle, with the utilisation beside it. A service is sized for a utilisation of ${percent(targetUtilisation)}.`,
    ),
  ];
}

export function evaluationBlocks(input: ReportInput): Block[] {
  const { plan } = input;
  if (plan.evaluation.blocks === 0) return [paragraph('The plan asks for no evaluation.')];
  const verdict = findVerdict(input);
  return [
    paragraph(armsOf(input, verdict)),
    ...(verdict === undefined
      ? [paragraph(`There is no verdict: ${whyNoVerdict(input)}`)]
      : [paragraph(decisionOf(input, verdict)), paragraph(intervalsOf(verdict))]),
  ];
}

function armsOf({ plan }: ReportInput, verdict: Verdict | undefined): string {
  const { blocks, leadInBlocks, blockDurationMs, ratePerS } = plan.evaluation;
  const ran = verdict === undefined ? '' : ` (${listed(verdict.arms.map(({ arm }) => arm))})`;
  const order =
    plan.testbed === 'local'
      ? `The arms took turns, one stretch of ${duration(blockDurationMs)} each per block, in the order of a row of a Williams square ${cite('williams1949experimental')}, with the same requests moved in time.`
      : `All arms ran at the same time on the same requests, in blocks of ${duration(blockDurationMs)}.`;
  const skipped = (verdict?.skipped ?? []).map(
    ({ arm, reason }) => ` ${arm} was not run: ${midSentence(sentence(reason))}`,
  );
  return `Each arm${ran} owned its functions and services and paid for all of them. ${order} ${counted(blocks, 'block')} were planned at ${figure(ratePerS)} requests/s, ${leadInBlocks === 0 ? 'the first requests of each workload' : `the first ${count(leadInBlocks)}`} as lead-in that is not scored.${skipped.join('')}`;
}

function decisionOf({ plan }: ReportInput, verdict: Verdict): string {
  const slos = plan.workloads.some(({ slo }) => slo !== undefined);
  const fast = slos
    ? `An arm is fast enough when for every workload with a service level the one-sided 95 % lower bound of the share inside it reaches the target; the bound is the lower of the bootstrap's and the exact one ${cite('clopper1934use')}.`
    : 'Without service levels an arm is fast enough when it is not slower than the fastest by the margin.';
  const hybrid = verdict.arms.some(({ arm }) => arm === 'hybrid')
    ? ` For the hybrid to win it must beat each of the others, which needs no correction ${cite('berger1982multiparameter')}.`
    : '';
  return `${fast} The answer is the cheapest of those by all-in cost of 1,000 good requests, and is decided when it is cheaper than each other one at 5 %.${hybrid} ${sentence(verdict.sentence)}`;
}

function intervalsOf(verdict: Verdict): string {
  const unit = verdict.unit ?? 'blocks';
  const number = counted(verdict.blocks, 'scored block');
  switch (verdict.intervals ?? (verdict.isFewBlocks ? 'few-block-t' : 'bootstrap')) {
    case 'few-block-t':
      return `With ${number} intervals are t intervals of the blocks' log ratios, and marked as such.`;
    case 'always-valid':
      return `Because the evaluation was allowed to go on while undecided, intervals are always-valid ${cite('waudbysmith2024time')}, over ${number}.`;
    case 'bootstrap':
      return `Intervals come from resampling whole ${unit} (${number}) 2,000 times, with percentiles expanded for their small number ${cite('hesterberg2015what')}. Latencies of drawn ${unit} are pooled; quantiles are never averaged.`;
  }
}
