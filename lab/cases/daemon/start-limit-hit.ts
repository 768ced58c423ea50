import type { LabCase } from '../../case.ts';

export const cases: readonly LabCase[] = [
  {
    id: 'daemon/start-limit-hit',
    // Five starts in ten seconds are too many for systemd; a slow machine does not get there.
    breakServer: `
      mkdir -p /etc/systemd/system/ssh.service.d
      printf '[Unit]\\nStartLimitIntervalSec=120\\n' >/etc/systemd/system/ssh.service.d/limit.conf
      systemctl daemon-reload
      for i in 1 2 3 4 5 6 7 8; do systemctl restart ssh || true; done`,
    fails: /Connection refused/,
    server: { verdict: 'confirmed', contains: ['daemon/not-running'] },
    client: { first: 'daemon/not-running', verdict: 'likely' },
    joined: { verdict: 'confirmed' },
  },
];
