import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/listen-address-absent',
    breakServer: "sed -i '1i ListenAddress 192.0.2.77' /etc/ssh/sshd_config; systemctl restart ssh || true",
    fails: /Connection refused/,
    server: { verdict: 'confirmed', contains: ['daemon/not-running'] },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
];
