import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Database, withDatabase } from '../../dataset/duckdb.ts';
import { type ImportManifest, parseManifest } from '../../dataset/import/import-manifest.ts';
import { openImportRows } from '../../dataset/import/import-store.ts';
import { importKeys, importsFolder } from '../../domain/names.ts';
import { table } from '../check/check-text.ts';
import type { CliServices } from '../services.ts';
import { UsageError } from '../usage-error.ts';

/** Undefined where there is no import of that name. */
export async function findManifest(
  { objects }: Pick<CliServices, 'objects'>,
  name: string,
): Promise<ImportManifest | undefined> {
  // What is no name can be no key either.
  if (!/^[\w-]+$/.test(name)) return undefined;
  const stored = await objects.get(importKeys(name).manifest);
  if (stored === undefined) return undefined;
  return parseManifest(new TextDecoder().decode(stored.body), name);
}

export async function requireManifest(
  services: Pick<CliServices, 'objects' | 'config'>,
  name: string,
): Promise<ImportManifest> {
  const manifest = await findManifest(services, name);
  if (manifest !== undefined) return manifest;
  throw new UsageError(`No import "${name}" is in the store ${services.config.storeFolder}.`);
}

/** Hands over a database with the rows of an import as `costed_row`. */
export async function withStoredRows<Result>(
  { objects }: Pick<CliServices, 'objects'>,
  { name, fingerprint }: Pick<ImportManifest, 'name' | 'fingerprint'>,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const key = importKeys(name).rows(fingerprint);
  const stored = await objects.get(key);
  if (stored === undefined) {
    throw new UsageError(`${key} is not in the store. Import the files of "${name}" again.`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'crossover-import-'));
  try {
    const file = join(folder, 'rows.parquet');
    await writeFile(file, stored.body);
    return await withDatabase(async (database) => {
      await openImportRows(database, file);
      return await work(database);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function listImports(services: CliServices): Promise<number> {
  const keys = await services.objects.list(importsFolder);
  const names = keys.flatMap((key) => /^imports\/([\w-]+)\/manifest\.json$/.exec(key)?.[1] ?? []);
  const manifests: ImportManifest[] = [];
  for (const name of names) manifests.push(await requireManifest(services, name));
  const rows = manifests.map(({ name, summary, fingerprint }) => [
    name,
    String(summary.rows),
    String(summary.pairs),
    summary.from,
    fingerprint.slice(0, 12),
  ]);
  const lines =
    rows.length === 0
      ? ['No imports.']
      : table(['import', 'rows', 'pairs', 'from', 'fingerprint'], rows);
  for (const line of lines) services.output.line(line);
  services.output.json({
    imports: manifests.map(({ name, fingerprint, summary: { rows: count, pairs, from, to } }) => ({
      name,
      fingerprint,
      rows: count,
      pairs,
      from,
      to,
    })),
  });
  return 0;
}

export async function removeImport(services: CliServices, name: string): Promise<number> {
  await requireManifest(services, name);
  const { objects, output } = services;
  const { manifest, root } = importKeys(name);
  // The manifest is what makes it an import: without it, what is left is nothing.
  await objects.remove(manifest);
  for (const key of await objects.list(root)) await objects.remove(key);
  output.line(`Removed import ${name}.`);
  output.json({ removed: name });
  return 0;
}
