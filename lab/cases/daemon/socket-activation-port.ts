import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/socket-activation-port',
    breakServer:
      "printf 'Port 2222\\n' > /etc/ssh/sshd_config.d/port.conf; systemctl disable --now ssh; systemctl enable --now ssh.socket",
    ssh: { port: 2222 },
    fails: /Connection refused/,
    server: { verdict: 'confirmed' },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
];
