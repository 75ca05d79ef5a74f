import { resolve } from 'node:path';

import { type Database, withDatabase } from '../dataset/duckdb.ts';
import { measuredRows } from '../dataset/import/measured-rows.ts';
import { readImport } from '../dataset/import/read-import.ts';
import { defaultPriceBookName, priceBookOf } from '../domain/money/price-books.ts';
import type { Plan } from '../domain/plan.ts';
import {
  type ComparedRow,
  type Comparison,
  compareRows,
  type DescribedRatio,
  type MeasuredRow,
} from '../domain/simulation/against.ts';
import { type AgainstSetup, againstSetup } from '../domain/simulation/against-setup.ts';
import type { Prediction, PredictionInput } from '../domain/simulation/prediction.ts';
import { type Claim, countClaims } from '../domain/simulation/scorecard.ts';
import { defaultSimulation } from '../domain/simulation/simulation.ts';
import { claimFigure } from '../report/format.ts';
import { entry, sentence, table } from './check/check-text.ts';
import { importRequest } from './imports/import-options.ts';
import { importProblemLines } from './imports/import-text.ts';
import { findManifest, withStoredRows } from './imports/stored-imports.ts';
import { readPlan } from './run.ts';
import type { CliServices } from './services.ts';

/**
 * Holds the simulator against the user's own measurements (METHOD 7.2): an import by its name, or a
 * file in the form of METHOD 4.7. Returns the exit code: 2 when the file has problems.
 */
export async function scoreAgainst(
  services: CliServices,
  against: string,
  options: { readonly plan?: string },
): Promise<number> {
  const plan =
    options.plan === undefined ? undefined : (await readPlan(services, options.plan)).plan;
  const rows = await readMeasured(services, against, plan);
  if (rows === undefined) return 2;
  const { comparison, setup } = compare(services, rows, { plan, source: against });
  const { output } = services;
  for (const line of comparisonLines(comparison, setup, { rows: rows.length, against, plan })) {
    output.line(line);
  }
  output.json({
    against,
    rows: rows.length,
    validated: countClaims(comparison.claims, 'validation'),
    ...comparison,
    cpuMs: Object.fromEntries(setup.workloads.map(({ name, cpuMs }) => [name, cpuMs])),
    fitted: Object.keys(setup.fitted),
  });
  // A failed claim is a finding about the simulator and not about this command.
  return 0;
}

/** Undefined when the file has problems, which are then printed. */
async function readMeasured(
  services: CliServices,
  against: string,
  plan: Plan | undefined,
): Promise<readonly MeasuredRow[] | undefined> {
  const manifest = await findManifest(services, against);
  if (manifest !== undefined) return await withStoredRows(services, manifest, measuredRows);
  return await withDatabase(async (database) => await readFile(services, database, against, plan));
}

async function readFile(
  { output }: CliServices,
  database: Database,
  path: string,
  plan: Plan | undefined,
): Promise<readonly MeasuredRow[] | undefined> {
  const read = await readImport(database, importRequest([resolve(path)], { cost: false }, plan));
  if (read.problems.length === 0) return await measuredRows(database);
  for (const line of importProblemLines(read.problems)) output.line(line);
  output.line('');
  for (const line of sentence(
    'A file of k6, JMeter or Artillery, or with columns of other names, is first imported: ' +
      'crossover import FILE --as NAME, then crossover scorecard --against NAME.',
  )) {
    output.line(line);
  }
  output.json({ problems: read.problems });
  return undefined;
}

/** The models are run again and again, as long as a small log leaves the time for it. */
const drawnSends = 100_000;
const [fewestRuns, mostRuns] = [3, 20];

