import { z } from 'zod';
import { isMapping, type ValuePath } from './problems.ts';
import { planSchema } from './schema.ts';

/**
 * The plan's schema for editors, as it is stored in `plans/plan.schema.json`. A plan that extends
 * another need not repeat what that one has, so only the top level names what is required.
 */
export function planJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(planSchema, {
    io: 'input',
    override: ({ jsonSchema, path }) => {
      if (path.length > 0) delete jsonSchema.required;
    },
  });
  const { $schema, properties, required, ...rest } = schema;
  return {
    $schema,
    title: 'Crossover plan',
    ...rest,
    anyOf: [{ required }, { required: ['extends'] }],
    properties: {
      extends: { type: 'string', description: 'another plan, which this one changes' },
      ...properties,
    },
  };
}

/** The schema as it stands in the file, byte for byte. */
export function planJsonSchemaText(): string {
  return `${JSON.stringify(planJsonSchema(), null, 2)}\n`;
}

/** Names that may stand at a path of a plan; empty where names are free or nothing is known. */
export function knownKeys(path: ValuePath): readonly string[] {
  return Object.keys(propertiesAt(path));
}

/** Dotted paths of all fields that have this name, wherever they stand. */
export function pathsOfKey(name: string): readonly string[] {
  return [...fieldPaths(planJsonSchema(), [])]
    .filter((path) => path.at(-1) === name)
    .map((path) => path.join('.'));
}

/** The description of a field, for a message that says what to write. */
export function descriptionAt(path: ValuePath): string | undefined {
  const { description } = schemaAt(path);
  return typeof description === 'string' ? description : undefined;
}

type JsonSchema = Readonly<Record<string, unknown>>;

function schemaAt(path: ValuePath): JsonSchema {
  let schema: unknown = planJsonSchema();
  for (const key of path) {
    if (!isMapping(schema)) return {};
    const { properties, additionalProperties, items } = schema;
    if (typeof key === 'number') schema = items;
    else schema = isMapping(properties) ? properties[key] : additionalProperties;
  }
  return isMapping(schema) ? schema : {};
}

function propertiesAt(path: ValuePath): JsonSchema {
  const { properties } = schemaAt(path);
  return isMapping(properties) ? properties : {};
}

function* fieldPaths(schema: unknown, path: readonly string[]): Generator<readonly string[]> {
  if (!isMapping(schema)) return;
  const { properties, additionalProperties } = schema;
  for (const [name, inner] of Object.entries(isMapping(properties) ? properties : {})) {
    yield [...path, name];
    yield* fieldPaths(inner, [...path, name]);
  }
  if (isMapping(additionalProperties)) yield* fieldPaths(additionalProperties, [...path, 'NAME']);
}
