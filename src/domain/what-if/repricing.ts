/** Measured cells under other prices and limits: nothing is simulated, nothing is guessed. */
import type { Arm } from '../arm.ts';
import { edgeUseOf } from '../money/edge-price.ts';
import { expectedBilledMs, lambdaRequestUsd } from '../money/lambda-price.ts';
import type { PriceBook } from '../money/price-books.ts';
import { type Plan, requireWorkload } from '../plan.ts';
import type { ArmCell } from '../verdict/verdict.ts';

/** What Lambda has billed of a cell's scored requests, in the units of its price. */
export interface BilledSum {
  readonly arm: Arm;
  readonly block: number;
  readonly workload: string;
  /** Requests with a report. */
  readonly reported: number;
  /** Σ memory · ceil(billed), MB·ms. */
  readonly mbMs: number;
  /** Requests that ran, or may have, without a report: they cost what the others do. */
  readonly unreported: number;
  readonly coldStarts: number;
}

export interface RepricingQuestion {
  readonly cells: readonly ArmCell[];
  readonly billed: readonly BilledSum[];
  readonly plan: Plan;
  readonly book: PriceBook;
  readonly cpuMs: Readonly<Record<string, number>>;
}

/** The same cells with Lambda's bill by `book` and the SLOs of `plan` (METHOD 3.2, 6.0). */
export function repricedCells(question: RepricingQuestion): ArmCell[] {
  const { cells, billed, plan, book } = question;
  return cells.map((cell) => {
    const own = billed.find(
      ({ arm, block, workload }) =>
        arm === cell.arm && block === cell.block && workload === cell.workload,
    );
    const sloMs = requireWorkload(plan, cell.workload).slo?.latencyMs ?? Number.POSITIVE_INFINITY;
    return {
      ...cell,
      insideSlo: cell.latenciesMs.filter((ms) => Number.isFinite(ms) && ms <= sloMs).length,
      lambdaUsd: own === undefined ? 0 : lambdaUsd(own, { book, plan, question }),
    };
  });
}

function lambdaUsd(
  own: BilledSum,
  {
    book,
    plan,
    question,
  }: { readonly book: PriceBook; readonly plan: Plan; readonly question: RepricingQuestion },
): number {
  const edge = edgeUseOf(plan.pricing, 'lambda');
  const priceOf = (mbMs: number): number =>
    // A price is a straight line in MB·ms: at 1 MB the milliseconds are the MB·ms.
    lambdaRequestUsd(book, edge, { memoryMb: 1, billedMs: mbMs });
  const fixedUsd = priceOf(0);
  const mbMsUsd = (priceOf(3_600_000_000) - fixedUsd) / 3_600_000_000;
  const reportedUsd = own.reported * fixedUsd + own.mbMs * mbMsUsd;
  if (own.unreported === 0) return reportedUsd;
  return reportedUsd + own.unreported * (fixedUsd + meanMbMs(own, question) * mbMsUsd);
}

/** Of the workload over all arms and blocks; before there is any report, as expected. */
function meanMbMs({ workload }: BilledSum, { billed, plan, cpuMs }: RepricingQuestion): number {
  const own = billed.filter((sum) => sum.workload === workload);
  const reported = own.reduce((sum, one) => sum + one.reported, 0);
  if (reported > 0) return own.reduce((sum, one) => sum + one.mbMs, 0) / reported;
  const sizes = requireWorkload(plan, workload);
  return sizes.lambdaMemoryMb * expectedBilledMs(sizes, cpuMs[workload] ?? 0);
}
