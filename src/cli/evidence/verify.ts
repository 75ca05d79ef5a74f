import { resolve } from 'node:path';

import {
  codeDifferences,
  contentOf,
  type Evidence,
  type FileFault,
  fileFaults,
} from '../../domain/evidence/evidence.ts';
import type { Recomputation } from '../../domain/evidence/recomputation.ts';
import type { CliServices } from '../services.ts';
import { type Bundle, filesOf, openBundle } from './bundle-files.ts';
import { codeVersion } from './code-version.ts';
import { verificationLines } from './verify-text.ts';

export interface VerifyOptions {
  /** Train the models again. */
  readonly models?: true;
  /** Simulate again what only a simulation tells. */
  readonly simulate?: true;
}

/** What became of a bundle: `verified` when nothing is changed and every number came out again. */
export interface Verification {
  readonly bundle: string;
  readonly campaignId: string;
  /** Of the manifest: the same as the one that was cited? */
  readonly sha256: string;
  readonly verified: boolean;
  readonly files: number;
  readonly faults: readonly FileFault[];
  readonly isRawIncluded: boolean;
  /** How this code differs from the one that wrote the bundle: numbers may differ for that. */
  readonly codeDifferences: readonly string[];
  readonly recomputation: Recomputation | { readonly impossible: string };
}

/** Checks every file of a bundle and computes its report again. Exit 0 verified, 1 not. */
export async function verifyBundle(
  services: CliServices,
  folder: string,
  options: VerifyOptions,
): Promise<number> {
  const bundle = await openBundle(resolve(folder));
  const found = await filesOf(bundle.folder);
  const faults = fileFaults(bundle.evidence, found);
  const recomputation = await recompute(services, bundle, options);
  const here = await codeVersion(services.config.checkoutFolder);
  const { campaignId, isRawIncluded, code } = bundle.evidence;
  const verification: Verification = {
    bundle: bundle.folder,
    campaignId,
    sha256: bundle.sha256,
    verified:
      faults.length === 0 &&
      'differences' in recomputation &&
      recomputation.differences.length === 0,
    files: found.length,
    faults,
    isRawIncluded,
    codeDifferences: codeDifferences(code, here, ['there', 'here']),
    recomputation,
  };
  for (const line of verificationLines(verification)) services.output.line(line);
  services.output.json(verification);
  return verification.verified ? 0 : 1;
}

/** A file that is missing or torn can make it impossible; the file is named by its hash then. */
async function recompute(
  services: CliServices,
  { folder, evidence }: Bundle,
  options: VerifyOptions,
): Promise<Verification['recomputation']> {
  const { campaignId } = evidence;
  try {
    const recomputed = await services.recompute(services.openStore(folder), {
      campaignId,
      hasRaw: evidence.isRawIncluded,
      trainsModels: options.models !== undefined,
      simulates: options.simulate !== undefined,
    });
    return { ...recomputed, notRecomputed: named(recomputed.notRecomputed, evidence) };
  } catch (error) {
    return { impossible: error instanceof Error ? error.message : String(error) };
  }
}

/** A path with what the table of contents says of it. */
function named(
  notRecomputed: Recomputation['notRecomputed'],
  { contents }: Evidence,
): Recomputation['notRecomputed'] {
  return notRecomputed.map(({ what, because }) => {
    const content = contentOf(contents, what);
    return { what: content === undefined ? what : `${what} (${content.what})`, because };
  });
}
