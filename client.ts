import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createReportWriter } from './src/activities/reports.ts';
import { createOutput } from './src/cli/output.ts';
import { runCli } from './src/cli/program.ts';
import type { CliServices } from './src/cli/services.ts';
import { loadConfig } from './src/config.ts';
import { openPorts } from './src/ports.ts';
import { predict } from './src/predict.ts';
import { scorecardOf } from './src/testbeds/simulated/scorecard.ts';

/** Environments and tasks end within a second of being asked; a loaded machine takes its time. */
const suspendWithinMs = 30_000;

const checkoutFolder = dirname(fileURLToPath(import.meta.url));

process.exitCode = await runCli(process.argv.slice(2), (options): CliServices => {
  const config = loadConfig(process.env, checkoutFolder);
  const ports = openPorts(config);
  return {
    config,
    environment: process.env,
    output: createOutput(options),
    objects: ports.objects,
    campaignFolders: (campaignId) => [
      join(ports.workFolder, campaignId),
      join(config.stateFolder, 'simulated', campaignId),
    ],
    payloadBytesOf: async (handlerPath, seed) => {
      const bytesOf = await ports.payloadSizes({ handler: handlerPath });
      return bytesOf('handler', seed);
    },
    suspendTestbed: async (campaignId) => {
      const signal = AbortSignal.timeout(suspendWithinMs);
      for (const { testbed } of Object.values(ports.testbeds)) {
        await testbed.suspend(campaignId, { signal });
      }
    },
    scorecard: scorecardOf,
    predict,
    writeReport: createReportWriter(ports),
  };
});
