import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { LiveRouter } from './live-router.ts';
import { RouterService } from './router-service.ts';
import { createRouterServer } from './server.ts';
import type { RouterSettings } from './settings.ts';

/**
 * The first requests cost 1.4 ms of CPU and more, later ones 0.5 ms, when Node has compiled the code
 * that they pass. With so many the start takes half a second longer on a quarter of a vCPU.
 */
const warmUpRequests = 50;

/**
 * Sends requests through a router of its own to a server of its own: no platform sees them, and
 * neither counters nor load columns of the one that will serve know of them.
 */
export async function warmUp(settings: RouterSettings): Promise<void> {
  const platform = createServer((asked, response) => {
    asked.resume();
    asked.on('end', () => response.end('warm'));
  });
  const endpoint = await listening(platform);
  const endpoints = { lambda: endpoint, ecs: endpoint };
  const workloads = Object.fromEntries(
    Object.entries(settings.workloads).map(([name, workload]) => [
      name,
      { ...workload, endpoints },
    ]),
  );
  const inner = { ...settings, workloads };
  const live = new LiveRouter({
    settings: inner,
    source: { find: async () => ({ kind: 'best-static' }) },
  });
  const service = new RouterService({ settings: inner, live, print: () => undefined });
  const server = createRouterServer(service, inner);
  const url = `${await listening(server)}/${Object.keys(workloads)[0]}`;
  const agent = new Agent({ keepAlive: true });
  for (let sent = 0; sent < warmUpRequests; sent += 1) await post(url, agent);
  agent.destroy();
  service.close();
  for (const closing of [server, platform]) closing.close();
}

async function listening(server: ReturnType<typeof createServer>): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('It has no port.');
  return `http://127.0.0.1:${address.port}`;
}

function post(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: 'POST', agent }, (response) => {
      response.resume();
      response.on('end', resolve);
      response.on('error', reject);
    });
    sending.on('error', reject);
    sending.end('warm');
  });
}
