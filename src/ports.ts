import { join } from 'node:path';

import type { ActivityPorts } from './activities/activity-ports.ts';
import type { Config } from './config.ts';
import { createRandomForest } from './learning/random-forest/random-forest.ts';
import { ArtilleryLoadGenerator } from './load/artillery/artillery-generator.ts';
import { payloadSizes } from './load/payload-sizes.ts';
import { FsObjectStore } from './stores/fs-object-store.ts';
import { LocalTestbed } from './testbeds/local/local-testbed.ts';

/** Everything that a process works with, opened once: the only place that chooses adapters. */
export interface Ports extends ActivityPorts {
  readonly objects: FsObjectStore;
}

export function openPorts(config: Config): Ports {
  const { checkoutFolder, stateFolder } = config;
  return {
    objects: new FsObjectStore(config.storeFolder),
    testbeds: {
      local: {
        testbed: new LocalTestbed({ stateFolder: join(stateFolder, 'local'), checkoutFolder }),
        loadGenerator: new ArtilleryLoadGenerator(),
      },
    },
    families: { 'random-forest': createRandomForest() },
    payloadSizes,
    checkoutFolder,
    workFolder: join(stateFolder, 'work'),
  };
}
