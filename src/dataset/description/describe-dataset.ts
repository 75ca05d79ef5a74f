import { z } from 'zod';
import type { SlotOutcome } from '../../domain/campaign.ts';
import { type DatasetRef, splitByTime } from '../../domain/dataset/dataset.ts';
import type {
  DatasetDescription,
  DetectorRun,
  LabelDescription,
  SplitPart,
} from '../../domain/dataset/dataset-description.ts';
import type { LabelledRows } from '../../domain/models/training.ts';
import { decideCapacity } from '../../domain/money/capacity.ts';
import { priceBookOf } from '../../domain/money/price-books.ts';
import type { Plan } from '../../domain/plan.ts';
import { capacityFacts } from '../capacity-facts.ts';
import { type Database, withDatabase } from '../duckdb.ts';
import { buildDataset, type SlotParquet } from '../merge.ts';
import { openObservations } from '../observations.ts';
import { rowsOfWorkloads } from '../workload-rows.ts';
import { readCoverage } from './coverage.ts';
import { datasetFindings } from './dataset-findings.ts';
import { type Ceiling, ceilingOf, runDetectors, workloadMajority } from './detectors.ts';
import { featureFigures } from './feature-figures.ts';
import { labelDistribution } from './label-distribution.ts';
import { readMissingValues } from './missing-values.ts';
import { readMarkedRows } from './pair-marks.ts';
import { compareWithRatioRule } from './ratio-rule.ts';

export interface DescribeInput {
  readonly campaignId: string;
  readonly plan: Plan;
  /** Busy time of one request on one vCPU, per workload; of no use without slots. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /** CPUs of the machine that everything ran on; counts where tasks share one. */
  readonly machineCpus?: number;
  /** The slots of the dataset: complete ones. May be empty. */
  readonly parquet: readonly SlotParquet[];
  /** What is known of these slots already; absent: it is computed. */
  readonly dataset?: DatasetRef;
  /** What became of every slot so far. */
  readonly outcomes: readonly SlotOutcome[];
  /** Of a simulated campaign, how far its simulator was checked. */
  readonly stamp?: string;
}

/** Describes a dataset as a whole; with no slot at all, what is missing and why. */
export async function describeDataset(input: DescribeInput): Promise<DatasetDescription> {
  const { campaignId, plan, parquet, stamp } = input;
  const dataset = parquet.length === 0 ? undefined : (input.dataset ?? (await refOf(parquet)));
  const observed = await withDatabase((database) => describeRows(database, input));
  const labels = observed.coverage.pairs === 0 ? undefined : await describeLabels(input);
  const description = { ...observed, ...(labels === undefined ? {} : { labels }) };
  return {
    campaignId,
    testbed: plan.testbed,
    ...(stamp === undefined ? {} : { stamp }),
    setting: {
      labels: plan.labels,
      priceBook: plan.pricing.book,
      timezone: plan.schedule.timezone,
      seed: plan.seed,
      workloads: plan.workloads.map(({ name }) => name),
    },
    ...(dataset === undefined ? {} : { dataset }),
    ...description,
    findings: datasetFindings(description),
  };
}

async function refOf(parquet: readonly SlotParquet[]): Promise<DatasetRef> {
  const { fingerprint, slots, rows, pairs } = await buildDataset({ parquet });
  return { fingerprint, slots, rows, pairs };
}

async function describeRows(
  database: Database,
  { parquet, plan, outcomes }: DescribeInput,
): Promise<Pick<DatasetDescription, 'span' | 'coverage' | 'missing'>> {
  await openObservations(
    database,
    parquet.map(({ path }) => path),
  );
  const { from_ms, to_ms } = await database.readOne(spanQuery, spanShape);
  const coverage = await readCoverage(database, {
    plannedSlots: plan.schedule.slots,
    outcomes,
    slots: parquet.map(({ slot }) => slot),
  });
  return {
    ...(from_ms === null || to_ms === null ? {} : { span: { fromMs: from_ms, toMs: to_ms } }),
    coverage,
    missing: coverage.rows === 0 ? [] : await readMissingValues(database),
  };
}

const spanShape = z.object({ from_ms: z.number().nullable(), to_ms: z.number().nullable() });

const spanQuery = `
select epoch_ms(min(planned_at)) as from_ms, epoch_ms(max(planned_at)) as to_ms from observation
`;

async function describeLabels(input: DescribeInput): Promise<LabelDescription> {
  const { plan, cpuMs, parquet } = input;
  const { rows, marks } = await readMarkedRows({ parquet, plan, cpuMs });
  const ceiling = await ceilingOf(rows);
  const [crossFitted, inSample] = ceiling.bracket;
  const lambda = rows.labels.reduce((sum, label) => sum + label, 0);
  const { withCapacity, reason } = await capacityOf(input);
  const split = splitOf(rows);
  return {
    ...labelDistribution({ rows, marks, plan, cpuMs }),
    ratioRule: compareWithRatioRule(rows, marks),
    ceiling: {
      rows: rows.rowCount,
      majority: Math.max(lambda, rows.rowCount - lambda) / rows.rowCount,
      workloadMajority: workloadMajority(rows),
      crossFitted,
      inSample,
    },
    features: featureFigures(rows),
    detectors: await detectorRuns(rows, ceiling, withCapacity),
    capacity: { withCapacity, reason },
    ...(split === undefined ? {} : { split }),
  };
}

async function capacityOf({ plan, cpuMs, machineCpus, parquet }: DescribeInput) {
  return decideCapacity({
    plan,
    cpuMs,
    book: priceBookOf(plan.pricing),
    ratePerS: plan.evaluation.ratePerS,
    ...(await capacityFacts({ parquet, plan })),
    ...(machineCpus === undefined ? {} : { machineCpus }),
  });
}

/** On all pairs, and, where it is another choice, on those that a training would see (METHOD 4.1). */
async function detectorRuns(
  rows: LabelledRows,
  ceiling: Ceiling,
  withCapacity: readonly string[],
): Promise<DetectorRun[]> {
  const all: DetectorRun = {
    on: 'all-pairs',
    workloads: rows.workloads,
    pairs: rows.rowCount,
    checks: await runDetectors(rows, ceiling),
  };
  const isAnotherChoice = withCapacity.length > 0 && withCapacity.length < rows.workloads.length;
  if (!isAnotherChoice) return [all];
  const own = rowsOfWorkloads(rows, withCapacity);
  const checks = await runDetectors(own, await ceilingOf(own));
  const chosen = { workloads: withCapacity, pairs: own.rowCount, checks };
  return [all, { on: 'with-capacity', ...chosen }];
}

function splitOf({ slot, labels }: LabelledRows): LabelDescription['split'] {
  const counts = new Map<number, { pairs: number; lambda: number }>();
  for (const [row, own] of slot.entries()) {
    const count = counts.get(own) ?? { pairs: 0, lambda: 0 };
    counts.set(own, count);
    count.pairs += 1;
    count.lambda += labels[row] ?? 0;
  }
  const split = splitByTime([...counts.keys()].sort((a, b) => a - b));
  if (split === undefined) return undefined;
  const partOf = (slots: readonly number[]): SplitPart => {
    const own = slots.flatMap((one) => counts.get(one) ?? []);
    const pairs = own.reduce((sum, count) => sum + count.pairs, 0);
    const lambda = own.reduce((sum, count) => sum + count.lambda, 0);
    return { slots, pairs, lambdaShare: lambda / pairs };
  };
  return { fitted: partOf(split.fitted), judged: partOf(split.judged) };
}
