import { join } from 'node:path';

import { createRecomputer } from './activities/evidence/recompute.ts';
import { createReportWriter } from './activities/reports.ts';
import { createWhatIf } from './activities/what-if/what-if.ts';
import { createOutput } from './cli/output.ts';
import type { CliServices } from './cli/services.ts';
import { loadConfig } from './config.ts';
import { openPorts } from './ports.ts';
import { predict } from './predict.ts';
import { FsObjectStore } from './stores/fs-object-store.ts';
import { scorecardOf } from './testbeds/simulated/scorecard.ts';

/** Environments and tasks end within a second of being asked; a loaded machine takes its time. */
const suspendWithinMs = 30_000;

/** Everything that the commands work with, opened once per process. */
export function openCliServices(
  checkoutFolder: string,
  options: { readonly isJson: boolean },
): CliServices {
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
    whatIf: createWhatIf(ports),
    writeReport: createReportWriter(ports),
    openStore: (folder) => new FsObjectStore(folder),
    recompute: createRecomputer(ports),
  };
}
