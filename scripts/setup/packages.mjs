import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentWith, npmCommand } from './node-runtime.mjs';
import { runLogged } from './steps.mjs';
import { explainNpmFailure, Trouble } from './trouble.mjs';

/** Whether node_modules is what the lock file asks for, installed by this Node's major version. */
export function arePackagesInstalled(root, node) {
  return readStamp(root) === wantedStamp(root, node);
}

/** `npm ci` under the fitting Node; no package of ours needs an install script (.npmrc). */
export async function installPackages(root, node, log) {
  rmSync(stampFile(root), { force: true });
  const npm = npmCommand(node);
  const result = await runLogged(npm.program, [...npm.words, 'ci'], {
    log,
    cwd: root,
    env: environmentWith(node),
  });
  if (!result.isFine) {
    const doing = 'Installing the packages (npm ci)';
    throw new Trouble(explainNpmFailure({ doing, output: result.output, log }));
  }
  // Last, so that an interrupted installation is done again.
  writeFileSync(stampFile(root), wantedStamp(root, node));
}

function stampFile(root) {
  return join(root, 'node_modules/.crossover-lock');
}

function readStamp(root) {
  try {
    return readFileSync(stampFile(root), 'utf8');
  } catch {
    return undefined;
  }
}

function wantedStamp(root, node) {
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  const major = node.version.replace(/^v/, '').split('.')[0];
  return `${lock.digest('hex')} node ${major}\n`;
}
