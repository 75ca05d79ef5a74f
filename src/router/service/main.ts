import { readFileSync } from 'node:fs';
import { FsObjectStore } from '../../stores/fs-object-store.ts';
import { LiveRouter } from './live-router.ts';
import { modelSource } from './model-source.ts';
import { RouterService } from './router-service.ts';
import { createRouterServer } from './server.ts';
import { parseSettings } from './settings.ts';
import { warmUp } from './warm-up.ts';

/**
 * The router as a process: `CROSSOVER_ROUTER` is the path of its settings, `HOST` and `PORT` where
 * it listens (127.0.0.1 and a free port if not said). It prints one line when it serves.
 */
const path = process.env['CROSSOVER_ROUTER'];
if (path === undefined) {
  throw new Error('CROSSOVER_ROUTER is not set. It is the path of the settings (docs/router.md).');
}
const settings = parseSettings(readFileSync(path, 'utf8'));
const live = new LiveRouter({
  settings,
  source: modelSource(settings, (folder) => new FsObjectStore(folder)),
});
await live.refresh();
await warmUp(settings);

const service = new RouterService({ settings, live, print });
const server = createRouterServer(service, settings);
const { champion } = settings;
const poll = champion && setInterval(() => void live.refresh(), champion.pollMs);

server.listen(Number(process.env['PORT'] ?? 0), process.env['HOST'] ?? '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : undefined;
  print({ kind: 'listening', port });
  print({ kind: 'router', ...live.state() });
});

process.on('SIGTERM', end);
process.on('SIGINT', end);

/** What is under way is finished, for a little less than ECS waits before it kills. */
const graceMs = 25_000;
/** A connection that its client keeps would hold the server up, and is idle only after its answer. */
const idleCheckMs = 50;

function end(): void {
  clearInterval(poll);
  server.close(() => {
    service.close();
    process.exit(0);
  });
  setInterval(() => server.closeIdleConnections(), idleCheckMs);
  setTimeout(() => server.closeAllConnections(), graceMs);
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
