import { fstatSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';

import type { Output } from '../output.ts';
import { wrap } from '../wrap.ts';
import { answerOf } from './estimate-answer.ts';
import { describeEstimate } from './estimate-text.ts';
import type { LogInput } from './from-log.ts';
import { subjectFromNumbers } from './from-numbers.ts';
import { howToAsk, modeOf, modeProblems } from './mode.ts';
import { type EstimateOptions, EstimateProblems, readSettings, type Settings } from './options.ts';
import type { Subject } from './subject.ts';

/** What the command reads from beside its arguments. */
export interface EstimateCall {
  readonly plan?: string;
  readonly options: EstimateOptions;
  /** Absent when standard input is a terminal, or nothing that ends. */
  readonly stdin?: AsyncIterable<string>;
}

/** Answers what a month costs on both platforms. Resolves to the exit code: 2 for bad input. */
export async function estimateCosts(output: Output, call: EstimateCall): Promise<number> {
  try {
    const subject = await subjectOf(call);
    const answer = answerOf(subject);
    for (const line of describeEstimate(subject, answer)) output.line(line);
    const { writePlan: path, prices } = call.options;
    if (path !== undefined) {
      await writePlanFile(path, subject, prices);
      output.line(`Written: ${path}`);
    }
    output.json(jsonOf(subject, answer));
    return 0;
  } catch (error) {
    if (!(error instanceof EstimateProblems)) throw error;
    for (const problem of error.problems) {
      for (const line of wrap(problem, { indent: '  ' })) process.stderr.write(`${line}\n`);
    }
    output.json({ error: 'usage', problems: error.problems });
    return 2;
  }
}

/** Standard input as lines, when somebody has sent something there. */
export function linesOfStdin(): AsyncIterable<string> | undefined {
  const kind = fstatSync(0);
  if (!kind.isFIFO() && !kind.isFile() && !kind.isSocket()) return undefined;
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  const reminder = setTimeout(() => {
    process.stderr.write('Waiting for a log on standard input; --help has other ways to ask.\n');
  }, quietMs);
  for (const event of ['line', 'close']) lines.once(event, () => clearTimeout(reminder));
  return lines;
}

/** A pipe that stays open without a word looks like a command that hangs. */
const quietMs = 3000;

async function subjectOf({ plan, options, stdin }: EstimateCall): Promise<Subject> {
  const problems: string[] = [];
  const settings = await readSettings(options, problems);
  const mode = modeOf({ plan, options, hasInput: stdin !== undefined });
  problems.push(...modeProblems(mode, options));
  switch (mode) {
    case 'plan': {
      const { subjectFromPlan } = await import('./from-plan.ts');
      return await subjectFromPlan(plan ?? '', settings, problems);
    }
    case 'log':
      return await fromLog(
        { options, ...(stdin === undefined ? {} : { stdin }) },
        settings,
        problems,
      );
    case 'numbers':
      return subjectFromNumbers(settings, problems);
    case 'nothing':
      throw new EstimateProblems([...problems, ...howToAsk]);
    default:
      return mode satisfies never;
  }
}

async function fromLog(
  { options, stdin }: Pick<EstimateCall, 'options' | 'stdin'>,
  settings: Settings,
  problems: readonly string[],
): Promise<Subject> {
  const { subjectFromLog } = await import('./from-log.ts');
  // Nobody wants to wait for a long log to hear of a wrong option.
  if (problems.length > 0) throw new EstimateProblems(problems);
  if (options.log === undefined || options.log === '-') {
    if (stdin === undefined) throw new EstimateProblems(howToAsk);
    return await subjectFromLog({ lines: stdin }, settings, problems);
  }
  return await subjectFromLog(await openLog(options.log), settings, problems);
}

async function openLog(path: string): Promise<LogInput> {
  try {
    const file = await open(path);
    return { path, lines: file.readLines() };
  } catch (error) {
    throw new EstimateProblems([`The log ${path} cannot be read (${codeOf(error)}).`]);
  }
}

async function writePlanFile(
  path: string,
  { question }: Subject,
  prices: string | undefined,
): Promise<void> {
  const { writePlan } = await import('./write-plan.ts');
  try {
    await writePlan(path, question, prices);
  } catch (error) {
    throw new EstimateProblems([
      `The plan ${path} cannot be written (${codeOf(error)}). Nothing is overwritten.`,
    ]);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function jsonOf(subject: Subject, answer: ReturnType<typeof answerOf>): unknown {
  const { source, question, leastCpu, assumed, doubts } = subject;
  const { book, ...asked } = question;
  return {
    source,
    question: { ...asked, book: book.name },
    ...(leastCpu === undefined ? {} : { leastCpuMs: leastCpu.services.map(cpuOf) }),
    ...answer,
    assumed,
    doubts,
  };
}

function cpuOf({ workload, busy }: Subject['question']['services'][number]) {
  return { name: workload.name, ...busy };
}
