import {
  judgeThreshold,
  type Threshold,
  type ThresholdResult,
} from '../../domain/evidence/threshold.ts';
import {
  grammarLines,
  parseThreshold,
  type ThresholdProblem,
  type Vocabulary,
} from '../../domain/evidence/threshold-grammar.ts';
import { closest } from '../../plan/closest.ts';
import type { CliServices } from '../services.ts';
import { requirePlan } from '../stored-campaign.ts';
import { wrap } from '../wrap.ts';
import { figureText } from './figure-text.ts';
import { readEvaluation } from './stored-evaluation.ts';

export interface ThresholdOptions {
  readonly thresholds: readonly string[];
  /** Hold the whole 95 % interval against each limit. */
  readonly wholeInterval?: true;
}

/** Holds a campaign against limits. Exit 0 all met, 1 not, 2 when an expression makes no sense. */
export async function checkThresholds(
  services: CliServices,
  campaignId: string,
  options: ThresholdOptions,
): Promise<number> {
  const plan = await requirePlan(services, campaignId);
  const vocabulary: Vocabulary = {
    workloads: plan.workloads.map(({ name }) => name),
    closest,
    tested: options.wholeInterval === undefined ? 'estimate' : 'whole interval',
  };
  const parsed = options.thresholds.map((text) => parseThreshold(text, vocabulary));
  const problems = parsed.flatMap((each) => ('problem' in each ? [each.problem] : []));
  if (problems.length > 0) return refuse(services, problems, vocabulary);
  const thresholds = parsed.flatMap((each) => ('threshold' in each ? [each.threshold] : []));
  const { verdict, measured } = await readEvaluation(services.objects, campaignId, plan);
  const results = thresholds.map((threshold) => judgeThreshold(threshold, { verdict, measured }));
  const isMet = results.every((result) => result.isMet);
  const { output } = services;
  for (const [index, result] of results.entries()) {
    for (const line of resultLines(result, thresholds[index])) output.line(line);
  }
  output.json({ campaignId, isMet, thresholds: results });
  return isMet ? 0 : 1;
}

function refuse(
  { output }: CliServices,
  problems: readonly ThresholdProblem[],
  { workloads }: Vocabulary,
): number {
  const said = [
    ...problems.flatMap(({ text, problem }) =>
      wrap(`--threshold '${text}': ${problem}${/[.?]$/.test(problem) ? '' : '.'}`),
    ),
    'What can be said:',
    ...grammarLines(workloads).flatMap((line) => wrap(`  ${line}`, { indent: '    ' })),
  ];
  for (const line of said) process.stderr.write(`${line}\n`);
  output.json({ error: 'threshold', problems });
  return 2;
}

function resultLines(result: ThresholdResult, threshold: Threshold | undefined): string[] {
  const word = result.isMet ? 'met     ' : 'NOT MET ';
  const indent = ' '.repeat(word.length + 1);
  const figures = figuresOf(result, threshold);
  return wrap(`${word} ${result.text}${figures === '' ? '' : ` · ${figures}`}`, { indent });
}

function figuresOf(
  { value, lower, upper, unit, requests, blocks, reason, bound }: ThresholdResult,
  threshold: Threshold | undefined,
): string {
  const parts: string[] = reason === undefined ? [] : [reason];
  if (value !== undefined && unit !== undefined) {
    const interval =
      lower === undefined || upper === undefined
        ? ''
        : ` (95 %: ${figureText(lower, unit)} to ${figureText(upper, unit)})`;
    parts.push(`${figureText(value, unit)}${interval}`);
  }
  if (bound !== undefined && bound !== 'point') parts.push(`${bound} end tested`);
  if (requests !== undefined) parts.push(`n=${requests}`);
  if (blocks !== undefined) parts.push(`${blocks} ${blocks === 1 ? 'block' : 'blocks'}`);
  if (value !== undefined && isPooled(threshold)) parts.push('workloads pooled');
  return parts.join(', ');
}

function isPooled(threshold: Threshold | undefined): boolean {
  if (threshold?.kind !== 'measure') return false;
  return threshold.workload === undefined && threshold.metric !== 'cost-per-1000';
}
