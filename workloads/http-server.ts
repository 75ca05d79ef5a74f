import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createResponder, loadHandler } from './adapter.ts';

/** The container: serves the workload that CROSSOVER_HANDLER names on $HOST:$PORT. */
const taskId = process.env['CROSSOVER_TASK_ID'] ?? randomUUID();
const respond = createResponder(
  { platform: 'ecs', environmentId: taskId, taskId },
  await loadHandler(process.env['CROSSOVER_HANDLER']),
);

const server = createServer((request, response) => {
  if (request.method === 'GET' && request.url === '/health') {
    response.end('ok');
    return;
  }
  serve(request, response).catch((error: unknown) => {
    // The client went away while it was sending: nobody is left to answer.
    process.stderr.write(`A request was not answered: ${String(error)}\n`);
    response.destroy();
  });
});

/**
 * A load balancer keeps idle connections for 60 s. The side that reuses them must be the first to
 * close them, or a request meets a closed socket and the client sees a 502.
 */
server.keepAliveTimeout = 65_000;

server.listen(Number(process.env['PORT'] ?? 8080), process.env['HOST'] ?? '0.0.0.0', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : undefined;
  process.stdout.write(`${JSON.stringify({ kind: 'listening', port })}\n`);
});

process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const answer = await respond({ payload: Buffer.concat(chunks), headers: request.headers });
  response.writeHead(answer.statusCode, {
    ...answer.headers,
    'content-length': answer.body.byteLength,
  });
  response.end(answer.body);
}
