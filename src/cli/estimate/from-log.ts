import type { EstimateQuestion } from '../../domain/estimate/estimate-month.ts';
import { counted, duration, figure, percent } from '../../report/format.ts';
import { assumptionsOf } from './assumptions.ts';
import { type FunctionSummary, type LogSummary, summariseLog } from './log-summary.ts';
import { EstimateProblems, type Settings } from './options.ts';
import { pricingOf } from './price-options.ts';
import { type InvocationLog, readLog } from './read-log.ts';
import { mostCpuMs, serviceOf } from './service-sizes.ts';
import type { Subject } from './subject.ts';

/** A log to read, with its name for people. */
export interface LogInput {
  readonly lines: AsyncIterable<string>;
  /** Absent: standard input. */
  readonly path?: string;
}

/** An estimate of what a log shows. Throws `EstimateProblems`. */
export async function subjectFromLog(
  { lines, path }: LogInput,
  settings: Settings,
  problems: readonly string[],
): Promise<Subject> {
  const log = await readLog(lines);
  if ('problems' in log) throw new EstimateProblems([...problems, ...log.problems]);
  const summary = summariseLog(log, settings);
  const all = [...problems, ...logProblems(summary, settings)];
  if (all.length > 0 || !('functions' in summary)) throw new EstimateProblems(all);
  const ratePerS = settings.ratePerS ?? summary.time?.ratePerS;
  if (ratePerS === undefined) throw new EstimateProblems([withoutRate]);
  const { invocations: _rows, ...counts } = log;
  const question = questionOf(summary, { settings, ratePerS, cpuMs: mostCpuOf });
  const leastCpuOf = (each: FunctionSummary): number =>
    Math.min(mostCpuOf(each), settings.cpuMsOf[each.name] ?? settings.cpuMs ?? 0);
  return {
    source: { kind: 'log', ...(path === undefined ? {} : { path }), log: counts, summary },
    settings,
    question,
    leastCpu: questionOf(summary, { settings, ratePerS, cpuMs: leastCpuOf }),
    assumed: assumptionsOf('log', settings, { question, isCpuKnown: false }),
    doubts: [...logDoubts(log), ...summaryDoubts(summary, settings)],
  };
}

const withoutRate =
  'The lines have no two different timestamps, so their rate is not known. Give it, for example ' +
  '--requests 1M/day, or take the lines of "aws logs tail --format detailed".';

function logProblems(
  summary: ReturnType<typeof summariseLog>,
  { ratePerS, cpuMsOf }: Settings,
): string[] {
  if ('withoutMemory' in summary) {
    return [
      `${counted(summary.withoutMemory, 'invocation')} without a memory size: add @memorySize to ` +
        'the query, or give --memory.',
    ];
  }
  const names = summary.functions.map(({ name }) => name);
  const unknown = Object.keys(cpuMsOf).filter((name) => !names.includes(name));
  return [
    ...(ratePerS === undefined && summary.time === undefined ? [withoutRate] : []),
    ...(unknown.length === 0
      ? []
      : [`--cpu: the log has no function ${unknown.join(', ')}. It has ${names.join(', ')}.`]),
    ...(names.length > mostFunctions
      ? [
          `The log has ${names.length} functions or memory sizes; an estimate compares up to ` +
            `${mostFunctions}. Choose some, for example with grep.`,
        ]
      : []),
  ];
}

/** More rows would not fit on a screen, and nobody deploys as many services at once. */
const mostFunctions = 20;

/** A REPORT line says nothing of CPU: at most it computed all the time. */
function mostCpuOf({ memoryMb, durationMs }: FunctionSummary): number {
  return mostCpuMs(memoryMb, durationMs.mean);
}

