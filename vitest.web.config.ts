import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // One browser at a time, so that time-outs mean something.
    maxWorkers: 1,
    include: ['lab/web/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
