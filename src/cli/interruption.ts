/** Ctrl-C and SIGTERM as a signal that commands can wait for. */
export interface Interruption {
  readonly signal: AbortSignal;
  close(): void;
}

/** The first Ctrl-C asks; a third one gives up on order and ends the process at once. */
const patience = 3;

const repeatMs = 300;

export function listenForInterrupts(): Interruption {
  const controller = new AbortController();
  let count = 0;
  let lastAtMs = 0;
  const onSignal = (): void => {
    // A signal to the whole process group arrives once from the group and once from npm.
    const isRepeat = Date.now() - lastAtMs < repeatMs;
    lastAtMs = Date.now();
    if (isRepeat) return;
    count += 1;
    controller.abort();
    if (count >= patience) process.exit(130);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    close: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
