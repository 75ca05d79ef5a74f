/** Answers every request 50 ms after it came, and says how long it really took. */
import { createServer } from 'node:http';
import { header } from '../../src/domain/names.ts';

const delayMs = 50;

const server = createServer((request, response) => {
  const arrivedMs = performance.now();
  request.resume();
  setTimeout(() => {
    response.setHeader(header.request, request.headers[header.request] ?? '');
    response.setHeader(header.serverMs, performance.now() - arrivedMs);
    response.end('done');
  }, delayMs);
});
server.keepAliveTimeout = 65_000;
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
process.once('disconnect', () => process.exit());
