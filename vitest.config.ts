import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    isolate: false,
    // Much of the time goes by in waiting: for programs that are started, and for deadlines.
    maxWorkers: 3,
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
  },
});
