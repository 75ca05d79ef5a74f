/** Two plain JSON values side by side: where they differ, by path. */

export interface Difference {
  /** `contrasts[0].cost.ratio`; empty: the values themselves. */
  readonly path: string;
  /** Absent where the first has nothing at this path. */
  readonly first?: unknown;
  readonly second?: unknown;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** Numbers, texts, truth values and nulls that were looked at. */
  readonly values: number;
}

/**
 * Sums of doubles depend on the order in which a database's threads come to their rows, and that
 * moves the last two or three of 16 digits. Nothing that is printed has more than 9.
 */
const relativeTolerance = 1e-9;

/** Numbers are equal to 9 digits, everything else exactly; a missing field is none. */
export function compareValues(first: unknown, second: unknown, path = ''): Comparison {
  if (Array.isArray(first) && Array.isArray(second)) {
    const length = Math.max(first.length, second.length);
    return together(
      Array.from({ length }, (_, index) =>
        compareValues(first[index], second[index], `${path}[${index}]`),
      ),
    );
  }
  if (isRecord(first) && isRecord(second)) {
    const names = new Set([...Object.keys(first), ...Object.keys(second)]);
    return together(
      [...names].map((name) => compareValues(first[name], second[name], fieldOf(path, name))),
    );
  }
  if (isSame(first, second)) return { differences: [], values: first === undefined ? 0 : 1 };
  return {
    differences: [
      {
        path,
        ...(first === undefined ? {} : { first }),
        ...(second === undefined ? {} : { second }),
      },
    ],
    values: 1,
  };
}

/** Texts line by line, up to the first line that differs: what follows is often only shifted. */
export function compareTexts(first: string, second: string): Comparison {
  const [lines, others] = [first.split('\n'), second.split('\n')];
  const length = Math.max(lines.length, others.length);
  for (let line = 0; line < length; line += 1) {
    if (lines[line] === others[line]) continue;
    const path = `line ${line + 1}`;
    return { differences: [{ path, ...excerpts(lines[line], others[line]) }], values: length };
  }
  return { differences: [], values: length };
}

/** What stands where they part, with a few words before it: a line of a figure has no end. */
function excerpts(
  first: string | undefined,
  second: string | undefined,
): Pick<Difference, 'first' | 'second'> {
  let same = 0;
  while (first?.[same] !== undefined && first[same] === second?.[same]) same += 1;
  const begin = Math.max(0, same - excerptLength / 4);
  const excerpt = (text: string): string =>
    (begin === 0 ? '' : '...') + text.slice(begin, begin + excerptLength);
  return {
    ...(first === undefined ? {} : { first: excerpt(first) }),
    ...(second === undefined ? {} : { second: excerpt(second) }),
  };
}

const excerptLength = 120;

export function together(parts: readonly Comparison[]): Comparison {
  return {
    differences: parts.flatMap(({ differences }) => differences),
    values: parts.reduce((sum, { values }) => sum + values, 0),
  };
}

function fieldOf(path: string, name: string): string {
  const part = /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
  return path === '' ? part : `${path}.${part}`;
}

function isSame(first: unknown, second: unknown): boolean {
  if (Object.is(first, second)) return true;
  if (typeof first !== 'number' || typeof second !== 'number') return first === second;
  const scale = Math.max(Math.abs(first), Math.abs(second));
  return Math.abs(first - second) <= relativeTolerance * scale;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
