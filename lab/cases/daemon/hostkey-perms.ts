import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/hostkey-perms',
    breakServer:
      'rm -f /etc/ssh/ssh_host_rsa_key* /etc/ssh/ssh_host_ecdsa_key*; chmod 640 /etc/ssh/ssh_host_ed25519_key; systemctl restart ssh || true',
    fails: /Connection refused/,
    server: { verdict: 'confirmed', contains: ['daemon/not-running'] },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
];
