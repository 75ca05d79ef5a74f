import type { z } from 'zod';

import type { Reading } from './units.ts';

/** A kind of value that plans have, for example of `leaf.ts`. */
export type ValueSchema<Value> = z.ZodType<Value>;

/** Reads one value by itself, in a plan's words: an option of the command line, for example. */
export function readValue<Value>(schema: ValueSchema<Value>, written: unknown): Reading<Value> {
  const parsed = schema.safeParse(written);
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  const { suggestion } = issue?.code === 'custom' ? (issue.params ?? {}) : {};
  return {
    message: issue?.message ?? 'is not right',
    ...(typeof suggestion === 'string' ? { suggestion } : {}),
  };
}
