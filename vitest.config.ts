import { defineConfig } from 'vitest/config';

const e2e = { testTimeout: 600_000, hookTimeout: 120_000 };

/** In virtual time: however slow the machine is, these campaigns measure the same. */
const simulated = ['learning', 'simulated', 'evidence'].map((name) => `test/e2e/${name}.test.ts`);

// biome-ignore lint/style/noDefaultExport: vitest loads the default export.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          // Vitest leaves one core free, which is half of a small machine.
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          ...e2e,
          name: 'e2e-simulated',
          include: simulated,
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...e2e,
          name: 'e2e-local',
          include: ['test/e2e/**/*.test.ts'],
          exclude: simulated,
          // Campaigns on one machine would measure each other.
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
