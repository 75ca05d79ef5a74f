import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { env, setBackend } from '@tensorflow/tfjs-core';
import { layers, type Sequential, sequential } from '@tensorflow/tfjs-layers';

/**
 * Makes the WebAssembly backend ready, from the files of the installed package: nothing is fetched.
 * It runs on one thread, so that the same training gives the same bytes. Its loader installs handlers
 * of uncaught errors, so it belongs in a worker thread.
 */
export async function openTensorflow(): Promise<void> {
  const manifest = createRequire(import.meta.url).resolve(
    '@tensorflow/tfjs-backend-wasm/package.json',
  );
  setWasmPaths(join(dirname(manifest), 'dist', '/'));
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!(await setBackend('wasm'))) {
    throw new Error('The WebAssembly backend of TensorFlow.js did not start.');
  }
}

/**
 * Two hidden layers (METHOD 5.1) and the log-odds of Lambda: the sigmoid belongs to the loss, where
 * it cannot run into 0 or 1. Its weights are to be set before it is used.
 */
export function denseNetwork(sizes: readonly number[]): Sequential {
  const [inputs, ...units] = sizes;
  return sequential({
    layers: units.map((unitsOfLayer, layer) =>
      layers.dense({
        units: unitsOfLayer,
        activation: layer < units.length - 1 ? 'relu' : 'linear',
        // They are replaced by our own; zeros are the cheapest to draw.
        kernelInitializer: 'zeros',
        ...(layer === 0 ? { inputShape: [inputs ?? null] } : {}),
      }),
    ),
  });
}
