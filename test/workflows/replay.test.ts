import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, test } from 'vitest';

const workflowsPath = fileURLToPath(new URL('../../src/workflows/registry.ts', import.meta.url));
let code: string;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  ({ code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') }));
});

// A campaign lasts a week: its workflows must go on under the code of a newer version.
describe('histories of released versions replay under this code', async () => {
  for await (const file of glob('test/histories/*/*.json')) {
    test(file.replace('test/histories/', ''), async () => {
      const history = historyFromJSON(JSON.parse(readFileSync(file, 'utf8')));
      await Worker.runReplayHistory({ workflowBundle: { code } }, history, basename(file));
    });
  }
});

test('a history that the code cannot have written is found', async () => {
  const text = readFileSync('test/histories/0.1.0/campaign-slot-001.json', 'utf8');
  const history = historyFromJSON(JSON.parse(text.replaceAll('drawRequests', 'shuffleCards')));
  await expect(
    Worker.runReplayHistory({ workflowBundle: { code } }, history, 'changed'),
  ).rejects.toThrow(/drawRequests|shuffleCards|determinism/i);
});
