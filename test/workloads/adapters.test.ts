import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { randomFor } from '../../src/domain/statistics/random.ts';
import { parseHandlerLine } from '../../src/testbeds/local/handler-line.ts';
import type { GatewayEvent, GatewayResponse } from '../../workloads/lambda-adapter.ts';

const root = join(import.meta.dirname, '../..');
type Child = ChildProcessByStdio<Writable, Readable, null>;
const children: Child[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Sent {
  readonly body: Uint8Array;
  readonly contentType: string;
}

interface Seen {
  readonly statusCode: number;
  readonly contentType: string | undefined;
  readonly body: string;
  readonly request: string | undefined;
  readonly sequence: string | undefined;
  readonly hasServerMs: boolean;
}

const places = ['lightweight', 'thumbnail', 'medium', 'heavy'].map((name) => ({
  name,
  handler: `workloads/${name}/handler.ts`,
}));

describe.each(places)('$name behind both adapters', ({ name, handler }) => {
  it('answers identically', async () => {
    const { makePayload } = await import(
      pathToFileURL(join(root, 'workloads', name, 'payload.ts')).href
    );
    const sent: Sent[] = [1, 2].map((seed) => makePayload(randomFor(seed, 'payload')));
    const [lambda, http] = [await throughLambda(handler, sent), await throughHttp(handler, sent)];
    expect(http.seen).toEqual(lambda.seen);
    expect(http.seen.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  });
});

describe.each([
  {
    what: 'throws',
    handler: 'test/fixtures/workloads/obedient/handler.ts',
    body: '{"do":"throw"}',
  },
  {
    what: 'answers garbage',
    handler: 'test/fixtures/workloads/answers-garbage/handler.ts',
    body: '{}',
  },
])('a handler that $what', ({ handler, body }) => {
  it('is a 500 with a JSON error and a handler line, on both sides alike', async () => {
    const sent = [{ body: Buffer.from(body), contentType: 'application/json' }];
    const [lambda, http] = [await throughLambda(handler, sent), await throughHttp(handler, sent)];
    expect(http.seen).toEqual(lambda.seen);
    expect(http.seen[0]).toMatchObject({ statusCode: 500, contentType: 'application/json' });
    expect(JSON.parse(Buffer.from(http.seen[0]?.body ?? '', 'base64').toString())).toHaveProperty(
      'error',
    );
    expect(lambda.lines).toHaveLength(1);
    expect(http.lines).toHaveLength(1);
  });
});

describe('the log line', () => {
  const handler = 'test/fixtures/workloads/obedient/handler.ts';
  const sent = [1, 2].map((ms) => ({
    body: Buffer.from(JSON.stringify({ do: 'burn', ms })),
    contentType: 'application/json',
  }));

  it('of Lambda says what the headers say, and the id of the invocation', async () => {
    const { lines, seen } = await throughLambda(handler, sent);
    expect(lines.map((line) => line.requestId)).toEqual(['slot-001.00000', 'slot-001.00001']);
    expect(lines.map((line) => line.target)).toEqual(['lambda', 'lambda']);
    expect(lines.map((line) => String(line.environmentSequence))).toEqual(
      seen.map(({ sequence }) => sequence),
    );
    expect(lines.map((line) => line.awsRequestId)).toEqual(['aws-1', 'aws-2']);
    expect(lines[0]?.platform).toBe('lambda');
    expect(lines[0]?.serverMs).toBeGreaterThan(0);
  });

  it('of Fargate names the task', async () => {
    const { lines } = await throughHttp(handler, sent);
    expect(lines.map(({ taskId, platform }) => ({ taskId, platform }))).toEqual([
      { taskId: 'task-1', platform: 'ecs' },
      { taskId: 'task-1', platform: 'ecs' },
    ]);
  });
});

/** The target differs by platform in a pair; here it must not, or the echo would. */
const requestHeader = (index: number): string => `slot-001.0000${index}/lambda`;

async function throughLambda(handler: string, sent: readonly Sent[]) {
  const child = start(
    [
      join(root, 'test/fixtures/invoke-lambda-adapter.mjs'),
      join(root, 'workloads/lambda-adapter.ts'),
    ],
    handler,
  );
  for (const [index, { body, contentType }] of sent.entries()) {
    const event: GatewayEvent = {
      headers: { 'content-type': contentType, 'x-crossover-request': requestHeader(index) },
      body: Buffer.from(body).toString('base64'),
      isBase64Encoded: true,
    };
    child.stdin.write(`${JSON.stringify(event)}\n`);
  }
  child.stdin.end();
  const printed = await linesOf(child);
  const seen = printed.flatMap((line): Seen[] => {
    const { kind, response } = JSON.parse(line) as { kind: string; response: GatewayResponse };
    if (kind !== 'response') return [];
    const { statusCode, headers, body } = response;
    const encoded = response.isBase64Encoded ? body : Buffer.from(body).toString('base64');
    return [seenOf(statusCode, (header) => headers[header], encoded)];
  });
  return { seen, lines: printed.flatMap((line) => parseHandlerLine(line) ?? []) };
}

async function throughHttp(handler: string, sent: readonly Sent[]) {
  const child = start([join(root, 'workloads/http-server.ts')], handler);
  const printed: string[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`The server ended: ${printed.join('\n')}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      printed.push(line);
      const { kind, port } = JSON.parse(line);
      if (kind === 'listening') resolve(port);
    });
  });
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  const seen: Seen[] = [];
  for (const [index, { body, contentType }] of sent.entries()) {
    const response = await fetch(`http://127.0.0.1:${port}/collection/ecs/any`, {
      method: 'POST',
      body: Buffer.from(body),
      headers: { 'content-type': contentType, 'x-crossover-request': requestHeader(index) },
    });
    const received = Buffer.from(await response.arrayBuffer()).toString('base64');
    seen.push(
      seenOf(response.status, (header) => response.headers.get(header) ?? undefined, received),
    );
  }
  const exit = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await exit;
  return { seen, lines: printed.flatMap((line) => parseHandlerLine(line) ?? []) };
}

function seenOf(
  statusCode: number,
  header: (name: string) => string | undefined,
  body: string,
): Seen {
  return {
    statusCode,
    contentType: header('content-type'),
    body,
    request: header('x-crossover-request'),
    sequence: header('x-crossover-sequence'),
    hasServerMs: Number(header('x-crossover-server-ms')) >= 0,
  };
}

function start(args: readonly string[], handler: string): Child {
  const child = spawn(process.execPath, [...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      CROSSOVER_HANDLER: join(root, handler),
      CROSSOVER_TASK_ID: 'task-1',
      HOST: '127.0.0.1',
      PORT: '0',
    },
  });
  children.push(child);
  return child;
}

async function linesOf(child: Child): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  return lines;
}
