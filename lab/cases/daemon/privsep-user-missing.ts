import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/privsep-user-missing',
    breakServer: 'userdel sshd',
    fails: /Connection (closed|reset)/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'the client sees only a connection that ends before the banner',
  },
];
