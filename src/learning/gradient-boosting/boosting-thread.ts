import { Worker } from 'node:worker_threads';
import type { FitOptions, FittedModel } from '../model-family.ts';
import type { BoostMessage, BoostTask } from './boosting-worker.ts';

/**
 * One training in a thread of its own, whose output stays there: what it wrote last is part of the
 * error when it fails. When it returns or throws, the thread has ended.
 */
export async function boostInThread(
  task: BoostTask,
  { signal, onProgress }: Pick<FitOptions, 'signal' | 'onProgress'>,
): Promise<readonly FittedModel[]> {
  signal.throwIfAborted();
  const outcome = Promise.withResolvers<readonly FittedModel[]>();
  const thread = new Worker(new URL('./boosting-worker.ts', import.meta.url), {
    name: 'gradient boosting',
    workerData: task,
    stdout: true,
    stderr: true,
  });
  let lastWords = '';
  const keep = (text: string): void => {
    lastWords = (lastWords + text).slice(-1000);
  };
  thread.stdout.setEncoding('utf8').on('data', keep);
  thread.stderr.setEncoding('utf8').on('data', keep);
  thread.on('message', (message: BoostMessage) => {
    if (message.kind === 'fitted') outcome.resolve(message.models);
    else if (message.kind === 'said') keep(`${message.line}\n`);
    else if (message.trees < task.params.trees) onProgress(message.trees / task.params.trees);
  });
  thread.on('error', outcome.reject);
  thread.on('exit', (code) => outcome.reject(new Error(`The thread ended with code ${code}.`)));
  const onAbort = (): void => outcome.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await outcome.promise;
  } catch (error) {
    signal.throwIfAborted();
    // Its messages and its error come on two channels; after its end all of them are here.
    await thread.terminate();
    throw new Error(`The thread that trained gradient boosting failed. It wrote: ${lastWords}`, {
      cause: error,
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
    await thread.terminate();
  }
}
