import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/other-port',
    breakServer: "printf 'Port 2222\\n' > /etc/ssh/sshd_config.d/port.conf; systemctl restart ssh",
    fails: /Connection refused/,
    server: { verdict: 'confirmed' },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
];
