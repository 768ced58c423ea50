import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/session-binary-missing',
    suites: ['trixie'],
    breakServer: 'mv /usr/lib/openssh/sshd-session /root/',
    fails: /Connection (closed|reset)/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'the client sees only a connection that ends before the banner',
  },
  {
    id: 'daemon/session-binary-missing',
    variant: 'auth',
    suites: ['trixie'],
    breakServer: 'mv /usr/lib/openssh/sshd-auth /root/',
    fails: /Connection (closed|reset)|Broken pipe/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'the client sees only a connection that ends before the banner',
  },
];
