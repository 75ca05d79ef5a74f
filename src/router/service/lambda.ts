import { readFileSync } from 'node:fs';
import { FsObjectStore } from '../../stores/fs-object-store.ts';
import { createGatewayHandler } from './gateway-handler.ts';
import { LiveRouter } from './live-router.ts';
import { modelSource } from './model-source.ts';
import { RouterService } from './router-service.ts';
import { parseSettings } from './settings.ts';

/**
 * The router as a Lambda function, for an HTTP API (payload format 2.0), a function URL or a load
 * balancer. `CROSSOVER_ROUTER` holds the settings themselves, or the path of a file with them.
 */
const written = process.env['CROSSOVER_ROUTER'];
if (written === undefined) {
  throw new Error('CROSSOVER_ROUTER is not set. It holds the settings (docs/router.md).');
}
const settings = parseSettings(written.startsWith('{') ? written : readFileSync(written, 'utf8'));
const live = new LiveRouter({
  settings,
  source: modelSource(settings, (folder) => new FsObjectStore(folder)),
});
await live.refresh();

export const handler = createGatewayHandler({
  live,
  timeoutMs: settings.timeoutMs,
  service: new RouterService({
    settings,
    live,
    print: (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
  }),
});
