import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Hosts of the lab, and programs of a hundred megabytes: one after the other.
    maxWorkers: 1,
    isolate: false,
    include: ['lab/install/**/*.test.ts', 'lab/ansible/**/*.test.ts'],
    retry: 1,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
