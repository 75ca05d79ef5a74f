import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import {
  type Evidence,
  type EvidenceFile,
  evidenceSchema,
} from '../../domain/evidence/evidence.ts';
import { evidenceFile } from '../../domain/names.ts';
import { UsageError } from '../usage-error.ts';

/** A bundle on a disk: its manifest, and what the manifest itself hashes to. */
export interface Bundle {
  readonly folder: string;
  readonly evidence: Evidence;
  /** sha256 of `evidence.json`: it stands for everything that the manifest lists. */
  readonly sha256: string;
}

/** Whether somebody means a bundle's folder and not a campaign's id. */
export async function isBundle(folder: string): Promise<boolean> {
  return await stat(join(folder, evidenceFile)).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** The manifest of a bundle, or a usage error for a folder that is none. */
export async function openBundle(folder: string): Promise<Bundle> {
  if (!(await isBundle(folder))) {
    throw new UsageError(
      `${folder} is no evidence bundle: it has no ${evidenceFile}. "crossover export CAMPAIGN ` +
        '--bundle" writes one.',
    );
  }
  const body = await readFile(join(folder, evidenceFile));
  return { folder, evidence: parseEvidence(folder, body.toString('utf8')), sha256: sha256(body) };
}

function parseEvidence(folder: string, text: string): Evidence {
  const value = readJson(folder, text);
  if (isEvidence(value)) return value;
  throw new UsageError(
    `${join(folder, evidenceFile)} is not of the schema ${evidenceSchema}. Was it written by ` +
      'another version of Crossover? Verify it with that one.',
  );
}

function readJson(folder: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${join(folder, evidenceFile)} is no JSON: ${String(error)}`);
  }
}

function isEvidence(value: unknown): value is Evidence {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'schema' in value &&
    value.schema === evidenceSchema &&
    'campaignId' in value &&
    typeof value.campaignId === 'string' &&
    /^[\w-]+$/.test(value.campaignId) &&
    ['files', 'raw', 'contents'].every((name) => Array.isArray(Reflect.get(value, name))) &&
    'code' in value &&
    'isRawIncluded' in value
  );
}

/** Every file below a bundle's folder but its manifest, by path, with its hash. */
export async function filesOf(folder: string): Promise<readonly EvidenceFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== evidenceFile)
    .sort();
  const files: EvidenceFile[] = [];
  for (const path of paths) files.push(fileOf(path, await readFile(join(folder, path))));
  return files;
}

export function fileOf(path: string, body: Uint8Array): EvidenceFile {
  return { path, bytes: body.byteLength, sha256: sha256(body) };
}

function sha256(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}
