import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import type { Document } from 'yaml';
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import type { PlanProblem, ValuePath } from './problems.ts';
import { isMapping, PlanProblems } from './problems.ts';

/** A plan as written, with the files that it extends merged in; it still knows its lines. */
export interface PlanSource {
  readonly path: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** Line of a value's key in the file it came from; of the nearest one above when it is missing. */
  locate(path: ValuePath): { readonly line?: number; readonly file?: string };
}

/** Reads a plan and what it extends. Throws `PlanProblems` when a file is missing or is no YAML. */
export async function readPlanSource(planPath: string): Promise<PlanSource> {
  const files = await readChain(planPath);
  const merged = files.reduceRight<unknown>((base, file) => merge(base, file.value), {});
  const { extends: _extends, ...value } = isMapping(merged) ? merged : {};
  return { path: planPath, value, locate: (path) => locate(files, planPath, path) };
}

interface SourceFile {
  readonly path: string;
  readonly document: Document;
  readonly lines: LineCounter;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The plan first, then what it extends, then what that extends. */
async function readChain(planPath: string): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  let next: string | undefined = planPath;
  while (next !== undefined) {
    const file: SourceFile = await readSourceFile(planPath, next, files.at(-1));
    files.push(file);
    next = extendedPath(planPath, file);
    if (next !== undefined && files.some((known) => resolve(known.path) === resolve(next ?? ''))) {
      const circle = [...files.map((known) => known.path), next].join(' -> ');
      throw refused(planPath, file, ['extends'], {
        message: `The plans extend each other in a circle: ${circle}`,
        suggestion: 'One of them must stand on its own.',
      });
    }
  }
  return files;
}

async function readSourceFile(
  planPath: string,
  path: string,
  extendedBy: SourceFile | undefined,
): Promise<SourceFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const wrong = {
      message: `Cannot read the plan "${path}" (${reason})`,
      suggestion: 'Give the path of a YAML file, for example plans/demo.yaml.',
    };
    if (extendedBy !== undefined) throw refused(planPath, extendedBy, ['extends'], wrong);
    throw new PlanProblems(planPath, [{ path: '', ...wrong }]);
  }
  return parseFile(planPath, path, text);
}

function parseFile(planPath: string, path: string, text: string): SourceFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const inFile = path === planPath ? {} : { file: path };
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      path: '',
      line: lines.linePos(error.pos[0]).line,
      ...inFile,
      message: `This is not YAML: ${error.message}`,
    }));
    throw new PlanProblems(planPath, problems);
  }
  const value: unknown = document.toJS();
  if (!isMapping(value)) {
    throw new PlanProblems(planPath, [
      { path: '', line: 1, ...inFile, message: 'The plan is not a mapping of names to values' },
    ]);
  }
  return { path, document, lines, value };
}

function extendedPath(planPath: string, file: SourceFile): string | undefined {
  const { extends: named } = file.value;
  if (named === undefined) return undefined;
  if (typeof named !== 'string') {
    throw refused(planPath, file, ['extends'], {
      value: named,
      message: '"extends" must be the path of one other plan',
      suggestion: 'For example extends: week.yaml',
    });
  }
  return relative('', resolve(dirname(file.path), named));
}

/** Mappings merge key by key, everything else is replaced; an empty value takes the base's away. */
function merge(base: unknown, change: unknown): unknown {
  if (!isMapping(base) || !isMapping(change)) return change;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(change)) {
    if (value === null && Object.hasOwn(base, key)) delete merged[key];
    else merged[key] = Object.hasOwn(base, key) ? merge(base[key], value) : value;
  }
  return merged;
}

function locate(
  files: readonly SourceFile[],
  planPath: string,
  path: ValuePath,
): { readonly line?: number; readonly file?: string } {
  for (let depth = path.length; depth > 0; depth -= 1) {
    for (const file of files) {
      const line = lineOf(file, path.slice(0, depth));
      if (line === undefined) continue;
      return file.path === planPath ? { line } : { line, file: file.path };
    }
  }
  return {};
}

/** Line of the key (or of the list entry) at a path, if the file itself has it. */
function lineOf(file: SourceFile, path: ValuePath): number | undefined {
  const key = path.at(-1);
  const parent =
    path.length === 1 ? file.document.contents : file.document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find(
      (candidate) =>
        isPair(candidate) && isScalar(candidate.key) && String(candidate.key.value) === key,
    );
    return isScalar(pair?.key) ? lineAt(file, pair.key) : undefined;
  }
  const node = file.document.getIn(path, true);
  return isNode(node) ? lineAt(file, node) : undefined;
}

function lineAt(
  file: SourceFile,
  node: { readonly range?: readonly number[] | null },
): number | undefined {
  const start = node.range?.[0];
  return start === undefined ? undefined : file.lines.linePos(start).line;
}

function refused(
  planPath: string,
  file: SourceFile,
  path: ValuePath,
  problem: Omit<PlanProblem, 'path'>,
): PlanProblems {
  const line = lineOf(file, path);
  return new PlanProblems(planPath, [
    {
      path: path.join('.'),
      ...(line === undefined ? {} : { line }),
      ...(file.path === planPath ? {} : { file: file.path }),
      ...problem,
    },
  ]);
}
