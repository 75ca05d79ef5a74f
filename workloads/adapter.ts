import { pathToFileURL } from 'node:url';
import { header, parseRequestHeader } from '../src/domain/names.ts';

/** What a workload's handler module answers. */
export interface HandlerAnswer {
  readonly contentType: string;
  readonly body: Uint8Array | string;
  readonly statusCode?: number;
}

export type Handle = (payload: Uint8Array) => Promise<HandlerAnswer>;

/** What both adapters send back, each in the form of its platform. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Who answers: stands in the response headers and in the log line. */
export interface Place {
  readonly platform: 'lambda' | 'ecs';
  readonly environmentId: string;
  /** Fargate only. */
  readonly taskId?: string;
}

export interface Call {
  readonly payload: Uint8Array;
  /** As the client sent them, names in small letters. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Lambda only. */
  readonly awsRequestId?: string;
}

/**
 * The part that both adapters share, so that they answer identically: call the handler, time the
 * call and nothing else, and say the same facts in headers and in one log line (METHOD 2.3).
 * A request without our header is served but leaves no line: there is nothing to join it by.
 */
export function createResponder(place: Place, handle: Handle): (call: Call) => Promise<Answer> {
  let environmentSequence = 0;

  return async (call) => {
    environmentSequence += 1;
    const sequence = environmentSequence;
    const { answer, serverMs } = await timed(handle, call.payload);
    const requestHeader = [call.headers[header.request]].flat().at(0);
    const sent = requestHeader === undefined ? undefined : parseRequestHeader(requestHeader);
    if (sent !== undefined) {
      printLine({
        kind: 'handler',
        ...sent,
        ...place,
        environmentSequence: sequence,
        serverMs,
        ...(call.awsRequestId === undefined ? {} : { awsRequestId: call.awsRequestId }),
        atMs: Date.now(),
      });
    }
    const headers = {
      'content-type': answer.contentType,
      [header.environment]: place.environmentId,
      [header.sequence]: String(sequence),
      [header.serverMs]: String(serverMs),
      ...(requestHeader === undefined ? {} : { [header.request]: requestHeader }),
    };
    return { statusCode: answer.statusCode, headers, body: answer.body };
  };
}

/** Loads the handler module that the environment names. */
export async function loadHandler(path: string | undefined): Promise<Handle> {
  if (path === undefined) {
    throw new Error('CROSSOVER_HANDLER is not set. It is the absolute path of a handler module.');
  }
  const module: unknown = await import(pathToFileURL(path).href);
  if (typeof module === 'object' && module !== null && 'handle' in module) {
    const { handle } = module;
    if (typeof handle === 'function') return async (payload) => handle(payload);
  }
  throw new Error(`${path} does not export a function "handle".`);
}

interface CheckedAnswer {
  readonly statusCode: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** An error of the handler is an answer of the workload: 500, and the environment lives on. */
async function timed(
  handle: Handle,
  payload: Uint8Array,
): Promise<{ readonly answer: CheckedAnswer; readonly serverMs: number }> {
  const startedAt = performance.now();
  let endedAt: number | undefined;
  try {
    const answer: unknown = await handle(payload);
    endedAt = performance.now();
    return { answer: checked(answer), serverMs: rounded(endedAt - startedAt) };
  } catch (error) {
    endedAt ??= performance.now();
    return { answer: failed(error), serverMs: rounded(endedAt - startedAt) };
  }
}

function checked(answer: unknown): CheckedAnswer {
  if (typeof answer !== 'object' || answer === null) {
    throw new TypeError(`The handler answered ${String(answer)} instead of { contentType, body }.`);
  }
  const { contentType, body, statusCode = 200 } = answer as Partial<Record<string, unknown>>;
  if (typeof contentType !== 'string') {
    throw new TypeError(`The handler's contentType is ${String(contentType)}, not a string.`);
  }
  if (typeof statusCode !== 'number' || !Number.isInteger(statusCode)) {
    throw new TypeError(`The handler's statusCode is ${String(statusCode)}, not a whole number.`);
  }
  if (statusCode < 200 || statusCode > 599) {
    throw new RangeError(`The handler's statusCode is ${statusCode}, not one of 200 to 599.`);
  }
  if (typeof body === 'string') return { statusCode, contentType, body: Buffer.from(body) };
  if (body instanceof Uint8Array) return { statusCode, contentType, body };
  throw new TypeError("The handler's body is neither a string nor a Uint8Array.");
}

function failed(error: unknown): CheckedAnswer {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const body = Buffer.from(JSON.stringify({ error: { name, message } }));
  return { statusCode: 500, contentType: 'application/json', body };
}

/**
 * Written past `console`, which Lambda's runtime prefixes in text mode. Writing to a pipe is
 * synchronous here, so the line is out before the answer is.
 */
function printLine(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
