/** What an estimate is about, before its answer. */
import type { Estimate } from '../../domain/estimate/estimate.ts';
import { count, counted, duration, percent, utc } from '../../report/format.ts';
import { sentence, table } from '../check/check-text.ts';
import { compact, monthly, rate } from './amounts.ts';
import type { FunctionSummary } from './log-summary.ts';
import type { Subject, SubjectSource } from './subject.ts';
import { shortName } from './tables.ts';

export function describeSubject(subject: Subject, { ratePerS }: Estimate): string[] {
  const { source, question, settings } = subject;
  const rated = `${monthly(ratePerS)} (${rate(ratePerS)})`;
  switch (source.kind) {
    case 'numbers': {
      const [service] = question.services;
      const memory = service?.workload.lambdaMemoryMb;
      const cpu =
        settings.cpuMs === undefined ? 'CPU unknown' : `${duration(settings.cpuMs)} of CPU`;
      return sentence(
        `Requests: ${rated}, each ${duration(service?.durationMs ?? 0)} with ${memory} MB on ` +
          `Lambda, ${cpu}`,
      );
    }
    case 'plan':
      return sentence(
        `Plan ${source.path} ("${source.campaign}"): ${rated} of ` +
          `${counted(question.services.length, 'workload')}`,
      );
    case 'log':
      return [...sentence(logSentence(source, rated)), ...functionLines(source.summary.functions)];
    default:
      return source satisfies never;
  }
}

function logSentence(
  { path, log, summary }: Extract<SubjectSource, { kind: 'log' }>,
  rated: string,
): string {
  const { time } = summary;
  const when =
    time === undefined ? '' : `, ${utc(time.firstMs).replace(' UTC', '')} to ${utc(time.lastMs)}`;
  const other = log.otherLines === 0 ? '' : ` (${counted(log.otherLines, 'other line')})`;
  return (
    `${path ?? 'Standard input'}: ${counted(summary.invocations, 'invocation')} in ` +
    `${counted(log.lines, 'line')}${other}${when}; ${rated}`
  );
}

function functionLines(functions: readonly FunctionSummary[]): string[] {
  const quantiles = functions.some(({ durationMs }) => durationMs.p95 !== undefined);
  const head = [
    'function',
    'n',
    'memory',
    'mean',
    'median',
    ...(quantiles ? ['p95'] : ['max']),
    'billed',
    'cold',
    'init',
  ];
  const rows = functions.map((each) => [
    shortName(each.name),
    compact(each.invocations),
    `${each.memoryMb}MB`,
    ms(each.durationMs.mean),
    ms(each.durationMs.p50),
    ms(quantiles ? each.durationMs.p95 : each.durationMs.max),
    ms(each.billedMs.mean),
    percent(each.coldStarts / each.invocations).replace(' ', ''),
    ms(each.initMs?.p50),
  ]);
  const unit = 'Durations in ms; billed: mean; init: median of the cold starts.';
  return ['', ...table(head, rows), unit, ...highLines(functions)];
}

/** What has no room in the table. */
function highLines(functions: readonly FunctionSummary[]): string[] {
  const high = functions.map(({ name, durationMs, usedMb }) => {
    const memory = usedMb === undefined ? '' : `, ${count(usedMb)} MB used`;
    const p99 = durationMs.p99 === undefined ? '' : `p99 ${ms(durationMs.p99)} ms, `;
    return `${name} ${p99}at most ${ms(durationMs.max)} ms${memory}`;
  });
  return sentence(`Slowest: ${high.join('; ')}.`);
}

function ms(value: number | undefined): string {
  if (value === undefined) return '-';
  return value < 10 ? String(Number(value.toFixed(1))) : count(value);
}
