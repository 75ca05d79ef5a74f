import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

import { type Database, withDatabase } from '../../dataset/duckdb.ts';
import type { ImportManifest } from '../../dataset/import/import-manifest.ts';
import type { ImportRule } from '../../dataset/import/import-pairs.ts';
import type { ImportRequest } from '../../dataset/import/import-request.ts';
import { importFingerprint, writeImportRows } from '../../dataset/import/import-store.ts';
import { type ImportSummary, summariseImport } from '../../dataset/import/import-summary.ts';
import { loggedImport } from '../../dataset/import/logged-import.ts';
import { readPlannedIds } from '../../dataset/import/planned-list.ts';
import type { PlannedCount } from '../../dataset/import/planned-rows.ts';
import { patternFault, type ReadImport, readImport } from '../../dataset/import/read-import.ts';
import { UnreadableTable } from '../../dataset/tables/table-file.ts';
import { importKeys } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan.ts';
import { slotLoads } from '../../domain/requests/slot-load.ts';
import { readPlan } from '../run.ts';
import type { CliServices } from '../services.ts';
import { UsageError } from '../usage-error.ts';
import { type ImportOptions, importRequest, plannedCounts } from './import-options.ts';
import { droppedLines, importProblemLines, noteLines, summaryLines } from './import-text.ts';
import { type ImportValues, importValues, modelPolicy, valueLines } from './import-values.ts';
import { findManifest } from './stored-imports.ts';

/** u = 0.6 ln latency + 0.4 ln cost, as in plans. */
const defaultLatencyWeight = 0.6;

/**
 * Makes a dataset of results measured elsewhere (METHOD 4.7), or with `--dry-run` says what would
 * become of them. Returns the exit code: 2 when the files have problems.
 */
export async function importResults(
  services: CliServices,
  files: readonly string[],
  options: ImportOptions,
): Promise<number> {
  const plan =
    options.plan === undefined ? undefined : (await readPlan(services, options.plan)).plan;
  const request = importRequest(files, options, plan);
  const name = importName(options.as, request);
  return await withDatabase(async (database) => {
    await checkPatterns(database, request);
    const read = await readImport(database, request);
    if (read.problems.length > 0) return refuse(services, read);
    const rule = ruleOf(plan, request);
    const summary = await summariseImport(database, {
      rule,
      planned: plannedOf(options, plan),
      ...(await plannedIds(options.requests)),
    });
    const fingerprint = await importFingerprint(database);
    const values = await valuesOf(database, summary, { rule, model: options.model, plan });
    const manifest: ImportManifest = {
      schema: 'crossover-import/1',
      name,
      fingerprint,
      request,
      ...read,
      rule,
      summary,
    };
    if (options.dryRun !== true) await store(services, database, manifest);
    print(services, { manifest, values, isDryRun: options.dryRun === true });
    return 0;
  });
}

function refuse({ output }: CliServices, read: ReadImport): number {
  for (const line of importProblemLines(read.problems)) output.line(line);
  if (read.dropped.length > 0) for (const line of droppedLines(read)) output.line(line);
  const isOfRows = read.problems.every(({ count }) => count !== undefined);
  const advice = isOfRows ? ' With --leave-out-bad-rows all other rows are.' : '';
  output.line('');
  output.line(`Nothing was imported.${advice}`);
  output.json({ problems: read.problems, dropped: read.dropped });
  return 2;
}

/** The outcome for people and machines; `show` prints the same. */
export function print(
  { output }: Pick<CliServices, 'output'>,
  input: {
    readonly manifest: ImportManifest;
    readonly values: ImportValues | undefined;
    readonly isDryRun?: boolean;
  },
): void {
  const { manifest, values, isDryRun = false } = input;
  const { name, summary, files, fingerprint, notes, request } = manifest;
  const verb = isDryRun ? 'Dry run, nothing is stored' : `Import ${name}`;
  output.line(
    `${verb}: ${summary.rows} requests of ${files.length} file${files.length === 1 ? '' : 's'}, ` +
      `fingerprint ${fingerprint.slice(0, 12)}.`,
  );
  output.line('');
  const lines = [
    ...summaryLines(summary, request.costs),
    '',
    ...droppedLines(manifest),
    ...noteLines(notes),
    ...(values === undefined ? [] : ['', ...valueLines(values)]),
  ];
  for (const line of lines) output.line(line);
  output.json({ ...manifest, isDryRun, ...(values === undefined ? {} : { values }) });
}

