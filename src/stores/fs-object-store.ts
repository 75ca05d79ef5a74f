import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withKeyLock } from './key-lock.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/** Unfinished writes; on the same file system as the objects, so that they can be renamed. */
const partialFolder = '.partial';
const lockFolder = '.locks';

/**
 * Objects as plain files below a folder. Several processes may share the folder. One limit that S3
 * does not have: `a` and `a/b` cannot both be objects, because a file is not a folder.
 */
export class FsObjectStore implements ObjectStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async get(key: string): Promise<StoredObject | undefined> {
    const file = this.#fileOf(key);
    try {
      const body = await readFile(file);
      return { body, version: versionOf(body) };
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  async put(key: string, body: Uint8Array | string): Promise<void> {
    const file = this.#fileOf(key);
    await this.#locked(key, () => this.#write(body, file, rename));
  }

  /** `link(2)` refuses an existing name, whoever else tries at the same instant: no lock needed. */
  async putIfAbsent(key: string, body: Uint8Array | string): Promise<boolean> {
    try {
      await this.#write(body, this.#fileOf(key), link);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
  }

  async putIfMatch(key: string, body: Uint8Array | string, version: string): Promise<boolean> {
    const file = this.#fileOf(key);
    return this.#locked(key, async () => {
      const current = await this.get(key);
      if (current?.version !== version) return false;
      await this.#write(body, file, rename);
      return true;
    });
  }

  async list(prefix: string): Promise<readonly string[]> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    if (folder !== '') requireKey(folder.slice(0, -1));
    const keys = await this.#keysBelow(folder);
    return keys.filter((key) => key.startsWith(prefix)).sort();
  }

  async remove(key: string): Promise<void> {
    const file = this.#fileOf(key);
    await this.#locked(key, async () => {
      try {
        await rm(file);
      } catch (error) {
        if (!isAbsence(error)) throw error;
      }
    });
  }

  /** Everything under a name appears at once, and stays there after a power cut. */
  async #write(
    body: Uint8Array | string,
    file: string,
    publish: (partial: string, file: string) => Promise<void>,
  ): Promise<void> {
    const partial = join(this.#root, partialFolder, randomUUID());
    await mkdir(dirname(partial), { recursive: true });
    try {
      await writeSynced(partial, body);
      const firstNewFolder = await mkdir(dirname(file), { recursive: true });
      await publish(partial, file);
      await syncFolders(dirname(file), firstNewFolder);
    } finally {
      await rm(partial, { force: true });
    }
  }

  async #keysBelow(folder: string): Promise<readonly string[]> {
    const keys: string[] = [];
    for (const entry of await entriesOf(join(this.#root, folder))) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) keys.push(...(await this.#keysBelow(`${folder}${entry.name}/`)));
      else keys.push(`${folder}${entry.name}`);
    }
    return keys;
  }

  #locked<Result>(key: string, act: () => Promise<Result>): Promise<Result> {
    return withKeyLock(join(this.#root, lockFolder), key, act);
  }

  #fileOf(key: string): string {
    requireKey(key);
    return join(this.#root, key);
  }
}

/**
 * A key never leaves the store's folder, and never meets its unfinished writes and locks: hence no
 * part may begin with a dot.
 */
function requireKey(key: string): void {
  const isFine = key.split('/').every((part) => part !== '' && !part.startsWith('.'));
  if (isFine && !/[\\\0]/.test(key)) return;
  throw new Error(
    `"${key}" is no object key: parts are separated by single slashes, and none is empty or begins with a dot.`,
  );
}

function versionOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

async function writeSynced(path: string, body: Uint8Array | string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(body);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name is safe only when its folder is on the disk, and so on up to a folder that was there. */
async function syncFolders(folder: string, firstNewFolder: string | undefined): Promise<void> {
  const last = firstNewFolder === undefined ? folder : dirname(firstNewFolder);
  for (let current = folder; ; current = dirname(current)) {
    const opened = await open(current, 'r');
    try {
      await opened.sync();
    } finally {
      await opened.close();
    }
    if (current === last || current === dirname(current)) return;
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}

/** A key below an object, and a folder of keys, are both "no such object". */
function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR', 'ERR_FS_EISDIR'].includes(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
