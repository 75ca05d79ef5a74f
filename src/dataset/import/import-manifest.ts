import { z } from 'zod';
import { PermanentFailure } from '../../domain/failures.ts';
import { importKeys } from '../../domain/names.ts';
import type { DroppedRows } from './dropped-rows.ts';
import type { ImportRule } from './import-pairs.ts';
import type { ImportRequest } from './import-request.ts';
import type { ImportSummary } from './import-summary.ts';
import type { ReadFile } from './read-import.ts';

/** What an import is made of, stored beside its rows. */
export interface ImportManifest {
  readonly schema: 'crossover-import/1';
  readonly name: string;
  /** sha256 of all that was measured; the rows are stored under it. */
  readonly fingerprint: string;
  /** As it was asked for: files, mapping, patterns, costs. */
  readonly request: ImportRequest;
  readonly files: readonly ReadFile[];
  readonly dropped: readonly DroppedRows[];
  readonly notes: readonly string[];
  readonly rule: ImportRule;
  readonly summary: ImportSummary;
}

const manifestHead = z.looseObject({
  schema: z.literal('crossover-import/1'),
  name: z.string(),
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  files: z.array(z.looseObject({ path: z.string(), sha256: z.string(), rows: z.number() })),
  dropped: z.array(z.looseObject({ reason: z.string(), count: z.number() })),
  notes: z.array(z.string()),
  rule: z.looseObject({ latencyWeight: z.number(), timeoutMs: z.number() }),
  summary: z.looseObject({ rows: z.number(), pairs: z.number(), groups: z.array(z.unknown()) }),
});

/** A stored manifest. Throws `CorruptObject` when it is none, or of another version. */
export function parseManifest(text: string, name: string): ImportManifest {
  try {
    const value: unknown = JSON.parse(text);
    manifestHead.parse(value);
    return value as ImportManifest;
  } catch (error) {
    throw new PermanentFailure(
      'CorruptObject',
      `${importKeys(name).manifest} is no manifest of this version. Import the files again.`,
      { cause: error },
    );
  }
}
