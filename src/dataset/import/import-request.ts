import type { Platform } from '../../domain/platform.ts';
import type { ImportField } from './import-form.ts';

export const presetNames = ['k6', 'jmeter', 'artillery'] as const;
export type PresetName = (typeof presetNames)[number];

/** Which rows of a file, by a column and a pattern (RE2), as in `label:^lambda-`. */
export interface ColumnPattern {
  /** A column of the file; of a k6 file also `tag:<name>`. */
  readonly column: string;
  readonly pattern: string;
}

/** Where a field's value stands in the file. */
export interface FieldSource {
  readonly column: string;
  /** What a number is multiplied by, as in `duration_s*1000`. */
  readonly factor?: number;
}

/** What is asked for: which files, and how they are to be understood. */
export interface ImportRequest {
  readonly files: readonly ImportFile[];
  readonly preset?: PresetName;
  readonly columns: Readonly<Partial<Record<ImportField, FieldSource>>>;
  /** Rows of these patterns went to that platform; what no pattern matches is left out. */
  readonly platformPatterns: Readonly<Partial<Record<Platform, ColumnPattern>>>;
  /** The pattern's first group (or all of the match) names the platform, or the workload. */
  readonly platformFrom?: ColumnPattern;
  readonly workloadFrom?: ColumnPattern;
  /** Values for all rows of a workload (`*`: of every workload) that are blank in the file. */
  readonly payloadBytes: Readonly<Record<string, number>>;
  readonly memoryMb: Readonly<Record<string, number>>;
  /** Until when a request without an answer was waited for, if the file does not say. */
  readonly timeoutMs: number;
  /** What a bad row does to the import: nothing of it comes in, or all but these. */
  readonly badRows: 'refuse' | 'leave-out';
  readonly costs: ImportCosts;
}

export interface ImportFile {
  readonly path: string;
  /** All of its rows went there. */
  readonly platform?: Platform;
}

/** How rows get a cost that have none (METHOD 3.2, 3.3). */
export type ImportCosts =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'priced';
      /** Why, in words: `plan week, book us-east-1/x86_64/2026-11`. */
      readonly source: string;
      /** Of one request, edge and logs included, at no duration; and per MB and billed ms. */
      readonly lambdaFixedUsd: number;
      readonly lambdaMbMsUsd: number;
      /** What the edge alone takes of a request that reached no function. */
      readonly lambdaRefusedUsd: number;
      /** By workload (`*`: every workload). Absent: ecs rows need a cost of their own. */
      readonly ecs?: Readonly<Record<string, EcsCost>>;
    };

/** Marginal cost of one request on Fargate: a step at the target utilisation (METHOD 3.3). */
export interface EcsCost {
  readonly belowUsd: number;
  readonly aboveUsd?: number;
  /** The rate at which the service reaches its target utilisation. */
  readonly rateLimitPerS?: number;
}
