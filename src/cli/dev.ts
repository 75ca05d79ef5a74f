import { listenForInterrupts } from './interruption.ts';
import type { CliServices } from './services.ts';
import { openOrStartSession } from './session.ts';
import { startWorker } from './worker-process.ts';

/** Keeps a server and a worker running for campaigns that others start, until Ctrl-C. */
export async function runDev(services: CliServices): Promise<number> {
  const { output } = services;
  const session = await openOrStartSession(services);
  return await keepWorker(services, {
    close: () => session.close(),
    announce: () => {
      const { uiAddress, connectionOptions } = session.endpoint;
      output.line(`Temporal: ${connectionOptions.address}`);
      if (uiAddress !== undefined) output.line(`Web UI: ${uiAddress}`);
      output.line('A worker is polling. "crossover start PLAN" starts a campaign; Ctrl-C ends.');
    },
  });
}

/** Runs a worker in the foreground for a server that runs elsewhere, until Ctrl-C. */
export async function runWorker(services: CliServices): Promise<number> {
  const roles = services.config.workerRoles.join(', ');
  return await keepWorker(services, {
    close: async () => undefined,
    announce: () => services.output.line(`A worker is polling (${roles}). Ctrl-C ends it.`),
  });
}

async function keepWorker(
  services: CliServices,
  around: { readonly announce: () => void; readonly close: () => Promise<void> },
): Promise<number> {
  const interruption = listenForInterrupts();
  try {
    const worker = await startWorker(services);
    try {
      around.announce();
      const interrupted = new Promise<void>((resolve) => {
        if (interruption.signal.aborted) resolve();
        interruption.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      await Promise.race([interrupted, worker.crashed]);
      return 0;
    } finally {
      await worker.stop();
    }
  } finally {
    await around.close();
    interruption.close();
  }
}
