/** Trains and predicts with the library itself, in a thread that it may do with as it likes. */
import { parentPort, workerData } from 'node:worker_threads';
import {
  type BoosterOptions,
  loadLibrary,
} from '../../../src/learning/gradient-boosting/library.ts';

export interface LibraryTask {
  readonly options: BoosterOptions;
  readonly vectors: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly unseen: readonly (readonly number[])[];
}

export interface LibraryAnswer {
  readonly model: Uint8Array;
  readonly predictions: readonly number[];
}

const { options, vectors, labels, unseen }: LibraryTask = workerData;
console.log = () => undefined;
console.warn = () => undefined;
const XGBoost = await loadLibrary();
const booster = new XGBoost(options);
booster.train(vectors, labels);
const answer: LibraryAnswer = {
  model: Uint8Array.from(booster.toJSON().model),
  predictions: booster.predict([...vectors, ...unseen]),
};
booster.free();
parentPort?.postMessage(answer);
