import type { EstimateQuestion } from '../../domain/estimate/estimate-month.ts';
import type { ServiceQuestion } from '../../domain/estimate/estimate-service.ts';
import { billedMsOf, expectedDurationMs } from '../../domain/money/lambda-price.ts';
import { priceBookOf } from '../../domain/money/price-books.ts';
import type { WorkloadPlan } from '../../domain/plan.ts';
import { type EstimatedPlan, loadEstimatedPlan } from '../../plan/estimated-plan.ts';
import { PlanProblems } from '../../plan/problems.ts';
import { listed } from '../../report/format.ts';
import { describeProblems } from '../check/check.ts';
import { standInCpuMs } from '../check/check-summary.ts';
import { assumptionsOf } from './assumptions.ts';
import { EstimateProblems, type Settings } from './options.ts';
import { pricingOf } from './price-options.ts';
import type { Subject } from './subject.ts';

/** An estimate of all workloads of a plan. Throws `PlanProblems` and `EstimateProblems`. */
export async function subjectFromPlan(
  path: string,
  settings: Settings,
  problems: readonly string[],
): Promise<Subject> {
  const plan = await planOf(path, problems);
  const all = [...problems, ...planProblems(plan, settings)];
  if (all.length > 0) throw new EstimateProblems(all);
  const ratePerS = settings.ratePerS ?? plan.ratePerS;
  const prices = { pricing: plan.pricing, book: priceBookOf(plan.pricing) };
  const question: EstimateQuestion = {
    ...pricingOf(settings, prices),
    services: plan.workloads.map((workload) =>
      serviceQuestion(workload, { ratePerS: ratePerS * workload.share, settings }),
    ),
    peak: settings.peak ?? 1,
    hasFreeTier: settings.hasFreeTier,
    ...(settings.bytes === undefined ? {} : { bytes: settings.bytes }),
  };
  return {
    source: { kind: 'plan', path, campaign: plan.campaign, testbed: plan.testbed },
    settings,
    question,
    assumed: [
      ...planAssumptions(plan, settings),
      ...assumptionsOf(
        'plan',
        { ...settings, edge: question.pricing.edge },
        { question, isCpuKnown: true },
      ),
    ],
    doubts: [],
  };
}

/** What is wrong with the options is said together with what is wrong with the plan. */
async function planOf(path: string, problems: readonly string[]): Promise<EstimatedPlan> {
  try {
    return await loadEstimatedPlan(path);
  } catch (error) {
    if (!(error instanceof PlanProblems) || problems.length === 0) throw error;
    throw new EstimateProblems([...problems, ...describeProblems(error.problems)]);
  }
}

function planProblems({ workloads }: EstimatedPlan, { cpuMsOf }: Settings): string[] {
  const names = workloads.map(({ name }) => name);
  const unknown = Object.keys(cpuMsOf).filter((name) => !names.includes(name));
  if (unknown.length === 0) return [];
  return [`--cpu: the plan has no workload ${listed(unknown)}. It has ${listed(names)}.`];
}

function serviceQuestion(
  workload: WorkloadPlan,
  { ratePerS, settings }: { readonly ratePerS: number; readonly settings: Settings },
): ServiceQuestion {
  const busyMs = busyMsOf(workload, settings) ?? standInCpuMs;
  const durationMs = expectedDurationMs(workload, busyMs);
  return {
    workload,
    ratePerS,
    durationMs,
    billedMs: billedMsOf({ durationMs }),
    busy: workload.bound === 'io' ? { slotMs: busyMs } : { cpuMs: busyMs },
  };
}

function busyMsOf(
  { name, cpuMs }: WorkloadPlan,
  settings: Pick<Settings, 'cpuMs' | 'cpuMsOf'>,
): number | undefined {
  return settings.cpuMsOf[name] ?? settings.cpuMs ?? cpuMs;
}

function planAssumptions({ workloads }: EstimatedPlan, settings: Settings): string[] {
  const unknown = workloads.filter((workload) => busyMsOf(workload, settings) === undefined);
  const [first] = unknown;
  return [
    ...(first === undefined
      ? []
      : [
          `${standInCpuMs} ms of CPU a request for ${listed(unknown.map(({ name }) => name))}: the ` +
            `plan does not say, a campaign measures it (--cpu ${first.name}=20ms). Everything ` +
            'below hangs on it.',
        ]),
    'A request takes as long as its CPU time does in its memory, and never waits for others ' +
      '(METHOD 3.4), except where the plan says "bound: io". No cold starts.',
  ];
}
