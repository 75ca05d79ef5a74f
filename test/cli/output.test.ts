import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { expect, it } from 'vitest';

it('goes on with its work when the reader of its output has seen enough', async () => {
  const done = join(await mkdtemp(join(tmpdir(), 'crossover-output-')), 'done');
  const output = join(import.meta.dirname, '../../src/cli/output.ts');
  const program = `
    import { writeFileSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    import { createOutput } from '${output}';
    const { line } = createOutput({ isJson: false });
    for (let round = 0; round < 20; round += 1) {
      line('x'.repeat(100_000));
      await setTimeout(5);
    }
    writeFileSync('${done}', 'done');
  `;

  await execa('sh', [
    '-c',
    '"$0" --input-type=module --eval "$1" | head -c 1',
    process.execPath,
    program,
  ]);

  expect(await readFile(done, 'utf8')).toBe('done');
});
