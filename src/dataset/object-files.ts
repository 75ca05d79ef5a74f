import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Stored observations as files, which is what DuckDB reads, for the time of `use`; `paths` in the
 * order of the keys. One object at a time is in memory.
 */
export async function withObjectFiles<Result>(
  read: (key: string) => Promise<Uint8Array>,
  keys: readonly string[],
  use: (paths: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'crossover-observations-'));
  try {
    const paths: string[] = [];
    for (const [index, key] of keys.entries()) {
      const path = join(folder, `${index}.parquet`);
      await writeFile(path, await read(key));
      paths.push(path);
    }
    return await use(paths);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
