import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // One browser at a time, so that time-outs mean something.
    maxWorkers: 1,
    include: ['lab/web/**/*.test.ts'],
    // Clocks of real programs on a machine that has a bad moment; what is wrong fails twice.
    retry: 1,
    testTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
  },
});
