import { findFindings } from '../../dataset/description/detectors.ts';
import { labelledRows } from '../../dataset/training-rows.ts';
import { workloadEstimates } from '../../dataset/workload-estimates.ts';
import type { Dataset } from '../../domain/dataset/dataset.ts';
import type { WorkloadEstimate } from '../../domain/evaluation.ts';
import { PermanentFailure } from '../../domain/failures.ts';
import type { Champion } from '../../domain/models/model.ts';
import type { Finding, LabelledRows } from '../../domain/models/training.ts';
import type { Plan } from '../../domain/plan.ts';
import type { CampaignStore } from '../campaign-store.ts';
import { withSlots } from '../stored-observations.ts';
import { capacityFrom } from './capacity.ts';

/** A dataset as training and judging see it. */
export interface LabelledDataset {
  readonly plan: Plan;
  readonly dataset: Dataset;
  /** Of the workloads that have both platforms. */
  readonly rows: LabelledRows;
  /** Best-static by the capacity decision on these slots. */
  readonly table: Champion['table'];
  /** Static features of each workload, which a router elsewhere needs (METHOD 4.3). */
  readonly estimates: Readonly<Record<string, WorkloadEstimate>>;
  /** Why nothing is trained on it, if so (METHOD 4.4). */
  readonly findings: readonly Finding[];
}

/** Reads the rows of a dataset with the decisions that go before any training. */
export async function labelledDataset(
  store: CampaignStore,
  fingerprint: string,
): Promise<LabelledDataset> {
  const dataset = await store.requireJson<Dataset>(store.keys.dataset(fingerprint));
  return await withSlots(store, dataset.slots, async (parquet) => {
    const [plan, { cpuMs }] = await Promise.all([store.plan(), store.deployment()]);
    const { table, withCapacity } = await capacityFrom(store, parquet);
    const rows = await labelledRows({ parquet, plan, cpuMs, withCapacity });
    const findings = withCapacity.length === 0 ? [nothingToRoute] : await findFindings(rows);
    const estimates = await workloadEstimates(parquet, plan, cpuMs);
    return { plan, dataset, rows, table, findings, estimates };
  });
}

/** Too few rows and leaks end a training by name; what they say is what to do. */
export function refuseFindings(findings: readonly Finding[]): void {
  const [finding] = findings;
  if (finding === undefined) return;
  throw new PermanentFailure(
    finding.kind === 'leak' ? 'LeakSuspected' : 'TooFewObservations',
    finding.message,
  );
}

const nothingToRoute: Finding = {
  kind: 'static',
  message:
    'No workload earns a Fargate service at the rate of the evaluation, so there is nothing to route.',
};
