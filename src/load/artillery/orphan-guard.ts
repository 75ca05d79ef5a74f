/**
 * Preloaded into Artillery with `--import`: when the process that started it is gone, even by
 * `kill -9`, the whole process group ends at once. It comes before Artillery's own modules, so
 * there is no moment of its life without it.
 */
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';

// Artillery's worker threads inherit the preload, and have no channel to the parent.
if (isMainThread) {
  if (process.connected) {
    process.once('disconnect', endGroup);
    // The listener must not keep a finished Artillery alive.
    process.channel?.unref();
  } else {
    endGroup();
  }
}

function endGroup(): void {
  console.error('The process that started this load run is gone; stopping.');
  process.kill(-process.pid, 'SIGKILL');
}
