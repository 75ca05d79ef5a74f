/** The usual way to get a record per request out of Artillery's own HTTP engine. */
import { appendFileSync } from 'node:fs';
import { header } from '../../src/domain/names.ts';

interface Response {
  readonly headers: Readonly<Record<string, string>>;
}

const startedMs = new WeakMap<object, number>();
const recordsPath = process.env['BENCH_RECORDS'] ?? '';

export async function start(request: object): Promise<void> {
  startedMs.set(request, performance.now());
}

export async function record(request: object, response: Response): Promise<void> {
  const latencyMs = performance.now() - (startedMs.get(request) ?? Number.NaN);
  const overheadMs = latencyMs - Number(response.headers[header.serverMs]);
  appendFileSync(recordsPath, `${JSON.stringify({ overheadMs })}\n`);
}
