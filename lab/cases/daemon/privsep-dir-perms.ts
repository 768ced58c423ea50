import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/privsep-dir-perms',
    suites: ['bullseye', 'bookworm'],
    breakServer: 'chmod 777 /run/sshd',
    fails: /Connection (closed|reset)/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'the client sees only a connection that ends before the banner',
  },
  {
    id: 'daemon/privsep-dir-perms',
    variant: 'later',
    suites: ['trixie'],
    breakServer: 'chmod 777 /run/sshd',
    loginWorks: true,
    fails: /^/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'what happens at the next start is not to be seen from outside',
  },
];
