import { createOutput } from '../output.ts';
import { bareProgram } from '../program/bare-program.ts';
import { addEstimate } from '../program/estimate.ts';

/** `crossover estimate` by itself, without what other commands load. Never throws. */
export async function runEstimate(args: readonly string[]): Promise<number> {
  const output = createOutput({ isJson: args.includes('--json') });
  let exitCode = 0;
  const program = bareProgram();
  addEstimate(program, output, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    const { reportFailure } = await import('../failure.ts');
    return reportFailure(error, { output });
  }
}
