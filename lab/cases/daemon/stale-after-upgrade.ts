import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/stale-after-upgrade',
    breakServer: 'cp -p /usr/sbin/sshd /usr/sbin/sshd.dpkg-new; mv /usr/sbin/sshd.dpkg-new /usr/sbin/sshd',
    loginWorks: true,
    fails: /^/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'which file a process runs is not to be seen from outside',
  },
];
