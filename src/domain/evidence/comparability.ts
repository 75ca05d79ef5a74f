/** In what two campaigns differ besides their results: whether they can be compared at all. */

import type { PriceBook } from '../money/price-books.ts';
import type { Plan } from '../plan.ts';
import { compareValues, type Difference } from './difference.ts';
import { type CodeVersion, codeDifferences, type MeasuredMachine } from './evidence.ts';

export interface CampaignSetting {
  readonly plan: Plan;
  readonly prices: PriceBook;
  readonly machine?: MeasuredMachine;
  /** Known of a bundle; a campaign of the store is read by the code that is here. */
  readonly code: CodeVersion;
}

export interface Comparability {
  /** Minimised what, by how much it must differ, within which SLOs: said before anything else. */
  readonly question: readonly Difference[];
  /** Everything else of the plan but its name. */
  readonly plan: readonly Difference[];
  readonly prices: readonly Difference[];
  readonly machine: readonly Difference[];
  readonly code: readonly string[];
}

export function comparabilityOf(first: CampaignSetting, second: CampaignSetting): Comparability {
  return {
    question: compareValues(questionOf(first.plan), questionOf(second.plan)).differences,
    plan: compareValues(restOf(first.plan), restOf(second.plan)).differences,
    prices: compareValues(first.prices, second.prices).differences,
    machine: compareValues(first.machine, second.machine).differences,
    code: codeDifferences(first.code, second.code, ['of A', 'of B']),
  };
}

function questionOf({ question, workloads, evaluation }: Plan) {
  return {
    question,
    ratePerS: evaluation.ratePerS,
    workloads: byName(workloads, ({ share, slo }) => ({ share, slo })),
  };
}

/** Workloads by name: another order is no difference. */
function restOf({ campaign: _name, question: _said, workloads, ...rest }: Plan) {
  const { ownPrices: _listed, ...pricing } = rest.pricing;
  return {
    ...rest,
    pricing,
    workloads: byName(workloads, ({ name: _key, share: _share, slo: _slo, ...sizes }) => sizes),
  };
}

function byName<Value>(
  workloads: Plan['workloads'],
  use: (workload: Plan['workloads'][number]) => Value,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(workloads.map((workload) => [workload.name, use(workload)]));
}
