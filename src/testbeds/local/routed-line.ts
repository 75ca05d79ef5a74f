import * as z from 'zod';
import type { RoutedRecord } from '../../domain/observation.ts';
import { platforms } from '../../domain/platform.ts';

const routedLine = z.object({
  kind: z.literal('routed'),
  requestId: z.string(),
  target: z.string(),
  platform: z.enum(platforms),
  pLambda: z.number().optional(),
  modelHash: z.string().optional(),
  routerMs: z.number(),
  inFlightLambda: z.number(),
  inFlightEcs: z.number(),
  recentRateLambdaPerS: z.number(),
  recentRateEcsPerS: z.number(),
  sincePreviousLambdaMs: z.number().optional(),
  sincePreviousEcsMs: z.number().optional(),
  atMs: z.number(),
});

/** What the router service prints about an answer that reached nobody; undefined for other lines. */
export function parseRoutedLine(line: string): RoutedRecord | undefined {
  if (!line.startsWith('{"kind":"routed"')) return undefined;
  try {
    const { pLambda, modelHash, sincePreviousLambdaMs, sincePreviousEcsMs, ...record } =
      routedLine.parse(JSON.parse(line));
    return {
      ...record,
      ...(pLambda === undefined ? {} : { pLambda }),
      ...(modelHash === undefined ? {} : { modelHash }),
      ...(sincePreviousLambdaMs === undefined ? {} : { sincePreviousLambdaMs }),
      ...(sincePreviousEcsMs === undefined ? {} : { sincePreviousEcsMs }),
    };
  } catch {
    // Cut short by a crash, or printed by a workload that imitates us: not a record.
    return undefined;
  }
}
