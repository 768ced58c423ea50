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
    'test/robust/odd-machines.test.ts',
    'test/robust/short.test.ts',
  ],
  ...['test/app/watch-alerts.test.ts', 'test/app/watch-kill.test.ts', 'test/reason/explain-login.test.ts'],
];

export default defineConfig({
  test: {
    exclude: process.env['EVERYDAY'] === undefined ? [] : SLOW,
    isolate: false,
    // Much of the time goes by in waiting: for programs that are started, and for deadlines.
    maxWorkers: 3,
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
  },
});