/** Rows that are in no pair above this part of all: then policies are valued without pairs. */
const fewUnpaired = 0.05;

/** Undefined where the rows are pairs, or of one platform. */
export async function valuesOf(
  database: Database,
  summary: ImportSummary,
  input: {
    readonly rule: ImportRule;
    readonly model: string | undefined;
    readonly plan: Plan | undefined;
  },
): Promise<ImportValues | undefined> {
  const { rule, model, plan } = input;
  const isPaired = summary.unpairedRows <= fewUnpaired * summary.rows && model === undefined;
  if (isPaired || summary.order.kind === 'one-platform') return undefined;
  const rows = await loggedImport(database, rule);
  if (model === undefined) return importValues(rows);
  const text = await readFile(resolve(model), 'utf8');
  const policy = modelPolicy(text, rows, plan?.schedule.timezone ?? 'UTC');
  return importValues(rows, { model: policy });
}

function ruleOf(plan: Plan | undefined, { timeoutMs }: ImportRequest): ImportRule {
  return {
    latencyWeight: plan?.labels.latencyWeight ?? defaultLatencyWeight,
    timeoutMs,
    sloLatencyMs: Object.fromEntries(
      (plan?.workloads ?? []).flatMap(({ name, slo }) =>
        slo === undefined ? [] : [[name, slo.latencyMs]],
      ),
    ),
  };
}

function importName(given: string | undefined, { files }: ImportRequest): string {
  const first = basename(files[0]?.path ?? 'import').replace(/\.\w+$/, '');
  const name = given ?? first.replaceAll(/[^\w-]+/g, '-');
  if (/^[a-z0-9][\w-]{0,99}$/i.test(name)) return name;
  throw new UsageError(`"${name}" cannot be the name of an import; use letters, digits, "-", "_".`);
}

async function checkPatterns(database: Database, request: ImportRequest): Promise<void> {
  const { platformPatterns, platformFrom, workloadFrom } = request;
  const patterns = [platformPatterns.lambda, platformPatterns.ecs, platformFrom, workloadFrom];
  for (const { pattern } of patterns.filter((one) => one !== undefined)) {
    const fault = await patternFault(database, pattern);
    if (fault !== undefined) throw new UsageError(`"${pattern}" is no pattern (RE2): ${fault}.`);
  }
}

function plannedOf({ planned = [] }: ImportOptions, plan: Plan | undefined): PlannedCount[] {
  const counts = plannedCounts(planned.filter((text) => text !== 'plan'));
  if (!planned.includes('plan')) return counts;
  if (plan === undefined) throw new UsageError('--planned plan needs a --plan FILE to count in.');
  return [...counts, ...plannedOfPlan(plan)];
}

/** Pairs of the mixed load; the ladder's follow from measured CPU times and are left out. */
function plannedOfPlan(plan: Plan): PlannedCount[] {
  if (plan.load.source !== undefined) {
    throw new UsageError(
      'The plan replays a log: give that log as --requests FILE to say what was planned.',
    );
  }
  const pairs = slotLoads(plan, 0).reduce((sum, { requests }) => sum + requests, 0);
  return plan.workloads.flatMap(({ name, share }) =>
    (['lambda', 'ecs'] as const).map((platform) => ({
      platform,
      workload: name,
      requests: Math.round(pairs * share),
    })),
  );
}

async function plannedIds(
  path: string | undefined,
): Promise<{ readonly plannedIds?: readonly string[] }> {
  if (path === undefined) return {};
  try {
    return { plannedIds: await readPlannedIds(resolve(path)) };
  } catch (error) {
    if (error instanceof UnreadableTable) throw new UsageError(error.message);
    throw error;
  }
}

/** Rows first, the manifest last. Another import under the name is never written over. */
async function store(
  services: CliServices,
  database: Database,
  manifest: ImportManifest,
): Promise<void> {
  const { objects } = services;
  const { name, fingerprint } = manifest;
  const keys = importKeys(name);
  const earlier = await findManifest(services, name);
  if (earlier !== undefined && earlier.fingerprint !== fingerprint) {
    throw new UsageError(
      `There is an import "${name}" of other rows. Give this one a name with --as, or remove that ` +
        `one with "crossover import rm ${name}".`,
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'crossover-import-'));
  try {
    const file = join(folder, 'rows.parquet');
    await writeImportRows(database, file);
    await objects.put(keys.rows(fingerprint), await readFile(file));
    await objects.put(keys.manifest, `${JSON.stringify(manifest, undefined, 2)}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
