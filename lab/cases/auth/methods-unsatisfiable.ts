import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'auth/methods-unsatisfiable',
    breakServer: `printf 'Match User alice\n  AuthenticationMethods publickey,password\n  PasswordAuthentication no\n' >> /etc/ssh/sshd_config; systemctl restart ssh`,
    fails: /Permission denied|Connection closed|Disconnected/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'the client is told nothing of the lists',
  },
];
