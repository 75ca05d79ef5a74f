/**
 * A campaign of about 100,000 requests as evidence: exporting its bundle, verifying it, and verifying
 * it from its raw records. The campaign is simulated first, which takes minutes; its report is that of
 * any campaign of this size.
 *
 * Usage: node bench/evidence.ts [plan]
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { Rig } from '../test/e2e/support/rig.ts';
import { runLargeCampaign } from './large-campaign.ts';

const rig = await Rig.open();
try {
  const campaignId = await runLargeCampaign(rig, process.argv[2]);
  const summary = await rig.summary(campaignId);

  const small = join(rig.stateFolder, 'small.bundle');
  const whole = join(rig.stateFolder, 'whole.bundle');
  const results = [
    await timed('export', 'export', campaignId, '--bundle', '--to', small),
    await timed('verify', 'verify', small),
    await timed(
      'export with raw records',
      'export',
      campaignId,
      '--bundle',
      '--raw',
      '--to',
      whole,
    ),
    await timed('verify from raw records', 'verify', whole),
  ];
  console.log(`${campaignId}: ${summary?.observedRequests} requests`);
  console.table(results);
  const sizesMb = { small: await megabytes(small), whole: await megabytes(whole) };
  console.log(
    JSON.stringify({ bench: 'evidence', requests: summary?.observedRequests, sizesMb, results }),
  );
} finally {
  await rig.close();
}

async function timed(name: string, ...args: readonly string[]) {
  const began = performance.now();
  const { exitCode, stdout, stderr } = await rig.crossover(...args, '--json');
  const seconds = Number(((performance.now() - began) / 1000).toFixed(1));
  if (exitCode !== 0) throw new Error(`${name} ended with ${exitCode}: ${stderr}`);
  const { files, recomputation } = JSON.parse(stdout);
  const parts: readonly { readonly values: number }[] = recomputation?.recomputed ?? [];
  const values = parts.reduce((sum, part) => sum + part.values, 0);
  return { name, seconds, files, values };
}

async function megabytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const entry of entries) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return Number((bytes / 1e6).toFixed(1));
}
