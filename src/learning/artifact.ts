import { createHash } from 'node:crypto';
import { PermanentFailure } from '../domain/failures.ts';
import { type ModelArtifact, parseModelArtifact } from '../domain/models/model.ts';

/** The stored bytes of a model. No clock and no host are in them: same training, same bytes. */
export function artifactText(artifact: ModelArtifact): string {
  return canonicalJson(artifact);
}

/** sha256 of the stored bytes, in hex: the model's name (METHOD 5.4). */
export function artifactHash(artifact: ModelArtifact): string {
  return sha256(artifactText(artifact));
}

/** A stored model, checked: its bytes against its name, its contents by the domain's rules. */
export function readArtifact(text: string, hash: string): ModelArtifact {
  const actual = sha256(text);
  if (actual !== hash) {
    throw new PermanentFailure(
      'CorruptObject',
      `Model ${hash} has the content of ${actual}. The stored file was changed; train it again.`,
    );
  }
  return parseModelArtifact(parseJson(text, hash));
}

/** JSON with sorted keys and no spaces: equal values give equal text, however they were built. */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`${value} cannot be stored as JSON.`);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function parseJson(text: string, hash: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PermanentFailure('ModelMismatch', `Model ${hash} is not JSON. Train it again.`, {
      cause: error,
    });
  }
}
