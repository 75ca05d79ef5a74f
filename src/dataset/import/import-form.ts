/** The form in which results measured elsewhere come in (METHOD 4.7): its columns, and no others. */
import { loadFeatures } from '../../domain/models/feature.ts';
import { findAlike } from '../request-log/request-columns.ts';

export type LoadField = (typeof loadFeatures)[number];

export const importFields = [
  'request_id',
  'sent_at',
  'platform',
  'workload',
  'payload_bytes',
  'latency_ms',
  'status_code',
  'error',
  'pair_id',
  'attempt',
  'memory_mb',
  'server_ms',
  'cold_start',
  'cost_usd',
  ...loadFeatures,
  'window',
  'load_pattern',
  'session',
] as const;
export type ImportField = (typeof importFields)[number];

/** Fields that every row has; `error` only without an answer, which the rows are checked for. */
export const requiredFields = [
  'request_id',
  'sent_at',
  'platform',
  'workload',
  'payload_bytes',
  'latency_ms',
  'status_code',
] as const satisfies readonly ImportField[];

/** Optional fields that hold a number. */
export const numberFields = [
  'attempt',
  'memory_mb',
  'server_ms',
  'cost_usd',
  ...loadFeatures,
] as const satisfies readonly ImportField[];

/** Other names that are found without being asked for. A unit must be in the name of a quantity. */
const otherNames: Partial<Readonly<Record<ImportField, readonly string[]>>> = {
  request_id: ['id'],
  sent_at: ['planned_at', 'timestamp', 'time'],
  workload: ['workload_category'],
  payload_bytes: ['payload_size_bytes', 'request_bytes'],
  status_code: ['status'],
  error: ['error_code'],
};

/** The file's column for a field: exactly of that name, or of one that is spelled alike. */
export function findField(columns: readonly string[], field: ImportField): string | undefined {
  for (const name of [field, ...(otherNames[field] ?? [])]) {
    const found = columns.find((column) => column === name) ?? findAlike(columns, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function isImportField(name: string): name is ImportField {
  return importFields.some((field) => field === name);
}

/** Columns of a tool's file that somebody has added under the names of the form. */
export function addedFields(columns: readonly string[]): ImportField[] {
  const tools = ['sent_at', 'latency_ms', 'status_code', 'error'];
  return importFields.filter((field) => columns.includes(field) && !tools.includes(field));
}
