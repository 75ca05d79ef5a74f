import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PermanentFailure } from '../../domain/failures.ts';
import { randomFor } from '../../domain/statistics/random.ts';

export interface WorkloadPayload {
  readonly contentType: string;
  readonly body: Uint8Array;
}

export type MakePayload = (seed: number) => WorkloadPayload;

/**
 * The payloads of a workload, from `payload.ts` beside its handler: the same that the load
 * generator makes from the same seed. Without that file a payload is the JSON `{"seed": n}`.
 */
export async function loadMakePayload(handlerPath: string): Promise<MakePayload> {
  const path = join(dirname(handlerPath), 'payload.ts');
  if (!existsSync(path)) return seedPayload;
  const module: unknown = await import(pathToFileURL(path).href);
  const make = hasMakePayload(module) ? module.makePayload : undefined;
  if (typeof make !== 'function') {
    throw new PermanentFailure('WorkloadBroken', `${path} exports no function "makePayload".`);
  }
  return (seed) => checked(make(randomFor(seed, 'payload')), path);
}

function seedPayload(seed: number): WorkloadPayload {
  return { contentType: 'application/json', body: Buffer.from(JSON.stringify({ seed })) };
}

function hasMakePayload(module: unknown): module is { readonly makePayload: unknown } {
  return typeof module === 'object' && module !== null && 'makePayload' in module;
}

function checked(payload: unknown, path: string): WorkloadPayload {
  if (
    typeof payload === 'object' &&
    payload !== null &&
    'contentType' in payload &&
    typeof payload.contentType === 'string' &&
    'body' in payload &&
    payload.body instanceof Uint8Array
  ) {
    return { contentType: payload.contentType, body: payload.body };
  }
  throw new PermanentFailure(
    'WorkloadBroken',
    `makePayload of ${path} does not answer { contentType: string, body: Uint8Array }.`,
  );
}
