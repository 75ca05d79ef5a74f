/** Where a command prints: plain lines for people, or one JSON object for machines. */
export interface Output {
  readonly isJson: boolean;
  /** Whether the live view may redraw itself. */
  readonly isTerminal: boolean;
  /** For people; goes to standard error when standard output belongs to JSON. */
  line(text: string): void;
  /** The answer of a command as JSON; printed only with `--json`. */
  json(value: unknown): void;
  /** Replaces the live lines on a terminal. */
  redraw(lines: readonly string[]): void;
}

export function createOutput(options: { readonly isJson: boolean }): Output {
  const { isJson } = options;
  const stream = isJson ? process.stderr : process.stdout;
  const isTerminal = !isJson && process.stdout.isTTY === true;
  let liveLines = 0;
  for (const each of [process.stdout, process.stderr]) each.on('error', outliveReader);

  const clearLive = (): void => {
    if (liveLines > 0) stream.write(`\u001b[${liveLines}A\u001b[0J`);
    liveLines = 0;
  };

  return {
    isJson,
    isTerminal,
    line: (text) => {
      clearLive();
      stream.write(`${text}\n`);
    },
    json: (value) => {
      if (isJson) process.stdout.write(`${JSON.stringify(value)}\n`);
    },
    redraw: (lines) => {
      clearLive();
      const width = process.stdout.columns ?? 80;
      const cut = lines.map((line) => line.slice(0, width - 1));
      stream.write(cut.map((line) => `${line}\n`).join(''));
      liveLines = cut.length;
    },
  };
}

/** A reader that has seen enough, as `head` has, ends its pipe: what a command does goes on. */
function outliveReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
