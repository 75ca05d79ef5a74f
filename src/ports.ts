import { join } from 'node:path';

import type { ActivityPorts } from './activities/activity-ports.ts';
import type { Config } from './config.ts';
import { createGradientBoosting } from './learning/gradient-boosting/gradient-boosting.ts';
import { createNeuralNetwork } from './learning/neural-network/neural-network.ts';
import { createRandomForest } from './learning/random-forest/random-forest.ts';
import { ArtilleryLoadGenerator } from './load/artillery/artillery-generator.ts';
import { payloadSizes } from './load/payload-sizes.ts';
import { replayedSends } from './load/simulated/replayed-sends.ts';
import { resimulatedCells } from './load/simulated/resimulation.ts';
import { SimulatedLoadGenerator } from './load/simulated/simulated-load-generator.ts';
import { FsObjectStore } from './stores/fs-object-store.ts';
import { LocalTestbed } from './testbeds/local/local-testbed.ts';
import { readCalibration } from './testbeds/simulated/calibration.ts';
import { trustOf } from './testbeds/simulated/scorecard.ts';
import { SimulatedTestbed } from './testbeds/simulated/simulated-testbed.ts';
import { simulationSpec } from './testbeds/simulated/simulation-spec.ts';

/** Everything that a process works with, opened once: the only place that chooses adapters. */
export interface Ports extends ActivityPorts {
  readonly objects: FsObjectStore;
}

export function openPorts(config: Config): Ports {
  const { checkoutFolder, stateFolder } = config;
  // Both halves of the simulation work on the same files.
  const simulatedFolder = join(stateFolder, 'simulated');
  return {
    objects: new FsObjectStore(config.storeFolder),
    testbeds: {
      local: {
        testbed: new LocalTestbed({ stateFolder: join(stateFolder, 'local'), checkoutFolder }),
        loadGenerator: new ArtilleryLoadGenerator(),
      },
      simulated: {
        testbed: new SimulatedTestbed({ stateFolder: simulatedFolder, checkoutFolder }),
        loadGenerator: new SimulatedLoadGenerator({ stateFolder: simulatedFolder }),
        simulation: {
          trust: trustOf,
          resimulate: (input) => {
            const calibration = readCalibration();
            return resimulatedCells({
              ...input,
              specOf: (window) => simulationSpec({ ...window, calibration }),
            });
          },
          replay: (input) => {
            const calibration = readCalibration();
            return replayedSends({
              ...input,
              specOf: (window) => simulationSpec({ ...window, calibration }),
            });
          },
        },
      },
    },
    families: {
      'random-forest': createRandomForest(),
      'gradient-boosting': createGradientBoosting(),
      'neural-network': createNeuralNetwork(),
    },
    payloadSizes,
    checkoutFolder,
    workFolder: join(stateFolder, 'work'),
  };
}
