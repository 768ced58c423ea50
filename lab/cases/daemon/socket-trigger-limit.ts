import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/socket-trigger-limit',
    // Later units hand the socket itself to sshd (Accept=no), so that nothing is triggered twice.
    suites: ['bullseye'],
    breakServer: `mkdir -p /etc/systemd/system/ssh.socket.d
      printf '[Socket]\\nTriggerLimitBurst=3\\n' >/etc/systemd/system/ssh.socket.d/limit.conf
      systemctl daemon-reload; systemctl disable --now ssh; systemctl enable --now ssh.socket
      for i in 1 2 3 4 5 6 7 8; do bash -c '(exec 3<>/dev/tcp/127.0.0.1/22)' || true; done
      sleep 2.5`,
    fails: /Connection refused/,
    server: { verdict: 'confirmed' },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
];
