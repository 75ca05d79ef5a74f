import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { execa } from 'execa';
import { describe, expect, test } from 'vitest';

import { aFolder } from '../../plan/plan-files.ts';

const root = resolve(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/estimate.md'), 'utf8');
const log = /```text\n([\s\S]*?)```/.exec(page)?.[1] ?? '';

/** A command of the page, and what the page says that it prints; `[…]` leaves something out. */
const examples = [...page.matchAll(/```console\n\$ crossover (.*)\n([\s\S]*?)\n```/g)].map(
  ([, command = '', output = '']) => ({
    command,
    parts: output.split('[…]').map((part) => part.trim()),
  }),
);

describe('the page about estimates', () => {
  test.each(examples)('shows what crossover $command prints', async ({ command, parts }) => {
    const cwd = command.includes('orders.log') ? await aFolder({ 'orders.log': log }) : root;
    const { stdout } = await execa(
      process.execPath,
      [join(root, 'client.ts'), ...command.split(' ')],
      { cwd, stdin: 'ignore' },
    );
    let rest = stdout;
    for (const part of parts) {
      expect(rest).toContain(part);
      rest = rest.slice(rest.indexOf(part) + part.length);
    }
  });

  test('has an example for each way to ask', () => {
    const commands = examples.map(({ command }) => command).join('\n');
    expect(commands).toMatch(/--duration[\s\S]*--log[\s\S]*plans\//);
  });
});
