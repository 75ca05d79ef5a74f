import type { EstimateQuestion } from '../../domain/estimate/estimate-month.ts';
import { lambdaVcpus, meanBilledMs } from '../../domain/money/lambda-price.ts';
import { duration, figure } from '../../report/format.ts';
import { assumptionsOf } from './assumptions.ts';
import { EstimateProblems, type Settings } from './options.ts';
import { pricingOf } from './price-options.ts';
import { mostCpuMs, serviceOf } from './service-sizes.ts';
import type { Subject } from './subject.ts';

/** An estimate of one function whose numbers the options say. Throws `EstimateProblems`. */
export function subjectFromNumbers(settings: Settings, problems: readonly string[]): Subject {
  const { ratePerS, durationMs, memoryMb } = settings;
  const all = [...problems, ...numberProblems(settings)];
  if (
    all.length > 0 ||
    ratePerS === undefined ||
    durationMs === undefined ||
    memoryMb === undefined
  )
    throw new EstimateProblems(all);
  const billedMs = meanBilledMs({
    durationMs,
    initMs: settings.initMs ?? 0,
    coldShare: settings.coldShare ?? 0,
  });
  const { book, pricing } = pricingOf(settings);
  const questionWith = (cpuMs: number): EstimateQuestion => ({
    book,
    pricing,
    services: [
      serviceOf({ name: 'yours', memoryMb, ratePerS, durationMs, billedMs, cpuMs }, settings),
    ],
    peak: settings.peak ?? 1,
    hasFreeTier: settings.hasFreeTier,
    ...(settings.bytes === undefined ? {} : { bytes: settings.bytes }),
  });
  const most = mostCpuMs(memoryMb, durationMs);
  const question = questionWith(settings.cpuMs ?? most);
  return {
    source: { kind: 'numbers' },
    settings,
    question,
    ...(settings.cpuMs === undefined ? { leastCpu: questionWith(0) } : {}),
    assumed: assumptionsOf('numbers', settings, {
      question,
      isCpuKnown: settings.cpuMs !== undefined,
    }),
    doubts: settings.cpuMs === undefined ? [] : cpuDoubts(settings.cpuMs, { durationMs, memoryMb }),
  };
}

function numberProblems(settings: Settings): string[] {
  const { durationMs, memoryMb, cpuMs, initMs, coldShare, cpuMsOf } = settings;
  const named = Object.keys(cpuMsOf);
  return [
    ...(cpuMs !== undefined &&
    durationMs !== undefined &&
    memoryMb !== undefined &&
    cpuMs > durationMs * Math.max(1, lambdaVcpus(memoryMb)) * (1 + 1e-9)
      ? [
          `--cpu: ${duration(cpuMs)} of CPU do not fit into ${duration(durationMs)} with ` +
            `${memoryMb} MB. It is the CPU time of one request, on one vCPU.`,
        ]
      : []),
    ...(initMs !== undefined && coldShare === undefined
      ? ['--init needs --cold-share: how many of the requests are cold starts, for example 1%.']
      : []),
    ...(coldShare !== undefined && initMs === undefined
      ? ['--cold-share needs --init: how long a cold start initialises, for example 400ms.']
      : []),
    ...(named.length === 0
      ? []
      : [`--cpu names ${named.join(', ')}, but there is one function only: give the time alone.`]),
  ];
}

/** Short requests may run faster than their share, so this is no error. */
function cpuDoubts(
  cpuMs: number,
  { durationMs, memoryMb }: { readonly durationMs: number; readonly memoryMb: number },
): string[] {
  const most = mostCpuMs(memoryMb, durationMs);
  if (cpuMs <= most * (1 + 1e-9)) return [];
  return [
    `${memoryMb} MB buy ${figure(lambdaVcpus(memoryMb))} vCPU, with which ${duration(cpuMs)} of ` +
      `CPU take ${duration(durationMs * (cpuMs / most))}, not ${duration(durationMs)}: one of ` +
      '--cpu, --memory and --duration may be of another function.',
  ];
}
