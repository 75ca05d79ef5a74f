import { createServer } from 'node:http';
import { header } from '../../../domain/names.ts';
import { nowMs } from './clock.ts';
import { Sender } from './sender.ts';

/** About ten requests pass until the client's code is compiled; the first costs 10 to 100 ms. */
const warmUpRequests = 20;

/**
 * Sends to a server of our own in this process: warming up against the targets would warm the
 * execution environments that are about to be measured.
 */
export async function warmUpClient(): Promise<void> {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader(header.request, request.headers[header.request] ?? '');
    response.end('warm');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const sender = new Sender();
  for (let sent = 0; sent < warmUpRequests && typeof address === 'object'; sent += 1) {
    await sender.send({
      url: `http://127.0.0.1:${address?.port}/`,
      body: Buffer.from('warm'),
      headers: { [header.request]: 'warm-up' },
      requestHeader: 'warm-up',
      timeoutMs: 1_000,
      endsBeforeMs: nowMs() + 1_000,
    });
  }
  sender.close();
  server.close();
}
