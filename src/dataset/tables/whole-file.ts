import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Lets `write` make a file beside the wanted one and then gives it its name, so that a reader sees
 * all of it or nothing; an earlier file of that name stays until then. Its folder must exist.
 */
export async function wholeFile(
  path: string,
  write: (partialPath: string) => Promise<void>,
): Promise<void> {
  const partialPath = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  try {
    await write(partialPath);
    await rename(partialPath, path);
  } finally {
    await rm(partialPath, { force: true });
  }
}

export async function writeWhole(path: string, text: string): Promise<void> {
  await wholeFile(path, (partialPath) => writeFile(partialPath, text));
}
