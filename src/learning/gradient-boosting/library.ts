import { createRequire } from 'node:module';

/** What is used of `ml-xgboost`, which has no types of its own. */
export interface Booster {
  /** Blocks until every tree is grown. */
  train(vectors: readonly (readonly number[])[], labels: readonly number[]): void;
  predict(vectors: readonly (readonly number[])[]): readonly number[];
  /** The bytes, signed, of XGBoost's binary model. */
  toJSON(): { readonly model: readonly number[] };
  /** Gives back the model's memory, which no garbage collector sees. */
  free(): void;
}

/** XGBoost's parameters by their own names, and how many trees. */
export interface BoosterOptions {
  readonly iterations: number;
  readonly [parameter: string]: string | number;
}

export type BoosterClass = new (options: BoosterOptions) => Booster;

/**
 * Only for a thread of its own: the library takes over the thread's uncaught exceptions, and keeps
 * what `console.log` and `console.warn` are at this moment to print with.
 */
export function loadLibrary(): Promise<BoosterClass> {
  const require = createRequire(import.meta.url);
  // biome-ignore lint/correctness/noUnresolvedImports: its package.json is older than what Biome resolves.
  const loading: Promise<BoosterClass> = require('ml-xgboost');
  return loading;
}
