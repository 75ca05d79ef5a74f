import type { EstimateQuestion } from '../../src/domain/estimate/estimate-month.ts';
import type { ServiceQuestion } from '../../src/domain/estimate/estimate-service.ts';
import { requirePriceBook } from '../../src/domain/money/price-books.ts';
import type { WorkloadPlan } from '../../src/domain/plan.ts';

export const usEast = requirePriceBook('us-east-1/x86_64/2026-11');

const smallTask: WorkloadPlan = {
  name: 'yours',
  run: '',
  share: 1,
  lambdaMemoryMb: 256,
  ecsVcpu: 0.25,
  ecsMemoryMb: 512,
  ecsTasks: 1,
};

/** 26 million requests a month of 200 ms with 256 MB, 10 ms of CPU each. */
export function aService(
  changes: Omit<Partial<ServiceQuestion>, 'workload'> & {
    readonly workload?: Partial<WorkloadPlan>;
  } = {},
): ServiceQuestion {
  const { workload, ...rest } = changes;
  return {
    ratePerS: 26e6 / (730 * 3600),
    durationMs: 200,
    billedMs: 200,
    busy: { cpuMs: 10 },
    ...rest,
    workload: { ...smallTask, ...workload },
  };
}

export function aQuestion(changes: Partial<EstimateQuestion> = {}): EstimateQuestion {
  return {
    book: usEast,
    pricing: {
      book: usEast.name,
      edge: { lambda: 'http-api', ecs: 'alb' },
      targetUtilisation: 0.6,
    },
    services: [aService()],
    peak: 1,
    hasFreeTier: false,
    ...changes,
  };
}
