import { toldTest } from '../../cause-test.ts';

toldTest(
  'host/clock-wrong',
  {
    meta: (before) => before.replace(/^now=(\d+)$/m, (_, now: string) => `now=${Number(now) - 7200}`),
  },
  /(?:7[12]\d\d) seconds behind/,
);
