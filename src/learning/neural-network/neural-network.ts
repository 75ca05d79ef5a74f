import { Piscina } from 'piscina';
import type { EncodedNetwork } from '../../domain/models/network.ts';
import type { TrainingRows } from '../../domain/models/training.ts';
import { checkRows } from '../check-rows.ts';
import type { FamilyParams, FitOptions, FittedModel, ModelFamily } from '../model-family.ts';
import { defaultNetworkParams, networkGrid, networkParams } from './network-params.ts';
import type { EpochDone, NetworkTask } from './network-worker.ts';

/**
 * A dense network of two hidden layers by TensorFlow.js, trained in one worker thread: about half a
 * second per epoch of 40,000 rows, which would block the event loop for as long. Its own prediction
 * is not used: one row through the library takes twenty times as long as through plain arrays.
 */
export function createNeuralNetwork(): ModelFamily {
  return {
    name: 'neural-network',
    libraries: {
      '@tensorflow/tfjs-core': '4.22.0',
      '@tensorflow/tfjs-layers': '4.22.0',
      '@tensorflow/tfjs-backend-wasm': '4.22.0',
    },
    sizeParam: 'epochs',
    defaults: defaultNetworkParams,
    grid: networkGrid,
    fit: async (rows, params, options) => {
      const [network] = await trained(rows, params, [params['epochs'] ?? Number.NaN], options);
      if (network === undefined) throw new Error('The training of a network gave none.');
      return fittedModel(network);
    },
    fitSizes: async (rows, params, sizes, options) =>
      (await trained(rows, params, sizes, options)).map(fittedModel),
  };
}

/** A network has no importance of its own; permutation importance is measured from outside. */
function fittedModel(scorer: EncodedNetwork): FittedModel {
  return { scorer, importance: {} };
}

/** One network per size, in their order, from one training of the largest. */
async function trained(
  rows: TrainingRows,
  params: FamilyParams,
  sizes: readonly number[],
  { seed, signal, onProgress }: FitOptions,
): Promise<readonly EncodedNetwork[]> {
  signal.throwIfAborted();
  for (const epochs of sizes) networkParams({ ...params, epochs });
  const largest = networkParams({ ...params, epochs: Math.max(...sizes) });
  checkRows(rows);
  const task = { rows, params: largest, snapshots: sizes, seed };
  return await trainInThread(task, {
    signal,
    onEpoch: (epoch) => onProgress(epoch / largest.epochs),
  });
}

/** A copy without what lies around the rows in memory: it can be moved to the thread at once. */
function movable({ features, rowCount, ...rows }: TrainingRows) {
  const values = new Float64Array(rows.values);
  const labels = new Uint8Array(rows.labels);
  const weights = new Float64Array(rows.weights);
  return {
    rows: { features, rowCount, values, labels, weights } satisfies TrainingRows,
    transferList: [values.buffer, labels.buffer, weights.buffer],
  };
}

/** When it returns or throws, the thread has ended. */
async function trainInThread(
  task: NetworkTask,
  options: { readonly signal: AbortSignal; readonly onEpoch: (epoch: number) => void },
): Promise<readonly EncodedNetwork[]> {
  const { signal, onEpoch } = options;
  const pool = new Piscina<NetworkTask, readonly EncodedNetwork[]>({
    filename: new URL('./network-worker.ts', import.meta.url).href,
    name: 'trainNetworks' satisfies keyof typeof import('./network-worker.ts'),
    minThreads: 0,
    maxThreads: 1,
  });
  let lastEpoch = 0;
  const onMessage = ({ epoch }: EpochDone): void => {
    lastEpoch = epoch;
    onEpoch(epoch);
  };
  // Handing the signal to the task would end the thread without waiting for it to be gone.
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => {
    ended ??= pool.destroy();
    return ended;
  };
  const onAbort = (): void => void end();
  pool.on('message', onMessage);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const { rows, transferList } = movable(task.rows);
    const networks = await pool.run({ ...task, rows }, { transferList });
    // The result comes on another port and can overtake the last epoch's message.
    if (lastEpoch < task.params.epochs) onEpoch(task.params.epochs);
    return networks;
  } catch (error) {
    signal.throwIfAborted();
    throw new Error('The thread that trained the neural network failed.', { cause: error });
  } finally {
    pool.off('message', onMessage);
    signal.removeEventListener('abort', onAbort);
    await end();
  }
}
