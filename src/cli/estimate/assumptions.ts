/** Every default that an estimate takes, as a sentence with its consequence. */
import type { EstimateQuestion } from '../../domain/estimate/estimate-month.ts';
import { taskDurationMs, waitingMs } from '../../domain/estimate/estimate-service.ts';
import { lambdaVcpus } from '../../domain/money/lambda-price.ts';
import { duration, figure, listed, percent } from '../../report/format.ts';
import { isCpuGiven, type Settings } from './options.ts';
import type { SubjectSource } from './subject.ts';

export function assumptionsOf(
  kind: SubjectSource['kind'],
  settings: Settings,
  { question, isCpuKnown }: { readonly question: EstimateQuestion; readonly isCpuKnown: boolean },
): string[] {
  const hasNumbers = kind !== 'plan';
  return [
    ...(isCpuKnown ? [] : unknownCpu(settings, question)),
    ...rateAssumptions(settings, question),
    ...(kind === 'numbers' ? coldAssumptions(settings) : []),
    ...(hasNumbers ? taskAssumptions(settings, question) : []),
    ...(hasNumbers && isCpuKnown && settings.bound === undefined
      ? waitingAssumption(question)
      : []),
    ...edgeAssumptions(settings, question),
    ...priceAssumptions(settings, question),
  ];
}

/** What Lambda reports is how long a request took, not what it did meanwhile. */
function unknownCpu(settings: Settings, { services }: EstimateQuestion): string[] {
  const [service] = services;
  const most =
    service === undefined || services.length > 1
      ? 'all that the memory gives'
      : `${duration(service.busy.cpuMs ?? 0)}, all that ${service.workload.lambdaMemoryMb} MB give ` +
        `in ${duration(service.durationMs)}`;
  return [
    isCpuGiven(settings)
      ? `A log does not say how much CPU a request needs, so both ends are shown: what --cpu says, ` +
        `and computing all the time (${most}).`
      : `Nobody has said how much CPU a request needs (--cpu), so both ends are shown: it waits for ` +
        `others, and a task serves many at once; or it computes all the time (${most}).`,
  ];
}

function rateAssumptions(
  { peak, targetUtilisation }: Settings,
  { pricing, peak: times }: EstimateQuestion,
): string[] {
  const target = percent(pricing.targetUtilisation);
  return [
    ...(peak === undefined
      ? [
          'The rate is the same all day (--peak x3 keeps enough tasks for three times the mean, ' +
            'all the time). With peaks Fargate needs more tasks, and Lambda costs the same.',
        ]
      : [
          `Tasks are fixed for ${figure(times)} times the mean rate, day and night. Scaling with ` +
            'the load would pay for fewer.',
        ]),
    ...(targetUtilisation === undefined && pricing.targetUtilisation === 0.6
      ? [`Tasks are kept below ${target} (--target-utilisation); above that requests queue.`]
      : []),
  ];
}

function coldAssumptions({ coldShare, initMs }: Settings): string[] {
  if (coldShare !== undefined && initMs !== undefined) return [];
  return [
    'No cold starts (--init 400ms --cold-share 1%). Lambda bills the init of each: a few cost ' +
      'little, but delay some answers.',
  ];
}

function taskAssumptions(settings: Settings, question: EstimateQuestion): string[] {
  const [service] = question.services;
  if (service === undefined) return [];
  const { workload } = service;
  return [
    ...(settings.ecs === undefined
      ? [
          `The task is the smallest with at least the function's CPU (${workload.lambdaMemoryMb} MB ` +
            `buy ${figure(lambdaVcpus(workload.lambdaMemoryMb))} vCPU) and memory (--ecs). Every ` +
            'request that a task has open at the same time needs its part of that memory.',
        ]
      : []),
    ...(settings.bound === 'io'
      ? [
          'A request holds its slot for as long as it takes on Lambda, and a task needs CPU and ' +
            'memory for all of its slots.',
        ]
      : []),
    ...(settings.tasks === undefined
      ? [
          'One task will do where one is enough (--tasks 2): nothing stands in while it is replaced.',
        ]
      : []),
  ];
}

/** Waiting is what Lambda bills and a task does not. */
function waitingAssumption({ services }: EstimateQuestion): string[] {
  const [service] = services;
  const cpuMs = service?.busy.cpuMs;
  if (service === undefined || cpuMs === undefined || services.length > 1) return [];
  const { workload, durationMs } = service;
  const waitMs = waitingMs({ workload, durationMs, cpuMs });
  if (waitMs < 0.05 * durationMs) {
    return [
      `A request computes all the time. On a task it takes ${duration(taskDurationMs(service))} ` +
        `instead of ${duration(durationMs)}.`,
    ];
  }
  return [
    `${duration(cpuMs)} of CPU take ${duration(durationMs - waitMs)} on ` +
      `${workload.lambdaMemoryMb} MB; the other ${duration(waitMs)} the request waits. Lambda bills ` +
      'the waiting, a task serves others meanwhile. If yours serves one request at a time, add ' +
      '--bound io --slots-per-task 1.',
  ];
}

function edgeAssumptions(settings: Settings, { pricing, bytes }: EstimateQuestion): string[] {
  const { edge, preflights } = settings;
  const taken = [
    ...(edge.lambda === undefined ? [`${edgeWords[pricing.edge.lambda]} (--edge-lambda)`] : []),
    ...(edge.ecs === undefined ? [`${edgeWords[pricing.edge.ecs]} (--edge-ecs)`] : []),
  ];
  return [
    ...(taken.length === 0
      ? []
      : [`In front stand ${listed(taken)}. --edge-lambda function-url costs nothing.`]),
    ...(preflights === undefined && pricing.preflights === undefined
      ? ['No browser asks first (--preflights 50%): a CORS preflight is billed like a request.']
      : []),
    ...(bytes === undefined
      ? ['Bodies are small and network out is left out (--payload-out): it costs both the same.']
      : []),
  ];
}

export const edgeWords = {
  none: 'nothing',
  'function-url': 'a function URL',
  'http-api': 'an HTTP API',
  'rest-api': 'a REST API',
  alb: 'a load balancer',
} as const;

function priceAssumptions({ hasFreeTier }: Settings, { book }: EstimateQuestion): string[] {
  const unverified =
    book.unverified.length === 0
      ? ''
      : ` Not read from ${book.region}'s own pages: ${book.unverified.join(', ')}.`;
  return [
    `List prices ${book.name}, without savings plans and Spot.${unverified}`,
    ...(hasFreeTier
      ? [
          `The account's free tier is left for this alone: ${book.lambdaFree.requests / 1e6}M ` +
            `requests and ${book.lambdaFree.gbSeconds / 1000}k GB-s a month.`,
        ]
      : ['The free tier is used up elsewhere (--free-tier).']),
    'One log line of 300 bytes a request on both, and three more of its own on Lambda.',
  ];
}
