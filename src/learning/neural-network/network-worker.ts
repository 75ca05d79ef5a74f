/** Runs in a worker thread: trains one network and hands back how it was after some epochs. */
import { parentPort } from 'node:worker_threads';
import { type EncodedNetwork, encodeNetwork } from '../../domain/models/network.ts';
import type { TrainingRows } from '../../domain/models/training.ts';
import { fitScaling } from './fit-scaling.ts';
import type { NetworkParams } from './network-params.ts';
import { trainNetwork } from './network-trainer.ts';
import { openTensorflow } from './tensorflow.ts';
import { rowsOfWeight, trainingSetOf } from './training-set.ts';

export interface NetworkTask {
  readonly rows: TrainingRows;
  readonly params: NetworkParams;
  /** The epochs after which the network is wanted. */
  readonly snapshots: readonly number[];
  readonly seed: number;
}

/** What the thread tells while it works. */
export interface EpochDone {
  readonly epoch: number;
}

export async function trainNetworks(task: NetworkTask): Promise<readonly EncodedNetwork[]> {
  await openTensorflow();
  const rows = rowsOfWeight(task.rows);
  const fitted = fitScaling(rows);
  const networks = trainNetwork(trainingSetOf(rows, fitted), {
    params: task.params,
    seed: task.seed,
    constant: fitted.constant,
    snapshots: task.snapshots,
    onEpoch: (epoch) => parentPort?.postMessage({ epoch } satisfies EpochDone),
  });
  return networks.map((arrays) => encodeNetwork(fitted.scaling, arrays));
}
