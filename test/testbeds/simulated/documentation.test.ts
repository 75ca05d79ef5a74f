import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { planJsonSchema } from '../../../src/plan/json-schema.ts';

interface Schema {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** `lambda.idleLimit` and its default, for every parameter of the plan's schema. */
function parametersOf({ properties }: Schema, path: readonly string[] = []): [string, string][] {
  return Object.entries(properties ?? {}).flatMap(([name, inner]): [string, string][] => {
    const here = [...path, name];
    if (inner.properties !== undefined) return parametersOf(inner, here);
    return [[here.join('.'), String(inner.default)]];
  });
}

test('every parameter stands in the documentation, with its default and a source', () => {
  const { properties } = planJsonSchema() as Schema;
  const parameters = parametersOf(properties?.['simulation'] ?? {});
  const text = readFileSync(resolve(import.meta.dirname, '../../../docs/simulator.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `([\w.]+)` \| `([^`]+)` \| (.{4,}) \|$/gm)];

  expect(parameters.length).toBeGreaterThan(30);
  expect(rows.map(([, name, value]) => [name, value])).toEqual(parameters);
});
