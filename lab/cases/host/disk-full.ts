import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'host/disk-full',
    disk: '64m',
    breakServer: 'cat /dev/zero >/var/big 2>/dev/null || test -s /var/big',
    loginWorks: true,
    fails: /^/,
    server: { verdict: 'confirmed', gates: { host: 'degraded' } },
    joined: { verdict: 'confirmed', gates: { host: 'degraded' } },
    unasked: "the server's disk is not to be seen from outside",
  },
];