function compare(
  { predict }: CliServices,
  rows: readonly MeasuredRow[],
  { plan, source }: { readonly plan: Plan | undefined; readonly source: string },
): { readonly comparison: Comparison; readonly setup: AgainstSetup } {
  const setup = againstSetup(rows, plan?.workloads);
  const known = new Map(setup.workloads.map((workload) => [workload.name, workload]));
  const sends = rows.filter(({ workload, platform }) => {
    const sizes = known.get(workload);
    return sizes !== undefined && (platform === 'lambda' || sizes.ecsTasks > 0);
  });
  const book = priceBookOf(plan?.pricing ?? { book: defaultPriceBookName });
  const input: Omit<PredictionInput, 'seed'> = {
    simulation: plan?.simulation ?? defaultSimulation,
    priceBook: book.name,
    ...(plan?.pricing.ownPrices === undefined ? {} : { ownPrices: book }),
    edge: plan?.pricing.edge ?? { lambda: 'none', ecs: 'none' },
    timeoutMs: plan?.load.timeoutMs ?? 29_000,
    workloads: setup.workloads,
    sends,
  };
  const runs = Math.min(
    mostRuns,
    Math.max(fewestRuns, Math.floor(drawnSends / (sends.length + 1))),
  );
  const predictions: (readonly Prediction[])[] = [];
  for (let seed = 1; seed <= runs; seed += 1) predictions.push(predict({ ...input, seed }));
  const compared = sends.flatMap((measured, index): ComparedRow[] => {
    if (setup.fitted[measured.workload]?.has(measured.session)) return [];
    return [{ measured, predicted: predictions.flatMap((run) => run[index] ?? []) }];
  });
  return { comparison: compareRows(compared, book, source), setup };
}

function comparisonLines(
  { claims, described, notCompared }: Comparison,
  setup: AgainstSetup,
  input: { readonly rows: number; readonly against: string; readonly plan: Plan | undefined },
): string[] {
  const { passed, of } = countClaims(claims, 'validation');
  const missing = [...setup.notCompared, ...notCompared];
  return [
    ...sentence(
      `The simulator against ${input.against}: ${input.rows} measured requests, sent to the models ` +
        'at their own times.',
    ),
    '',
    ...claimLines(claims),
    ...describedLines(described),
    ...entry('CPU time', cpuText(setup, input.plan)),
    ...missing.flatMap((text, index) => entry(index === 0 ? 'Left open' : '', text)),
    ...entry('Validated', `${passed} of ${of} by your measurements.`),
  ];
}

/** A heading for each workload and platform, and below it what is claimed of it. */
function claimLines(claims: readonly Claim[]): string[] {
  const groups = [...Map.groupBy(claims, ({ group }) => group)];
  return groups.flatMap(([group, members]) => [
    ...table(
      [cut(group), 'measured', 'simulator', 'passes', ''],
      members.map(({ name, target, ours, mark, passed }) => [
        `  ${within(name, group)}`,
        claimFigure(target),
        claimFigure(ours),
        mark,
        passed ? 'pass' : 'FAIL',
      ]),
    ),
    '',
  ]);
}

function describedLines(described: readonly DescribedRatio[]): string[] {
  if (described.length === 0) return [];
  return [
    ...table(
      ['no mark in METHOD 7.3', 'measured', 'simulator', 'ratio'],
      described.map(({ name, measured, predicted }) => [
        cut(name),
        claimFigure(measured),
        claimFigure(predicted),
        (predicted / measured).toFixed(2),
      ]),
    ),
    '',
  ];
}

function within(name: string, group: string): string {
  return name.startsWith(`${group}, `) ? name.slice(group.length + 2) : name;
}

/** Names of workloads may have any length; their ends tell more than their middles. */
function cut(name: string): string {
  return name.length <= 40 ? name : `${name.slice(0, 12)}...${name.slice(-25)}`;
}

function cpuText({ workloads, fitted }: AgainstSetup, plan: Plan | undefined): string {
  if (workloads.length === 0) return 'Of no workload.';
  const times = workloads.map(({ name, cpuMs }) => `${name} ${cpuMs.toPrecision(3)} ms`).join(', ');
  const names = Object.keys(fitted);
  const given =
    plan === undefined || names.length === workloads.length
      ? ''
      : ' The plan gave it; if it was taken from these rows, the medians validate nothing.';
  return names.length === 0
    ? `${times}.${given}`
    : `${times}. Fitted for ${names.join(', ')} to the first half of the sessions; compared is the ` +
        `second half.${given}`;
}
