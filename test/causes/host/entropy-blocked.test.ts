import { toldTest } from '../../cause-test.ts';

toldTest(
  'host/entropy-blocked',
  {
    meta: (before) => before.replace(/^boot=.*$/m, 'boot=9999999900'),
    'log-kernel': '9999999999.000000 web1 kernel: random: crng init done',
  },
  /99 seconds after its boot/,
);
