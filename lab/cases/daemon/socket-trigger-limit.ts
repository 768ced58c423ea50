import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/socket-trigger-limit',
    // Low, but above the connections that sshwhy itself makes to prove a fix. Later units hand the socket itself to sshd
    // (Accept=no), so that nothing is triggered twice.
    suites: ['bullseye'],
    breakServer: `mkdir -p /etc/systemd/system/ssh.socket.d
      printf '[Socket]\\nTriggerLimitBurst=8\\n' >/etc/systemd/system/ssh.socket.d/limit.conf
      systemctl daemon-reload; systemctl disable --now ssh; systemctl enable --now ssh.socket
      for i in $(seq 24); do bash -c '(exec 3<>/dev/tcp/127.0.0.1/22)' || true; done
      sleep 2.5`,
    fails: /Connection refused/,
    server: { verdict: 'confirmed' },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
];
