import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { CodeVersion } from '../../domain/evidence/evidence.ts';
import { version } from '../../version.ts';

const run = promisify(execFile);

/** What a result depends on; plans and reports beside it do not make a checkout dirty. */
const codePaths = ['src', 'workloads', 'data', 'client.ts', 'worker.ts'];

/** Which code this is: of a checkout also the commit, and whether anything was changed since. */
export async function codeVersion(checkoutFolder: string): Promise<CodeVersion> {
  const lockSha256 = await fileSha256(join(checkoutFolder, 'package-lock.json'));
  return {
    version,
    ...(await gitState(checkoutFolder)),
    sourceSha256: await sourceSha256(checkoutFolder),
    ...(lockSha256 === undefined ? {} : { lockSha256 }),
    node: process.version,
  };
}

/** Nothing where there is no git, or where the repository is somebody else's around us. */
async function gitState(folder: string): Promise<Pick<CodeVersion, 'commit' | 'dirty'>> {
  const git = async (...args: readonly string[]): Promise<string> =>
    (await run('git', ['-C', folder, ...args])).stdout.trim();
  try {
    const top = await git('rev-parse', '--show-toplevel');
    if ((await realpath(top)) !== (await realpath(folder))) return {};
    const commit = await git('rev-parse', 'HEAD');
    const changed = await git('status', '--porcelain', '--', ...codePaths, 'package-lock.json');
    return { commit, dirty: changed !== '' };
  } catch {
    // No git on this machine, or no repository here: the package's version is all there is.
    return {};
  }
}

/** Path and content of every file that computes, in the order of their paths. */
async function sourceSha256(folder: string): Promise<string> {
  const found: string[] = [];
  for (const path of codePaths) found.push(...(await filesBelow(folder, path)));
  const hash = createHash('sha256');
  for (const path of found.sort((a, b) => (a < b ? -1 : 1))) {
    const body = await readFile(join(folder, path));
    hash.update(`${path}\0${body.byteLength}\0`).update(body);
  }
  return hash.digest('hex');
}

/** Without what was installed or made there: only what is written by hand. */
async function filesBelow(folder: string, path: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, path), { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') return undefined;
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  if (entries === undefined) return [path];
  const found: string[] = [];
  for (const { name } of entries) {
    if (name === 'node_modules' || name.startsWith('.')) continue;
    found.push(...(await filesBelow(folder, `${path}/${name}`)));
  }
  return found;
}

async function fileSha256(path: string): Promise<string | undefined> {
  try {
    return createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
