import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/config-unreadable',
    breakServer: 'rm /etc/ssh/sshd_config; systemctl restart ssh || true',
    fails: /Connection refused/,
    server: { verdict: 'confirmed', contains: ['daemon/not-running'] },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
  {
    id: 'daemon/config-unreadable',
    variant: 'include',
    breakServer: `sed -i '1i Include /etc/ssh/access.conf' /etc/ssh/sshd_config; systemctl restart ssh`,
    loginWorks: true,
    fails: /^/,
    server: { verdict: 'likely' },
    joined: { verdict: 'likely' },
    unasked: 'the files of the server are not to be seen from outside',
  },
];
