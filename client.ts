import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const args = process.argv.slice(2);

process.exitCode = await (isEstimate() ? runAtOnce() : runWithServices());

/** What a number costs is answered at once: nothing is opened, and little is loaded. */
async function runAtOnce(): Promise<number> {
  const { runEstimate } = await import('./src/cli/estimate/run-estimate.ts');
  return await runEstimate(args);
}

async function runWithServices(): Promise<number> {
  const checkoutFolder = dirname(fileURLToPath(import.meta.url));
  const { openCliServices } = await import('./src/cli-services.ts');
  const { runCli } = await import('./src/cli/program.ts');
  return await runCli(args, (options) => openCliServices(checkoutFolder, options));
}

function isEstimate(): boolean {
  return args.find((word) => word !== '--json') === 'estimate';
}
