import { type EvaluationSetup, ecsWorkloadsOf } from '../evaluation.ts';
import { tasksOf } from '../money/arm-tasks.ts';
import { decideCapacity } from '../money/capacity.ts';
import { tasksNeeded, utilisationOf } from '../money/fargate-price.ts';
import { type PriceBook, priceBookOf } from '../money/price-books.ts';
import type { Plan } from '../plan.ts';
import type { Changes } from './what-if.ts';

interface NotesQuestion {
  /** As measured. */
  readonly baseline: Plan;
  readonly plan: Plan;
  readonly setup: EvaluationSetup;
  readonly book: PriceBook;
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly changes: Changes;
}

/** What a reader must know about an answer under changes, a sentence or two each. */
export function whatIfNotes(question: NotesQuestion): string[] {
  return [
    ...priceNotes(question),
    ...sizeNotes(question),
    ...loadNotes(question),
    ...pinnedNotes(question),
  ];
}

function priceNotes({ baseline, book, changes }: NotesQuestion): string[] {
  const { prices, edge } = changes;
  if (prices === undefined && edge === undefined) return [];
  const before = priceBookOf(baseline.pricing);
  const notes: string[] = [];
  if (book.architecture !== before.architecture) {
    notes.push(
      `Only prices change: how fast these workloads run on ${book.architecture} was not measured.`,
    );
  }
  if (book.region !== before.region) {
    notes.push('Only prices change: the client is taken to be as near to the other region.');
  }
  if (prices !== undefined && book.unverified.length > 0) {
    notes.push(
      `Prices of ${book.name} that stand in for ones nobody has read: ${book.unverified.join(', ')}.`,
    );
  }
  if (edge !== undefined) notes.push('Another edge changes the bill here, and no latency.');
  return notes;
}

function sizeNotes({ changes }: NotesQuestion): string[] {
  return changes.lambdaMemoryMb === undefined
    ? []
    : [
        'Execution time follows memory as W / min(memory, 1,769 MB), whatever else a workload ' +
          'waits for; init does not depend on memory, and no process runs out of it.',
      ];
}

/** Above it a queue of fixed tasks grows through a block (`capacity.ts`). */
const mostUtilisation = 0.9;

function loadNotes({ plan, setup, cpuMs, changes }: NotesQuestion): string[] {
  const { ratePerS, tasks, ecsSize } = changes;
  if (ratePerS === undefined && tasks === undefined && ecsSize === undefined) return [];
  return ecsWorkloadsOf('ecs-only', setup, plan).flatMap((name) => {
    const planned = plan.workloads.find((workload) => workload.name === name);
    if (planned === undefined) return [];
    const workload = { ...planned, ecsTasks: tasksOf('ecs-only', name, setup.tasks, plan) };
    const demand = {
      ratePerS: plan.evaluation.ratePerS * workload.share,
      cpuMs: cpuMs[name] ?? 0,
    };
    const busy = utilisationOf(workload, demand);
    if (busy <= plan.pricing.targetUtilisation) return [];
    const needed = tasksNeeded(plan.pricing, workload, demand);
    const percent = `${Math.round(100 * busy)} %`;
    const advice = `"--tasks ${name}=${needed}" would be below the target.`;
    return busy > mostUtilisation
      ? [`${name} on ecs-only would be ${percent} busy: its queue grows without end. ${advice}`]
      : [`${name} on ecs-only would be ${percent} busy. ${advice}`];
  });
}

/** METHOD 4.1 would decide anew; an arm that was measured keeps what was pinned for it. */
function pinnedNotes({ baseline, plan, setup, book, cpuMs, changes }: NotesQuestion): string[] {
  if (Object.keys(changes).every((name) => name === 'sloLatencyMs')) return [];
  const tableOf = (of: Plan, by: PriceBook) =>
    decideCapacity({
      plan: of,
      cpuMs,
      book: by,
      ratePerS: of.evaluation.ratePerS,
      lambdaBilledMs: {},
      isFastEnough: undefined,
    }).table;
  const before = tableOf(baseline, priceBookOf(baseline.pricing));
  const now = tableOf(plan, book);
  const moved = plan.workloads.flatMap(({ name }) =>
    now[name] !== before[name] && now[name] !== setup.table[name]
      ? [`${name} to ${now[name] === 'ecs' ? 'Fargate' : 'Lambda'}`]
      : [],
  );
  if (moved.length === 0) return [];
  return [
    `By cost alone, best-static would now move ${moved.join(' and ')}. Arms, services and router ` +
      'are those that were measured: another campaign would deploy others.',
  ];
}
