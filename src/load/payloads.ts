import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { PermanentFailure } from '../domain/failures.ts';
import { type Random, randomFor } from '../domain/statistics/random.ts';

/** The body of one request, as it is posted to either platform. */
export interface Payload {
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Makes the body of a request again from its seed: the same bytes on every machine. */
export type PayloadMaker = (seed: number) => Payload;

/**
 * Loads the payload maker that stands beside a handler (`payload.ts`, `.js` or `.mjs` with
 * `makePayload(random)`). Without one the payload is the JSON `{"seed": n}`.
 * Throws `WorkloadBroken` when the module has no such function, or it makes something else.
 */
export async function loadPayloadMaker(handlerPath: string): Promise<PayloadMaker> {
  const modulePath = findPayloadModule(handlerPath);
  if (modulePath === undefined) return seedAsJson;

  const module: PayloadModule = await import(pathToFileURL(modulePath).href);
  const make = module.makePayload;
  if (!isMaker(make)) {
    throw new PermanentFailure(
      'WorkloadBroken',
      `${modulePath} exports no function "makePayload". Export one that takes a random source, ` +
        'or remove the file: then the payload is {"seed": n}.',
    );
  }
  return (seed) => requirePayload(make(randomFor(seed, 'payload')), modulePath);
}

interface PayloadModule {
  readonly makePayload?: unknown;
}

const moduleNames = ['payload.ts', 'payload.js', 'payload.mjs'];

function findPayloadModule(handlerPath: string): string | undefined {
  const folder = path.dirname(path.resolve(handlerPath));
  return moduleNames.map((name) => path.join(folder, name)).find((file) => existsSync(file));
}

function seedAsJson(seed: number): Payload {
  return { contentType: 'application/json', body: Buffer.from(JSON.stringify({ seed })) };
}

function isMaker(value: unknown): value is (random: Random) => unknown {
  return typeof value === 'function';
}

function requirePayload(made: unknown, modulePath: string): Payload {
  if (isPayload(made)) return made;
  throw new PermanentFailure(
    'WorkloadBroken',
    `makePayload of ${modulePath} must return { contentType: string, body: Uint8Array }, ` +
      `at once; it returned ${made instanceof Promise ? 'a promise' : inspect(made, { depth: 1 })}.`,
  );
}

function isPayload(value: unknown): value is Payload {
  return (
    typeof value === 'object' &&
    value !== null &&
    'contentType' in value &&
    typeof value.contentType === 'string' &&
    'body' in value &&
    value.body instanceof Uint8Array
  );
}
