import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Real brokers and stores that are killed: one after the other, so that time-outs mean something.
    maxWorkers: 1,
    include: ['lab/broker/**/*.test.ts'],
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
});
