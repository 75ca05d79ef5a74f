import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { describedMethods, openApiDocument } from '../../../src/router/service/openapi.ts';
import { type Answer, ask } from './rig.ts';
import { routersPerTest } from './routers.ts';

test('the description is OpenAPI 3.1', async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(openApiDocument));
  expect(result.errors).toBeUndefined();
  expect(result.valid).toBe(true);
  expect(validator.version).toBe('3.1');
});

describe('every documented answer is one that the service gives', () => {
  const routers = routersPerTest();
  const aRouterTo = (path: string, timeoutMs = 2_000) => routers.startTo(path, { timeoutMs });
  const aFallenRouter = () =>
    routers.start({}, { find: async () => ({ kind: 'missing', why: 'x' }) });

  const situations: Readonly<Record<string, (method: string) => Promise<Answer>>> = {
    default: async (method) => await ask(`${(await aRouterTo('ok')).url}/heavy`, { method }),
    '404': async (method) => await ask(`${(await aRouterTo('ok')).url}/other`, { method }),
    '408': async (method) =>
      await ask(`${(await aRouterTo('ok', 150)).url}/heavy`, {
        method,
        body: 'half',
        declaredBytes: 8,
      }),
    '413': async (method) =>
      await ask(`${(await aRouterTo('ok')).url}/heavy`, {
        method,
        body: new Uint8Array(6 * 2 ** 20 + 1),
        headers: { 'transfer-encoding': 'chunked' },
      }),
    '502': async (method) => await ask(`${(await aRouterTo('reset')).url}/heavy`, { method }),
    '504': async (method) => await ask(`${(await aRouterTo('hang', 150)).url}/heavy`, { method }),
  };

  const documented = describedMethods.flatMap((method) =>
    Object.keys(responsesOf(method)).map((status) => [method, status] as const),
  );

  test.each(documented)('%s /{workload}: %s', async (method, status) => {
    const answer = await (situations[status] ?? expect.fail(status))(method.toUpperCase());
    expect(answer.statusCode).toBe(status === 'default' ? 200 : Number(status));
    expectHeaders(answer, documentedHeaders(method, status));
    if (status === 'default') return;
    expect(answer.headers['content-type']).toBe('application/json');
    expectSchema(JSON.parse(answer.body), openApiDocument.components.schemas.Refusal);
  });

  test('get /health: 200, while all is well and while it falls back', async () => {
    const well = await aRouterTo('ok');
    for (const router of [well, await aFallenRouter()]) {
      const answer = await ask(`${router.url}/health`, { method: 'GET' });
      expect(answer.statusCode).toBe(200);
      expectSchema(JSON.parse(answer.body), openApiDocument.components.schemas.Health);
    }
  });

  test('get /openapi.json: 200, with the description', async () => {
    const { url } = await aRouterTo('ok');
    const answer = await ask(`${url}/openapi.json`, { method: 'GET' });
    expect(JSON.parse(answer.body)).toEqual(JSON.parse(JSON.stringify(openApiDocument)));
  });

  test('a fallback has its documented header', async () => {
    const router = await aFallenRouter();
    const answer = await ask(`${router.url}/heavy`);
    expect(answer.headers['x-router-fallback']).toBe('missing');
    expectHeaders(answer, documentedHeaders('post', 'default'));
  });
});

type Headers = Readonly<Record<string, { readonly required?: boolean; readonly schema: Schema }>>;

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

function responsesOf(method: string): Readonly<Record<string, { readonly headers?: Headers }>> {
  const operations = Object.entries<object>(openApiDocument.paths['/{workload}']);
  const operation = new Map(operations).get(method) ?? expect.fail(method);
  return Object.entries(operation).find(([name]) => name === 'responses')?.[1];
}

function documentedHeaders(method: string, status: string): Headers {
  const response = new Map(Object.entries(responsesOf(method))).get(status);
  return response?.headers ?? {};
}

function expectHeaders({ headers }: Answer, described: Headers): void {
  for (const [name, { required = false, schema }] of Object.entries(described)) {
    const text = headers[name];
    if (text === undefined) {
      expect(required, `${name} is missing`).toBe(false);
      continue;
    }
    expectSchema(schema.type === 'number' ? Number(text) : text, schema);
  }
}

/** The part of JSON Schema that the description uses. */
function expectSchema(value: unknown, schema: Schema): void {
  if (schema.const !== undefined) expect(value).toBe(schema.const);
  if (schema.enum !== undefined) expect(schema.enum).toContain(value);
  if (schema.pattern !== undefined) expect(value).toMatch(new RegExp(schema.pattern));
  if (schema.minimum !== undefined) expect(value).toBeGreaterThanOrEqual(schema.minimum);
  if (schema.maximum !== undefined) expect(value).toBeLessThanOrEqual(schema.maximum);
  if (schema.type === 'integer') expect(Number.isInteger(value)).toBe(true);
  else if (schema.type !== undefined) expect(typeof value).toBe(schema.type);
  const fields = schema.properties === undefined ? [] : Object.entries(Object(value));
  for (const name of schema.required ?? []) expect(value).toHaveProperty(name);
  for (const [name, field] of fields) {
    expectSchema(field, schema.properties?.[name] ?? expect.fail(`${name} is not described`));
  }
}
