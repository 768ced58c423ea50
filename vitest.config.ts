import { defineConfig } from 'vitest/config';

/** What starts many programs; `npm run check` leaves it to `npm test`. */
const SLOW = [
  ...[
    'test/cli/**',
    'test/remedy/**',
    'test/collect/alert/**',
    'test/collect/collect.test.ts',
    'test/collect/vantage.test.ts',
    'test/packaging/package.test.ts',
  ],
  ...['test/app/watch-alerts.test.ts', 'test/app/watch-kill.test.ts', 'test/reason/explain-login.test.ts'],
];

const EVERYDAY = process.env['EVERYDAY'] !== undefined;

export default defineConfig({
  test: {
    exclude: EVERYDAY ? SLOW : [],
    isolate: false,
    // Much of the time goes by in waiting: for programs that are started, and for deadlines.
    maxWorkers: 3,
    include: ['test/**/*.test.ts'],
    testTimeout: EVERYDAY ? 60_000 : 240_000,
    expect: { poll: { timeout: 20_000 } },
    // Those that start programs hang on their clocks; a second try is reported as one.
    retry: EVERYDAY ? 0 : 1,
  },
});
