import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** The packages took 40 s here; a slow line may need twenty times that. */
const defaultTimeoutMs = 15 * 60_000;

/**
 * Says on standard error what is being done and how long it took, so that `--json` on standard
 * output stays clean. With `isQuiet` there is one line for everything.
 */
export function createSteps({ isQuiet, write = (text) => process.stderr.write(text) }) {
  let hasSpoken = false;
  return {
    async step(doing, act) {
      if (!isQuiet) write(`${doing} …`);
      else if (!hasSpoken) write('Setting up Crossover, once …\n');
      hasSpoken = true;
      const started = performance.now();
      try {
        const result = await act();
        if (!isQuiet) write(` ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
        return result;
      } catch (error) {
        if (!isQuiet) write(' failed\n');
        throw error;
      }
    },
  };
}

/**
 * Runs a program to its end and keeps what it wrote, in the log too. Never throws: a program that
 * cannot be started is a failure with the reason as its output.
 */
export async function runLogged(program, words, { log, timeoutMs, ...options }) {
  mkdirSync(dirname(log), { recursive: true });
  appendFileSync(log, `\n$ ${[program, ...words].join(' ')}\n`);
  let output = '';
  const keep = (text) => {
    output += text;
    appendFileSync(log, text);
  };
  const child = spawn(program, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  // Not spawn's own timeout: its timer outlives a program that cannot be started.
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs ?? defaultTimeoutMs);
  const ending = await endingOf(child);
  clearTimeout(timer);
  if (ending !== 'exit code 0') keep(`${program}: ${ending}\n`);
  return { isFine: ending === 'exit code 0', output };
}

function endingOf(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}
