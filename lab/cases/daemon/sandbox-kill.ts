import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/sandbox-kill',
    // Before 9.8 sshd logs nothing of it, and the lab has no kernel log.
    suites: ['trixie'],
    breakServer: `mkdir -p /etc/systemd/system/ssh.service.d
      printf '[Service]\\nSystemCallFilter=~chroot\\n' >/etc/systemd/system/ssh.service.d/filter.conf
      systemctl daemon-reload; systemctl restart ssh`,
    fails: /Connection (closed|reset)|Broken pipe/,
    server: { verdict: 'confirmed' },
    joined: { verdict: 'confirmed' },
    unasked: 'the client sees only a connection that ends before the banner',
  },
];
