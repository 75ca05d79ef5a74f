/** One thing that is wrong with a plan: where, what, and what would be right. */
export interface PlanProblem {
  /** Dotted, for example `workloads.heavy.ecs`; empty for the plan as a whole. */
  readonly path: string;
  readonly line?: number;
  /** The file of the line, when it is not the plan itself but one that it extends. */
  readonly file?: string;
  /** As written in the plan; absent when nothing is. */
  readonly value?: unknown;
  readonly message: string;
  readonly suggestion?: string;
}

/** Thrown for a plan that cannot run, with everything that is wrong with it at once. */
export class PlanProblems extends Error {
  override readonly name = 'PlanProblems';
  readonly planPath: string;
  readonly problems: readonly PlanProblem[];

  constructor(planPath: string, problems: readonly PlanProblem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const first = problems[0];
    const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
    super(`${count} in ${planPath}: ${where}${first?.message ?? ''}`);
    this.planPath = planPath;
    this.problems = problems;
  }
}

export type ValuePath = readonly (string | number)[];

/** A problem before it is known in which line its value stands. */
export interface Finding {
  readonly path: ValuePath;
  readonly message: string;
  readonly suggestion?: string;
}

export function dotted(path: ValuePath): string {
  return path.join('.');
}

/** A value as a person would quote it. */
export function quoted(value: unknown): string {
  // Of undefined, JSON.stringify makes no text.
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** The value at a path of plain JSON; undefined when nothing is there. */
export function valueAt(root: unknown, path: ValuePath): unknown {
  let value = root;
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isMapping(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
