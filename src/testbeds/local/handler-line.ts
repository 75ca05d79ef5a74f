import * as z from 'zod';
import type { HandlerRecord } from '../../domain/observation.ts';
import { platforms } from '../../domain/platform.ts';

const handlerLine = z.object({
  kind: z.literal('handler'),
  requestId: z.string(),
  target: z.string(),
  platform: z.enum(platforms),
  environmentId: z.string(),
  environmentSequence: z.number(),
  serverMs: z.number(),
  awsRequestId: z.string().optional(),
  taskId: z.string().optional(),
  atMs: z.number(),
});

/** The adapter's structured line; undefined for whatever else a workload prints. */
export function parseHandlerLine(line: string): HandlerRecord | undefined {
  if (!line.startsWith('{"kind":"handler"')) return undefined;
  try {
    const { awsRequestId, taskId, ...record } = handlerLine.parse(JSON.parse(line));
    return {
      ...record,
      ...(awsRequestId === undefined ? {} : { awsRequestId }),
      ...(taskId === undefined ? {} : { taskId }),
    };
  } catch {
    // Cut short by a crash, or printed by a workload that imitates us: not a record.
    return undefined;
  }
}

/** `slot-001` of `slot-001.00042`: a request's id begins with its run. */
export function runOf(requestId: string): string | undefined {
  const dot = requestId.lastIndexOf('.');
  return dot <= 0 ? undefined : requestId.slice(0, dot);
}
