/** Takes rows as fast as their reader does. */
export interface RowSink {
  /** Resolves when the text is on its way; false when nobody reads any more. */
  write(text: string): Promise<boolean>;
}

/** Standard output. A reader that has seen enough, as `head` has, ends the pipe: no mistake. */
export function standardOutput(): RowSink {
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        process.stdout.write(text, (error) => {
          if (error === null || error === undefined) resolve(true);
          else if ('code' in error && error.code === 'EPIPE') resolve(false);
          else reject(error);
        });
      }),
  };
}
