import type { MeasuredRate } from '../../domain/dataset/measured.ts';
import { type BreakEven, breakEvenPerHour } from '../../domain/money/break-even.ts';
import type { PriceBook } from '../../domain/money/price-books.ts';
import { requireWorkload, type WorkloadPlan } from '../../domain/plan.ts';
import type { ReportInput } from '../report-input.ts';
import { type Crossover, measuredBilledMs } from './crossover.ts';

/** Where one workload stands on the map, and what the map says around it. */
export interface WorkloadMap {
  readonly workload: string;
  readonly cpuMs: number;
  readonly planPerHour: number;
  readonly cheaper: Crossover['cheaper'];
  readonly breakEven: BreakEven | undefined;
  /** Requests an hour at which the workload was seen. */
  readonly measured: { readonly fromPerHour: number; readonly toPerHour: number } | undefined;
  readonly breakEvenAt: (cpuMs: number) => BreakEven | undefined;
}

export function mapOf(input: ReportInput, book: PriceBook, crossover: Crossover): WorkloadMap {
  const workload = requireWorkload(input.plan, crossover.workload);
  const cpuMs = input.deployment?.cpuMs[workload.name] ?? workload.cpuMs ?? 0;
  const measured = input.measured?.rates.find((row) => row.workload === workload.name);
  return {
    workload: workload.name,
    cpuMs,
    planPerHour: crossover.planPerHour,
    cheaper: crossover.cheaper,
    breakEven: crossover.breakEven,
    measured: perHour(measured),
    breakEvenAt: breakEvenOf(input, book, { workload, cpuMs }),
  };
}

function perHour(measured: MeasuredRate | undefined): WorkloadMap['measured'] {
  if (measured === undefined) return undefined;
  return { fromPerHour: 3600 * measured.lowestPerS, toPerHour: 3600 * measured.highestPerS };
}

/** Lambda's billed time grows with the busy time, from what was measured of this workload. */
function breakEvenOf(
  input: ReportInput,
  book: PriceBook,
  { workload, cpuMs: ownMs }: { readonly workload: WorkloadPlan; readonly cpuMs: number },
): WorkloadMap['breakEvenAt'] {
  const billedMs = measuredBilledMs(input, book, workload);
  return (cpuMs) =>
    breakEvenPerHour(book, input.plan.pricing, workload, {
      cpuMs,
      ...(billedMs === undefined ? {} : { lambdaBilledMs: (billedMs * cpuMs) / ownMs }),
    });
}

/** Whether the measured loads reach across the break-even. */
export function isVisited({ breakEven, measured }: WorkloadMap): boolean {
  if (breakEven === undefined || measured === undefined) return false;
  const { requestsPerHour } = breakEven;
  return requestsPerHour >= measured.fromPerHour && requestsPerHour <= measured.toPerHour;
}

/** A map reaches from an eighth of the busy time to eight times of it. */
export const reach = 8;
const rowsOfMap = 24;

export interface MapRow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly breakEven: BreakEven | undefined;
}

export function rowsOf({ cpuMs, breakEvenAt }: WorkloadMap): MapRow[] {
  const step = (reach * reach) ** (1 / rowsOfMap);
  return Array.from({ length: rowsOfMap }, (_, index) => {
    const fromMs = (cpuMs / reach) * step ** index;
    const toMs = fromMs * step;
    return { fromMs, toMs, breakEven: breakEvenAt(Math.sqrt(fromMs * toMs)) };
  });
}

/** Where Fargate is cheaper, up to the edge of the map. */
export function stretchesOf(
  { requestsPerHour, earlier }: BreakEven,
  to: number,
): readonly { readonly fromPerHour: number; readonly toPerHour: number }[] {
  return [...earlier, { fromPerHour: requestsPerHour, toPerHour: Math.max(to, requestsPerHour) }];
}
