import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/listen-loopback-only',
    breakServer: "sed -i '1i ListenAddress 127.0.0.1\\nListenAddress ::1' /etc/ssh/sshd_config; systemctl restart ssh",
    fails: /Connection refused/,
    server: { verdict: 'confirmed' },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
];
