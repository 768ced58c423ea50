import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/listen-family',
    breakServer: `sed -i '1i AddressFamily inet6' /etc/ssh/sshd_config; systemctl restart ssh`,
    ssh: { args: ['-4'] },
    fails: /Connection refused/,
    server: { verdict: 'confirmed' },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
];
