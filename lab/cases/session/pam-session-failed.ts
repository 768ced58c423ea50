import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'session/pam-session-failed',
    breakServer: `echo 'session required pam_deny.so' >> /etc/pam.d/sshd`,
    fails: /^/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'the client sees a session that ends at once, like any other',
  },
];
