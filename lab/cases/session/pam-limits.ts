import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'session/pam-limits',
    breakServer: `echo 'alice hard maxlogins 0' > /etc/security/limits.d/alice.conf`,
    fails: /Connection (closed|reset)|too many logins|closed by remote host/,
    server: { verdict: 'likely' },
    joined: { verdict: 'likely' },
    unasked: 'the client is told nothing',
  },
];
