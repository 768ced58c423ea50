import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'host/inodes-full',
    breakServer: `
      mount -t tmpfs -o nr_inodes=40 tmpfs /tmp
      i=0; while touch /tmp/session.$i 2>/dev/null; do i=$((i + 1)); done`,
    loginWorks: true,
    fails: /^/,
    server: { verdict: 'confirmed', gates: { host: 'degraded' } },
    joined: { verdict: 'confirmed', gates: { host: 'degraded' } },
    unasked: "the server's file systems are not to be seen from outside",
  },
];
