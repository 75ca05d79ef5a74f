/** A Python of the bench's own, with the pinned libraries that its figures are compared with. */
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';

import { checkout } from '../simulated-slots.ts';

/** Path of the interpreter; the virtual environment is made when it is first asked for. */
export async function requirePython(): Promise<string> {
  const folder = join(checkout, '.crossover', 'references');
  const python = join(folder, 'bin', 'python');
  const done = join(folder, 'installed');
  const requirements = join(import.meta.dirname, 'requirements.txt');
  const wanted = await readFile(requirements, 'utf8');
  if ((await readFile(done, 'utf8').catch(() => '')) === wanted) return python;
  console.log('Installing numpy, scikit-learn and xgboost for the references, once …');
  await execa('python3', ['-m', 'venv', folder]);
  await execa(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
  await access(python);
  await writeFile(done, wanted);
  return python;
}
