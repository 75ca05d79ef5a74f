import { createHash } from 'node:crypto';
import type { Plan } from '../domain/plan.ts';
import { expandPlan } from './expand.ts';
import { handlerFindings, type PayloadSize } from './handlers.ts';
import { findLater } from './later.ts';
import { findPrices } from './prices.ts';
import type { Finding, PlanProblem, ValuePath } from './problems.ts';
import { dotted, PlanProblems, valueAt } from './problems.ts';
import {
  findRequestFile,
  logFindings,
  type OpenLog,
  type ReplaySummary,
  replaySummary,
} from './request-file.ts';
import { ruleFindings } from './rules.ts';
import { planSchema } from './schema.ts';
import { schemaFindings } from './schema-problems.ts';
import { readSections, type Sections } from './sections.ts';
import { type PlanSource, readPlanSource } from './source.ts';
import { planWarnings } from './warnings.ts';

export interface CheckedPlan {
  readonly plan: Plan;
  /** Of the file, as it was given. */
  readonly path: string;
  /** sha256 of the plan's canonical JSON: the same experiment has the same hash. */
  readonly hash: string;
  readonly warnings: readonly string[];
  /** What `load.source` replays, if its rows were read. */
  readonly replay?: ReplaySummary;
}

interface LoadPlanOptions {
  /** Folder that `run` is relative to; the working directory if not given. */
  readonly root?: string;
  /** Makes a payload and says its size; without it payloads are not checked against limits. */
  readonly payloadBytesOf?: PayloadSize;
  /** Opens what `load.source` replays; without it only the file's existence is checked. */
  readonly openLog?: OpenLog;
}

/** Reads and checks a plan. Throws `PlanProblems` with everything that is wrong with it. */
export async function loadPlan(path: string, options: LoadPlanOptions = {}): Promise<CheckedPlan> {
  const source = await readPlanSource(path);
  const parsed = planSchema.safeParse(source.value);
  const later = findLater(source.value);
  const schema = schemaFindings(parsed.error?.issues ?? [], source.value);
  const written = [...later, ...schema.filter((finding) => !isCovered(finding.path, later))];
  const sections = readSections(source.value, written);
  const file = await requestFile(source, sections, options.openLog);
  const found =
    sections.pricing === undefined ? { findings: [] } : await findPrices(sections.pricing, source);
  const findings = [
    ...written,
    ...ruleFindings(sections),
    ...(await handlerFindings(sections, { root: process.cwd(), ...options })),
    ...file.findings,
    ...found.findings,
  ];
  const { prices } = found;
  if (findings.length > 0 || !parsed.success || prices === undefined) {
    throw refused(source, findings);
  }
  const plan = expandPlan(parsed.data, { source: file.source, prices });
  const checked = { plan, path, hash: planHash(plan), warnings: planWarnings(plan) };
  if (file.source === undefined || options.openLog === undefined) return checked;
  const replay = await replaySummary(plan, file.source, options.openLog);
  if ('message' in replay) throw refused(source, [replay]);
  return { ...checked, replay };
}

/** The error for a plan that was not accepted, its problems in the order of the file. */
export function refused(source: PlanSource, findings: readonly Finding[]): PlanProblems {
  return new PlanProblems(
    source.path,
    inOrder(findings.map((finding) => located(source, finding))),
  );
}

async function requestFile(
  planSource: PlanSource,
  { load, workloads }: Sections,
  openLog: OpenLog | undefined,
): ReturnType<typeof findRequestFile> {
  if (load.source === undefined) return { findings: [] };
  const file = await findRequestFile(load.source, planSource);
  if (file.source === undefined || openLog === undefined) return file;
  const names = workloads.map(({ name }) => name);
  return { ...file, findings: await logFindings(file.source, names, openLog) };
}

/** sha256 over the plan with sorted keys. */
function planHash(plan: Plan): string {
  const { source } = plan.load;
  // Where a log lies is no part of the experiment: the hash of what is in it is.
  const experiment =
    source === undefined
      ? plan
      : { ...plan, load: { ...plan.load, source: { ...source, file: '' } } };
  return createHash('sha256').update(canonicalJson(experiment)).digest('hex');
}

function canonicalJson(value: object): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/**
 * A field of a later version is one problem: that the schema does not know it is no second one, and
 * neither is the form of a workload's platform around it (`lambda: { arn }`).
 */
function isCovered(path: ValuePath, later: readonly Finding[]): boolean {
  return later.some(
    (finding) => isPrefix(finding.path, path) || (isPrefix(path, finding.path) && path.length >= 3),
  );
}

function isPrefix(prefix: ValuePath, path: ValuePath): boolean {
  return prefix.length <= path.length && prefix.every((key, index) => key === path[index]);
}

function located(source: PlanSource, { path, message, suggestion }: Finding): PlanProblem {
  const value = valueAt(source.value, path);
  return {
    path: dotted(path),
    ...source.locate(path),
    ...(value === undefined ? {} : { value }),
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** As somebody reads the file, from top to bottom; what has no line comes first. */
function inOrder(problems: readonly PlanProblem[]): PlanProblem[] {
  return [...problems].sort(
    (a, b) =>
      (a.file ?? '').localeCompare(b.file ?? '') ||
      (a.line ?? 0) - (b.line ?? 0) ||
      a.path.localeCompare(b.path),
  );
}
