import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

import { expect, test } from 'vitest';

interface Row {
  /** Folders of `src/` whose values may be imported. */
  readonly values: readonly string[];
  /** Folders that may be imported with `import type`, which leaves no trace at run time. */
  readonly types?: readonly string[];
  readonly packages?: RegExp;
}

/** Who may import whom: the house's plan, executable. */
const mayImport: Readonly<Record<string, Row>> = {
  domain: { values: ['domain'] },
  plan: { values: ['plan', 'domain'], packages: /^(zod|yaml)$|^node:/ },
  workflows: {
    values: ['workflows', 'domain'],
    types: ['activities'],
    packages: /^@temporalio\/(workflow|common)$/,
  },
  activities: {
    values: ['activities', 'domain', 'dataset', 'learning', 'report'],
    types: ['testbeds', 'load', 'stores'],
    packages: /^@temporalio\/(activity|common)$|^node:/,
  },
  testbeds: {
    values: ['testbeds', 'domain'],
    types: ['stores'],
    packages: /^node:|^zod$/,
  },
  load: {
    values: ['load', 'domain', 'router'],
    types: ['testbeds'],
    packages: /^node:|^execa$/,
  },
  stores: { values: ['stores', 'domain'], packages: /^node:/ },
  dataset: {
    values: ['dataset', 'domain'],
    types: ['stores'],
    packages: /^@duckdb\/node-api$|^node:|^zod$/,
  },
  learning: {
    values: ['learning', 'domain'],
    packages: /^(ml-random-forest|ml-xgboost|piscina)$|^@tensorflow\/|^node:/,
  },
  router: { values: ['router', 'domain'], types: ['stores'], packages: /^node:/ },
  report: { values: ['report', 'domain'], packages: /^(vega|vega-lite)$|^node:/ },
  temporal: { values: ['temporal', 'domain'], packages: /^@temporalio\/|^node:/ },
  cli: {
    values: ['cli', 'domain', 'plan', 'dataset', 'learning', 'report', 'router', 'temporal'],
    types: ['testbeds', 'load', 'stores', 'workflows', 'config.ts'],
    packages: /^@temporalio\/client$|^commander$|^node:/,
  },
};

/** Single files that a folder may import although its row does not name their folder. */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  cli: [
    'workflows/messages.ts',
    'workflows/campaign-attributes.ts',
    'testbeds/local/limits.ts',
    'version.ts',
  ],
  // The entry of a process, or of a function, opens its own store.
  router: ['stores/fs-object-store.ts'],
  // The simulated generator computes with the models of the testbed that it would else send to.
  load: [
    'testbeds/simulated/disturbance-model.ts',
    'testbeds/simulated/event-queue.ts',
    'testbeds/simulated/fargate-model.ts',
    'testbeds/simulated/lambda-model.ts',
    'testbeds/simulated/noise-model.ts',
    'testbeds/simulated/payload-model.ts',
    'testbeds/simulated/simulation-files.ts',
  ],
};

const importPattern =
  /^(?:import|export)\s+(type\s+)?(?:[^;']*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'/gm;

for await (const file of glob('src/*/**/*.ts')) {
  const folder = folderOf(relative('src', file));

  test(`${file} imports only what ${folder}/ may`, () => {
    const row = mayImport[folder] ?? expect.fail(`${folder}/ has no row in the table`);
    const source = readFileSync(file, 'utf8');

    for (const [, typeOnly, statement, dynamic] of source.matchAll(importPattern)) {
      const specifier = statement ?? dynamic ?? '';
      const arrow = `${file} -> ${specifier}`;
      if (!specifier.startsWith('.')) {
        expect(specifier, arrow).toMatch(row.packages ?? /^no package at all$/);
        continue;
      }
      expect(specifier, arrow).toMatch(/\.(ts|mjs)$/);
      const imported = relative('src', join(dirname(file), specifier));
      if (exceptions[folder]?.includes(imported)) continue;
      const allowed = typeOnly ? [...row.values, ...(row.types ?? [])] : row.values;
      expect(allowed, arrow).toContain(folderOf(imported));
    }
  });
}

test('domain/ does not read the clock, chance or the environment', async () => {
  for await (const file of glob('src/domain/**/*.ts')) {
    const code = withoutComments(readFileSync(file, 'utf8'));
    expect(code, file).not.toMatch(/Date\.now\(|new Date\(\)|Math\.random\(|process\./);
  }
});

test('only ports.ts chooses between testbeds', async () => {
  for await (const file of glob('src/{activities,workflows,cli,dataset,learning}/**/*.ts')) {
    const code = withoutComments(readFileSync(file, 'utf8'));
    expect(code, file).not.toMatch(/testbed\s*===\s*'/);
  }
});

test('no file of src/ exports a default or everything of another file', async () => {
  for await (const file of glob('src/**/*.ts')) {
    if (file.includes('artillery/engine/')) continue;
    const code = readFileSync(file, 'utf8');
    expect(code, file).not.toMatch(/^export default|^export \*/m);
  }
});

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}

function folderOf(path: string): string {
  return path.split('/')[0] ?? '';
}
