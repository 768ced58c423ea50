import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Real brokers and stores that are killed: one after the other, so that time-outs mean something.
    maxWorkers: 1,
    include: ['lab/broker/**/*.test.ts'],
    // Clocks of real programs on a machine that has a bad moment; what is wrong fails twice.
    retry: 1,
    testTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 60_000,
  },
});
