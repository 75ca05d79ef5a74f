import type { Finding, ValuePath } from './problems.ts';
import { isMapping, valueAt } from './problems.ts';

/**
 * What a plan will be able to say in a later version, and what comes with it. Until it is built it
 * is refused by name: a field that is read and ignored would make a campaign lie.
 */
const laterFields: Readonly<Record<string, string>> = {
  budget: 'a cap on what a campaign may spend',
  aws: 'the testbed aws',
  expiry: 'the testbed aws',
  'workloads.*.scaling': 'services that scale by themselves',
  'workloads.*.payload': 'payloads from files',
  'workloads.*.package': 'container images',
  'workloads.*.requests': 'workloads with several paths',
  'workloads.*.lambda.arn': 'functions that are deployed already',
  'workloads.*.ecs.url': 'services that are deployed already',
  'load.shards': 'several load generators',
  'labels.penalty': 'a penalty of your own',
  'learning.degraded': 'training on degraded slots',
};

/** What there is already on a simulated testbed, and on a real one only later. */
const laterOnReal: Readonly<Record<string, string>> = {
  'workloads.*.slotsPerTask': 'workloads that wait instead of compute',
};

interface LaterValues {
  readonly path: string;
  readonly values: readonly string[];
  readonly now: string;
}

const laterValues: readonly LaterValues[] = [
  { path: 'testbed', values: ['aws'], now: 'testbed: local or testbed: simulated' },
];

const laterValuesOnReal: readonly LaterValues[] = [
  { path: 'workloads.*.bound', values: ['io'], now: 'bound: cpu on testbed: local' },
];

/** Everything in a plan that a later version will understand. */
export function findLater(plan: unknown): Finding[] {
  const isReal = valueAt(plan, ['testbed']) === 'local';
  const fields = isReal ? { ...laterFields, ...laterOnReal } : laterFields;
  const valued = isReal ? [...laterValues, ...laterValuesOnReal] : laterValues;
  return [...walk(plan, [])].flatMap(({ path, value }) => {
    const field = Object.keys(fields).find((pattern) => matches(pattern, path));
    if (field !== undefined) return [laterField(path, fields[field] ?? '')];
    const values = valued.find(
      (entry) => matches(entry.path, path) && entry.values.some((name) => name === String(value)),
    );
    return values === undefined ? [] : [laterValue(path, String(value), values.now)];
  });
}

function laterField(path: ValuePath, what: string): Finding {
  return {
    path,
    message: `"${path.at(-1)}" comes with a later version of Crossover, with ${what}`,
    suggestion: 'Leave it out.',
  };
}

function laterValue(path: ValuePath, value: string, now: string): Finding {
  const name = path.filter((key) => typeof key === 'string').at(-1);
  return {
    path,
    message: `${name} "${value}" comes with a later version of Crossover; this one runs ${now}`,
  };
}

function* walk(
  value: unknown,
  path: ValuePath,
): Generator<{ readonly path: ValuePath; readonly value: unknown }> {
  yield { path, value };
  if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) yield* walk(entry, [...path, index]);
  } else if (isMapping(value)) {
    for (const [key, entry] of Object.entries(value)) yield* walk(entry, [...path, key]);
  }
}

function matches(pattern: string, path: ValuePath): boolean {
  const parts = pattern.split('.');
  return (
    parts.length === path.length &&
    parts.every((part, index) => part === '*' || part === String(path[index]))
  );
}