function questionOf(
  { functions, invocations }: LogSummary,
  options: {
    readonly settings: Settings;
    readonly ratePerS: number;
    readonly cpuMs: (each: FunctionSummary) => number;
  },
): EstimateQuestion {
  const { settings, ratePerS, cpuMs } = options;
  return {
    ...pricingOf(settings),
    services: functions.map((each) =>
      serviceOf(
        {
          name: each.name,
          memoryMb: each.memoryMb,
          ratePerS: (ratePerS * each.invocations) / invocations,
          durationMs: each.durationMs.mean,
          billedMs: each.billedMs.mean,
          cpuMs: cpuMs(each),
        },
        settings,
      ),
    ),
    peak: settings.peak ?? 1,
    hasFreeTier: settings.hasFreeTier,
    ...(settings.bytes === undefined ? {} : { bytes: settings.bytes }),
  };
}

function logDoubts(log: InvocationLog): string[] {
  const more = log.badLines - log.badExamples.length;
  return [
    ...(log.badLines === 0
      ? []
      : [
          `${counted(log.badLines, 'damaged line')} left out: ${log.badExamples.join('; ')}` +
            `${more > 0 ? `; and ${more} more` : ''}.`,
        ]),
    ...(log.repeatedLines === 0
      ? []
      : [`${counted(log.repeatedLines, 'line')} stood there twice and counted once.`]),
    ...(log.isCut ? [`The log goes on; its first ${counted(log.lines, 'line')} were read.`] : []),
    ...(queryLimits.includes(log.invocations.length)
      ? [
          `${counted(log.invocations.length, 'invocation')} is a limit of Logs Insights: it may ` +
            'have cut the log, and the rate is that of the time which the rows cover.',
        ]
      : []),
  ];
}

/** Without "limit" a query answers 1,000 rows (the console) or 10,000 at most. */
const queryLimits = [1000, 10_000];
const fewInvocations = 100;
const shortMs = 3_600_000;
const dayMs = 24 * shortMs;
/** Between such a busiest hour and the mean, the number of tasks differs. */
const peaky = 1.5;

function summaryDoubts(summary: LogSummary, settings: Settings): string[] {
  const { functions, time, invocations, billedWithoutInit } = summary;
  const unsure = functions.filter((each) => each.invocations < fewInvocations);
  const timeouts = functions.reduce((sum, each) => sum + each.timeouts, 0);
  return [
    ...(settings.ratePerS === undefined && time !== undefined ? timeDoubts(time, settings) : []),
    ...(unsure.length === 0
      ? []
      : [
          `Fewer than ${fewInvocations} invocations of ` +
            `${unsure.map(({ name }) => name).join(', ')}: means of so few are rough.`,
        ]),
    ...(timeouts === 0
      ? []
      : [
          `${counted(timeouts, 'invocation')} timed out (${percent(timeouts / invocations)}): they ` +
            'are billed in full, and would have taken longer still.',
        ]),
    ...(billedWithoutInit === 0
      ? []
      : [
          `${counted(billedWithoutInit, 'cold start')} billed without init, as before August 2025: ` +
            "priced by today's rule.",
        ]),
    ...(functions.length > 1 && functions.some(({ name }) => /^\d+MB$/.test(name))
      ? [
          'The lines do not name their function, so each memory size counts as one. A function ' +
            'whose memory was changed meanwhile appears twice.',
        ]
      : []),
  ];
}

function timeDoubts(time: NonNullable<LogSummary['time']>, settings: Settings): string[] {
  const lengthMs = time.lastMs - time.firstMs;
  const { times, unit } = time.busiest;
  return [
    ...(lengthMs < dayMs
      ? [
          `The log covers ${duration(lengthMs)}: as a month's rate this is an extrapolation ` +
            `${lengthMs < shortMs ? 'from less than an hour' : 'from less than a day'} (--requests).`,
        ]
      : []),
    ...(settings.peak === undefined && times >= peaky
      ? [
          `The busiest ${unit} had ${figure(times)} times the mean: --peak x${figure(times)} keeps ` +
            'enough tasks for it.',
        ]
      : []),
    ...(time.untimed > 0
      ? [`${counted(time.untimed, 'invocation')} without a timestamp are counted in the rate.`]
      : []),
  ];
}
