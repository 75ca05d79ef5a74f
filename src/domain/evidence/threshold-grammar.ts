import { type Candidate, candidates } from '../arm.ts';
import { isQuantile, isShare, type Metric, metrics } from './arm-measures.ts';
import {
  type Bound,
  type Comparator,
  comparators,
  isArm,
  outerBound,
  type Threshold,
} from './threshold.ts';

/** What can be named in an expression besides the arms and the metrics. */
export interface Vocabulary {
  readonly workloads: readonly string[];
  /** The name that somebody probably meant; undefined when none is near. */
  readonly closest: (written: string, names: readonly string[]) => string | undefined;
  /** What is held against a limit where the expression does not say. */
  readonly tested: 'estimate' | 'whole interval';
}

export interface ThresholdProblem {
  readonly text: string;
  readonly problem: string;
}

export type Parsed = { readonly threshold: Threshold } | { readonly problem: ThresholdProblem };

/** `<arm>[.<workload>].<metric> <comparator> <value>`, `answer == <arm>` or `decided`. */
export function parseThreshold(written: string, vocabulary: Vocabulary): Parsed {
  const text = written.trim().replace(/\s+/g, ' ');
  const said = parse(text, vocabulary);
  return typeof said === 'string' ? { problem: { text, problem: said } } : { threshold: said };
}

/** Everything that can be said, one line each, for who has said something else. */
export function grammarLines(workloads: readonly string[]): readonly string[] {
  return [
    '<arm>[.<workload>].<metric> < | <= | > | >= <value>',
    'upper(...) or lower(...) around the left side holds an end of the 95 % interval',
    'answer == <arm>',
    'decided',
    `arms: ${candidates.join(', ')}`,
    `workloads: ${workloads.join(', ')} (without one: all requests of the arm)`,
    `metrics: ${metrics.join(', ')}, saving-vs-<arm>`,
    'values: 800ms, 1.5s; $0.02; 95%',
  ];
}

type Said = Threshold | string;

function parse(text: string, vocabulary: Vocabulary): Said {
  if (text === 'decided') return { kind: 'decided', text };
  const answer = /^answer ?==? ?(\S+)$/.exec(text);
  if (answer !== null) {
    const [, name = ''] = answer;
    return isArm(name) ? { kind: 'answer', text, arm: name } : unknownArm(name, vocabulary);
  }
  const parts = /^(?:(upper|lower) ?\( ?)?([^\s()<>=]+)( ?\))? ?(<=|>=|<|>) ?(.+)$/.exec(text);
  const [, bound, subject = '', closing, comparator = '', value = ''] = parts ?? [];
  if (parts === null || !isComparator(comparator)) return noExpression(text, vocabulary);
  if ((bound === undefined) !== (closing === undefined)) return 'a bracket has no partner';
  return parseLimit(vocabulary, { text, subject, comparator, value, bound: asBound(bound) });
}

interface Pieces {
  readonly text: string;
  readonly subject: string;
  readonly comparator: Comparator;
  readonly value: string;
  readonly bound: Bound;
}

function parseLimit(vocabulary: Vocabulary, pieces: Pieces): Said {
  const { text, subject, comparator, value } = pieces;
  const [arm = '', ...rest] = subject.split('.');
  const metric = rest.pop();
  if (metric === undefined) return `"${subject}" names no metric, as in ${arm}.latency-p95`;
  if (!isArm(arm)) return unknownArm(arm, vocabulary);
  const isWhole = vocabulary.tested === 'whole interval' && pieces.bound === 'point';
  const bound = isWhole ? outerBound(comparator) : pieces.bound;
  const limit = { text, bound, comparator };
  const [workload, ...others] = rest;
  if (others.length > 0) return `"${subject}" has more parts than <arm>.<workload>.<metric>`;
  if (workload !== undefined && !vocabulary.workloads.includes(workload)) {
    return unknown('workload', workload, vocabulary.workloads, vocabulary);
  }
  const rival = /^saving-vs-(.+)$/.exec(metric)?.[1];
  if (rival !== undefined)
    return parseSaving({ ...limit, arm, workload, rival, value }, vocabulary);
  if (!isMetric(metric)) {
    const savings = candidates.map((each) => `saving-vs-${each}`);
    return unknown('metric', metric, [...metrics, ...savings], vocabulary);
  }
  if (metric === 'cost-per-1000' && workload !== undefined) {
    return 'a cost is of an arm as a whole: leave the workload out';
  }
  const parsed = parseValue(metric, value);
  if (typeof parsed === 'string') return parsed;
  return {
    kind: 'measure',
    ...limit,
    arm,
    ...(workload === undefined ? {} : { workload }),
    metric,
    limit: parsed,
  };
}

function parseSaving(
  {
    rival,
    workload,
    value,
    arm,
    ...limit
  }: Omit<Pieces, 'subject'> & {
    readonly arm: Candidate;
    readonly rival: string;
    readonly workload: string | undefined;
  },
  vocabulary: Vocabulary,
): Said {
  if (!isArm(rival)) return unknownArm(rival, vocabulary);
  if (rival === arm) return `${arm} saves nothing against itself`;
  if (workload !== undefined) return 'a saving is of an arm as a whole: leave the workload out';
  const parsed = parseShare(value, { least: Number.NEGATIVE_INFINITY });
  if (typeof parsed === 'string') return parsed;
  return { kind: 'saving', ...limit, arm, against: rival, limit: parsed };
}

function parseValue(metric: Metric, value: string): number | string {
  if (isQuantile(metric)) {
    const [, number, unit] = /^([\d.]+) ?(ms|s)$/.exec(value) ?? [];
    const ms = Number(number) * (unit === 's' ? 1000 : 1);
    return ms > 0 ? ms : `"${value}" is no latency: write 800ms or 1.5s`;
  }
  if (isShare(metric)) return parseShare(value, { least: 0 });
  const [, before, number, after] = /^(\$)? ?([\d.]+) ?(USD)?$/i.exec(value) ?? [];
  const usd = before === undefined && after === undefined ? Number.NaN : Number(number);
  return usd > 0 ? usd : `"${value}" is no cost: write $0.02 or 0.02 USD`;
}

function parseShare(value: string, { least }: { readonly least: number }): number | string {
  const [, number] = /^(-?[\d.]+) ?%$/.exec(value) ?? [];
  const share = Number(number) / 100;
  return share >= least && share <= 1 ? share : `"${value}" is no share: write 95%`;
}

function unknownArm(name: string, vocabulary: Vocabulary): string {
  return unknown('arm', name, candidates, vocabulary);
}

function unknown(
  kind: string,
  name: string,
  names: readonly string[],
  { closest }: Vocabulary,
): string {
  const meant = closest(name, names);
  return `no ${kind} "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`;
}

function noExpression(text: string, { closest }: Vocabulary): string {
  const meant = closest(text, ['decided', 'answer']);
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
  return `"${text}" is no comparison, as in hybrid.latency-p95 < 800ms${hint}`;
}

function asBound(word: string | undefined): Bound {
  return word === 'upper' || word === 'lower' ? word : 'point';
}

function isComparator(text: string): text is Comparator {
  return comparators.some((comparator) => comparator === text);
}

function isMetric(name: string): name is Metric {
  return metrics.some((metric) => metric === name);
}
