import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { EdgeName } from '../domain/plan.ts';
import type { Finding } from './problems.ts';
import type { Sections } from './sections.ts';
import { trimmed } from './words.ts';

/** Bytes of a body that a handler's payload maker makes from a seed. */
export type PayloadSize = (handlerPath: string, seed: number) => Promise<number>;

/** Where `run` may stand: the folder that the command is started in, then the package itself. */
const packageRoot = resolve(import.meta.dirname, '../..');

/**
 * Handlers that are missing, and payloads that a platform would refuse. Payloads are made from a few
 * seeds: sizes that grow with the seed alone are found, rare ones are not.
 */
export async function handlerFindings(
  sections: Sections,
  options: { readonly root: string; readonly payloadBytesOf?: PayloadSize },
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, run } of sections.workloads) {
    if (run === undefined) continue;
    const handlerPath = await findHandler(run, options.root);
    if (handlerPath === undefined) {
      findings.push({
        path: ['workloads', name, 'run'],
        message: `There is no file ${run} in ${options.root}`,
        suggestion: 'Write the path of a handler module, relative to the folder you work in.',
      });
    } else if (options.payloadBytesOf !== undefined) {
      const edge = sections.pricing?.edge.lambda ?? 'none';
      findings.push(
        ...(await payloadFindings(name, { handlerPath, edge }, options.payloadBytesOf)),
      );
    }
  }
  return findings;
}

/** Resolves to undefined when no such file exists. */
async function findHandler(run: string, root: string): Promise<string | undefined> {
  for (const base of [root, packageRoot]) {
    const candidate = resolve(base, run);
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isFile() === true) return candidate;
  }
  return undefined;
}

const probedSeeds = [0, 1, 2, 3, 4, 5, 6, 7];

async function payloadFindings(
  workload: string,
  { handlerPath, edge }: { readonly handlerPath: string; readonly edge: EdgeName },
  payloadBytesOf: PayloadSize,
): Promise<Finding[]> {
  let largest = 0;
  try {
    for (const seed of probedSeeds) {
      largest = Math.max(largest, await payloadBytesOf(handlerPath, seed));
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      {
        path: ['workloads', workload, 'run'],
        message: `The payloads of this workload cannot be made: ${reason}`,
        suggestion: `Look at the handler and at ${join(handlerPath, '..', 'payload.ts')}.`,
      },
    ];
  }
  const limit = payloadLimit(edge);
  if (largest <= limit.bytes) return [];
  return [
    {
      path: ['workloads', workload, 'run'],
      message: `A payload of ${megabytes(largest)} is above ${limit.says}`,
      suggestion: 'Both platforms must take the same body: make it smaller.',
    },
  ];
}

interface PayloadLimit {
  readonly bytes: number;
  readonly says: string;
}

const mebibyte = 1024 * 1024;

/**
 * The narrowest limit on a request body (METHOD 1.7). Fargate takes what its balancer passes, which
 * has no limit for tasks; for a Lambda target it is 1 MB. A synchronous invocation takes 6 MB of
 * event, in which a binary body stands in base64, 4/3 of its size.
 *
 * Source: AWS docs, "Lambda quotas", "Application Load Balancer: Lambda functions as targets".
 */
function payloadLimit(edge: EdgeName): PayloadLimit {
  if (edge === 'alb') {
    return { bytes: mebibyte, says: 'the 1 MB that a balancer passes to a Lambda target' };
  }
  return {
    bytes: Math.floor((6 * mebibyte * 3) / 4),
    says: 'the 6 MB of a synchronous Lambda invocation (4.5 MB before base64)',
  };
}

function megabytes(bytes: number): string {
  return `${trimmed(bytes / mebibyte)} MB`;
}
