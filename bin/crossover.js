#!/usr/bin/env node
/** Runs client.ts under a Node that understands it: the running one, else the checkout's own. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentWith, findNode, oldestFittingNode } from '../scripts/setup/node-runtime.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = findNode(root);

if (node === undefined) {
  process.stderr.write(
    `Crossover needs Node ${oldestFittingNode.join('.')} or newer; this is ${process.version}. ` +
      `Run "npm run crossover -- doctor" in ${root} once, which brings one, or install Node 24.\n`,
  );
  process.exit(2);
}

const child = spawn(node.path, [join(root, 'client.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: environmentWith(node),
});
// The client decides what a signal means; a terminal sends Ctrl-C to it as well.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code, signal) => {
  process.exit(signal === null ? code : 128 + constants.signals[signal]);
});
