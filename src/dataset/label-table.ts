import { featureColumn } from '../domain/dataset/dataset-columns.ts';
import { featureNames } from '../domain/models/feature.ts';
import { ratiosOf } from '../domain/models/label.ts';
import type { Plan } from '../domain/plan.ts';
import type { Database } from './duckdb.ts';
import type { LabelledPair } from './labelled-pairs.ts';

/** So many pairs become one text on their way into the database. */
const pairsAtOnce = 10_000;

/**
 * Makes the table `pair_label`, in place of an earlier one: number of the pair (`pairNumbers`), its
 * label with the capped weight, ratios and features. Returns how many pairs there were.
 */
export async function createLabelTable(
  database: Database,
  pairs: Iterable<LabelledPair>,
  { plan, weightOf }: { readonly plan: Plan; readonly weightOf: (pair: number) => number },
): Promise<number> {
  const columns = columnTypes(plan);
  await database.run('drop table if exists pair_label');
  await database.createTable('pair_label', columns, []);
  let count = 0;
  let rows: LabelRow[] = [];
  const flush = async (): Promise<void> => {
    await database.createTable('pair_label_more', columns, rows);
    await database.run('insert into pair_label by name from pair_label_more');
    await database.run('drop table pair_label_more');
    rows = [];
  };
  for (const labelled of pairs) {
    rows.push(labelRow(labelled, { pair: count, weight: weightOf(count) }, plan));
    count += 1;
    if (rows.length === pairsAtOnce) await flush();
  }
  await flush();
  return count;
}

/** Columns of `pair_label` with the names under which they are exported, in their order. */
export function labelSelection(
  plan: Plan,
): readonly { readonly from: string; readonly as: string }[] {
  return [
    ...Object.keys(labelTypes).map((name) => ({ from: name, as: name })),
    ...features(plan).map((feature, index) => ({ from: plain(index), as: featureColumn(feature) })),
  ];
}

type LabelRow = Readonly<Record<string, string | number>>;

const labelTypes = {
  label: 'VARCHAR',
  weight: 'DOUBLE',
  utility_lambda: 'DOUBLE',
  utility_ecs: 'DOUBLE',
  latency_ratio: 'DOUBLE',
  cost_ratio: 'DOUBLE',
  cost_performance_score: 'DOUBLE',
} as const;

function columnTypes(plan: Plan): Readonly<Record<string, string>> {
  const ofFeatures = features(plan).map((_, index) => [plain(index), 'DOUBLE'] as const);
  return { pair: 'BIGINT', ...labelTypes, ...Object.fromEntries(ofFeatures) };
}

function labelRow(
  { pair, label, vector }: LabelledPair,
  own: { readonly pair: number; readonly weight: number },
  plan: Plan,
): LabelRow {
  const ratios = ratiosOf(pair.lambda, pair.ecs, { timeoutMs: plan.load.timeoutMs });
  return {
    ...own,
    label: label.label === 1 ? 'lambda' : 'ecs',
    utility_lambda: label.utilityLambda,
    utility_ecs: label.utilityEcs,
    latency_ratio: ratios.latencyRatio,
    cost_ratio: ratios.costRatio,
    cost_performance_score: ratios.costPerformanceScore,
    ...Object.fromEntries(Array.from(vector(), (value, index) => [plain(index), value])),
  };
}

function features(plan: Plan): readonly string[] {
  return featureNames(plan.workloads.map(({ name }) => name));
}

/** Names of workloads stand in names of features, so that the table has names of its own. */
function plain(index: number): string {
  return `feature_${index}`;
}
